package faults_test

import (
	"context"
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestBatchJob(t *testing.T) {
	job := func(w *faulttest.World) error {
		j, err := w.Client().BatchV1().Jobs(faulttest.Namespace).Get(context.Background(), "batch", metav1.GetOptions{})
		if err == nil && j.Spec.Template.Spec.NodeSelector[web.ForLabel] != web.ForBatch {
			err = fmt.Errorf("it goes to %v", j.Spec.Template.Spec.NodeSelector)
		}
		return err
	}
	faulttest.Check(t, faults.BatchJob(web.ForLabel, web.ForBatch), faulttest.Case{
		Sees: func(w *faulttest.World, deed history.Mark, n int) {
			batchRuns(w, 4)
			burns(w, deed, n)
		},
		Broken: job,
		Undone: func(w *faulttest.World) error {
			if err := job(w); !apierrors.IsNotFound(err) {
				return fmt.Errorf("the job is there still: %w", err)
			}
			return nil
		},
	})
}

// batchRuns has so many pods of the Job run.
func batchRuns(w *faulttest.World, n int) {
	for i := range n {
		p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("batch-%d", i), Labels: map[string]string{workloads.LabelComponent: "batch"}},
			Spec:   corev1.PodSpec{NodeName: "worker2"},
			Status: corev1.PodStatus{Phase: corev1.PodRunning, ContainerStatuses: []corev1.ContainerStatus{{ContainerID: "containerd://b"}}}}
		if _, err := w.Client().CoreV1().Pods(faulttest.Namespace).Create(context.Background(), p, metav1.CreateOptions{}); err != nil {
			panic(err)
		}
	}
}
