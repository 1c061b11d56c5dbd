package faults

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/workloads"
)

// component lists the running pods of one component of the app. None is an error.
func (s *Site) component(ctx context.Context, component string) ([]corev1.Pod, error) {
	list, err := s.Client.CoreV1().Pods(s.Namespace).List(ctx, metav1.ListOptions{LabelSelector: workloads.LabelComponent + "=" + component})
	if err != nil {
		return nil, fmt.Errorf("list pods of %s: %w", component, err)
	}
	var running []corev1.Pod
	for _, p := range list.Items {
		if p.DeletionTimestamp == nil && p.Status.Phase == corev1.PodRunning && len(p.Status.ContainerStatuses) > 0 {
			running = append(running, p)
		}
	}
	if len(running) == 0 {
		return nil, fmt.Errorf("no pod of %s runs in %s", component, s.Namespace)
	}
	return running, nil
}

// armStop has a timer in the pod's node stop its first container when nobody else ends
// what it does there: what it took goes with it, and the kubelet starts another. The undo,
// which is written first, stops the timer once it has succeeded.
func (s *Site) armStop(ctx context.Context, pod corev1.Pod, undo journal.Step) error {
	node, timer := pod.Spec.NodeName, "stop-"+pod.Name
	undo.Args["node"], undo.Args["timer"] = node, timer
	if err := s.Undo(undo); err != nil {
		return err
	}
	return s.arm(ctx, node, timer, "crictl", "stop", "--timeout", "0", idOf(pod, firstContainer(pod)))
}

// take does the deed that is a pod's taking more than its share, by a knob. What it took
// goes with it: the undo replaces it. That no answer came, because it was stopped as it
// took it, is for the observers to see.
func (s *Site) take(ctx context.Context, pod corev1.Pod, what, knob, value string) error {
	step := s.step(UndoReplace, "replace "+pod.Name, "namespace", s.Namespace, "pod", pod.Name)
	if err := s.armStop(ctx, pod, step); err != nil {
		return err
	}
	return s.Deed(what+" in "+pod.Name, []string{pod.Name}, func() error { return refusal(s.Knob(ctx, pod.Name, knob, value)) })
}

// disarmStop stops a timer of armStop. A node that is stopped has none; one in which no
// process could be started, because a pod took all that there may be, is asked again.
func disarmStop(ctx context.Context, nodes Nodes, args map[string]string) error {
	var last error
	err := wait.PollUntilContextTimeout(ctx, time.Second, knobPatience, true, func(ctx context.Context) (bool, error) {
		last = disarm(ctx, nodes, args["node"], args["timer"])
		if last != nil && strings.Contains(last.Error(), "is not running") { // the container runtime's words
			last = nil
		}
		return last == nil || errors.Is(last, fs.ErrNotExist), nil
	})
	if last != nil {
		return last
	}
	return err
}

// undoReplace deletes the pod; its owner, if it has one, brings a new one.
func undoReplace(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	grace := int64(1)
	return ignoreGone(client.CoreV1().Pods(args["namespace"]).Delete(ctx, args["pod"], metav1.DeleteOptions{GracePeriodSeconds: &grace}))
}
