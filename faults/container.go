package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/wait"
)

// A container is one that runs, as its node's runtime knows it.
type container struct{ node, pod, id string }

// containers are the first containers of the pods.
func containers(pods []corev1.Pod) []container {
	all := make([]container, len(pods))
	for n, pod := range pods {
		_, id, _ := strings.Cut(pod.Status.ContainerStatuses[0].ContainerID, "://")
		all[n] = container{pod.Spec.NodeName, pod.Name, id}
	}
	return all
}

// podsOf names their pods.
func podsOf(all []container) string {
	var names []string
	for _, c := range all {
		names = append(names, c.pod)
	}
	return strings.Join(names, " ")
}

// The labels that the kubelet gives a container (kubelet/types/labels.go).
const (
	ofPod       = "io.kubernetes.pod.name"
	ofNamespace = "io.kubernetes.pod.namespace"
	ofContainer = "io.kubernetes.container.name"
)

// untilStarted waits until so many containers of that name, of the trial's pods, run on
// the node. It asks the node's runtime: the API server may have no time to tell.
func (s *Site) untilStarted(ctx context.Context, node, name string, n int) ([]container, error) {
	var all []container
	var last error
	err := wait.PollUntilContextCancel(ctx, 500*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		var out string
		out, last = s.Nodes.Exec(ctx, node, "crictl", "ps", "--output", "json",
			"--label", ofNamespace+"="+s.Namespace, "--label", ofContainer+"="+name)
		if last == nil {
			all, last = parseContainers(node, out)
		}
		return last == nil && len(all) >= n, nil
	})
	if err != nil {
		return nil, fmt.Errorf("wait for %d containers %s to run on %s (%d do, %s): %w", n, name, node, len(all), fmt.Sprint(last), context.Cause(ctx))
	}
	return all, nil
}

// parseContainers reads what crictl lists.
//
//	{"containers": [{"id": "4f", "labels": {"io.kubernetes.pod.name": "batch-x"}}]} -> {node, batch-x, 4f}
func parseContainers(node, out string) ([]container, error) {
	var listed struct {
		Containers []struct {
			ID     string            `json:"id"`
			Labels map[string]string `json:"labels"`
		} `json:"containers"`
	}
	if err := json.Unmarshal([]byte(out), &listed); err != nil {
		return nil, fmt.Errorf("read the containers of %s: %w", node, err)
	}
	var all []container
	for _, c := range listed.Containers {
		all = append(all, container{node, c.Labels[ofPod], c.ID})
	}
	return all, nil
}
