package faults

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// A relay pod passes on what comes to its port, late, or nothing of it at all
// (workloads/web/server/relay.go).
const (
	relayName = "seatrial-relay"
	relayPort = 8081
)

// startRelay starts a relay in a pod of its own, on that node where one is named, and waits
// until it runs. The arguments are what it is told beside its port.
func (s *Site) startRelay(ctx context.Context, node string, args func(port string) []string) (corev1.Pod, error) {
	if err := s.Undo(s.step(UndoReplace, "delete pod "+relayName, "namespace", s.Namespace, "pod", relayName)); err != nil {
		return corev1.Pod{}, err
	}
	if _, err := s.Client.CoreV1().Pods(s.Namespace).Create(ctx, s.relayPod(node, args(fmt.Sprint(relayPort))), metav1.CreateOptions{}); err != nil {
		return corev1.Pod{}, fmt.Errorf("create pod %s: %w", relayName, err)
	}
	var pod *corev1.Pod
	err := wait.PollUntilContextCancel(ctx, 200*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		var err error
		pod, err = s.Client.CoreV1().Pods(s.Namespace).Get(ctx, relayName, metav1.GetOptions{})
		return err == nil && ready(*pod), nil
	})
	if err != nil {
		return corev1.Pod{}, fmt.Errorf("wait for pod %s to run: %w", relayName, context.Cause(ctx))
	}
	return *pod, nil
}

// webImage is the image of the app's server, under the name by which this cluster's nodes
// have it: another one than ours where somebody else's pull it.
func (s *Site) webImage() string {
	if all := s.App.Objects(s.Namespace).Deployments; len(all) > 0 {
		return all[0].Spec.Template.Spec.Containers[0].Image
	}
	return web.Image().Ref()
}

// relayPod has no label of the app's: it is none of its pods.
func (s *Site) relayPod(node string, args []string) *corev1.Pod {
	grace, no, yes := int64(1), false, true
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: relayName, Labels: map[string]string{workloads.LabelComponent: relayName}},
		Spec: corev1.PodSpec{
			NodeName: node, RestartPolicy: corev1.RestartPolicyAlways, TerminationGracePeriodSeconds: &grace,
			AutomountServiceAccountToken: &no, EnableServiceLinks: &no,
			Containers: []corev1.Container{{
				Name: "relay", Image: s.webImage(), ImagePullPolicy: corev1.PullIfNotPresent, Args: append([]string{"relay"}, args...),
				SecurityContext: &corev1.SecurityContext{AllowPrivilegeEscalation: &no, RunAsNonRoot: &yes},
			}},
		},
	}
}
