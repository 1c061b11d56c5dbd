package faults

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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

// replace is the undo of what pods took: they are deleted, and what they took goes with
// them. Their Deployment brings new ones.
func (s *Site) replace(pods []corev1.Pod) journal.Step {
	all := strings.Join(names(pods), " ")
	return s.step(UndoReplace, "replace "+all, "namespace", s.Namespace, "pods", all)
}

func undoReplace(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	grace := int64(1)
	return each(strings.Fields(args["pods"]), func(pod string) error {
		return ignoreGone(client.CoreV1().Pods(args["namespace"]).Delete(ctx, pod, metav1.DeleteOptions{GracePeriodSeconds: &grace}))
	})
}
