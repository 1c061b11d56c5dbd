package faults

import (
	"context"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
)

// barName is the name of what a fault puts into the trial's namespace so that the
// API server refuses pods.
const barName = "seatrial-bar"

// bar creates what has the API server refuse further pods of the app, its
// deletion journalled first, and returns once they are refused in those words:
// quotas and limits are in force only when the API server has seen them, and
// quotas when they have been counted.
func (s *Site) bar(ctx context.Context, kind, words string, create func() error) error {
	err := s.Undo(s.step(UndoBar, "delete "+kind+" "+barName, "namespace", s.Namespace, "kind", kind))
	if err != nil {
		return err
	}
	if err := create(); err != nil {
		return fmt.Errorf("create %s %s: %w", kind, barName, err)
	}
	pod := s.podOfApp()
	said := "nothing"
	err = wait.PollUntilContextCancel(ctx, barLook, true, func(ctx context.Context) (bool, error) {
		_, err := s.Client.CoreV1().Pods(s.Namespace).Create(ctx, pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		said = fmt.Sprint(err)
		return apierrors.IsForbidden(err) && strings.Contains(said, words), nil
	})
	if err != nil {
		return fmt.Errorf("wait for pods to be refused (%q), the last answer being %s: %w", words, said, context.Cause(ctx))
	}
	return nil
}

// podOfApp is a pod as the app's first Deployment makes them, to see whether the API
// server would admit it.
func (s *Site) podOfApp() *corev1.Pod {
	template := s.App.Objects(s.Namespace).Deployments[0].Spec.Template
	pod := &corev1.Pod{ObjectMeta: *template.ObjectMeta.DeepCopy(), Spec: *template.Spec.DeepCopy()}
	pod.GenerateName = barName + "-"
	return pod
}

// barLook is how often the API server is asked whether it refuses pods. Nothing is
// measured by it: the deed comes after.
const barLook = 100 * time.Millisecond

// undoBar deletes what bar created.
func undoBar(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	core, namespace := client.CoreV1(), args["namespace"]
	switch args["kind"] {
	case "resourcequota":
		return ignoreGone(core.ResourceQuotas(namespace).Delete(ctx, barName, metav1.DeleteOptions{}))
	case "limitrange":
		return ignoreGone(core.LimitRanges(namespace).Delete(ctx, barName, metav1.DeleteOptions{}))
	}
	return fmt.Errorf("delete %s %s: nobody knows how", args["kind"], barName)
}
