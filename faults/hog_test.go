package faults_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

const theHog = "hog-1-a"

// hogged tries a fault of the component hog that turns a knob of it, and is undone by
// the hog's going.
func hogged(knob, value string, sees sees) faulttest.Case {
	return faulttest.Case{
		App: web.App(web.Replicas(1), web.WithHog()), Sees: sees,
		Broken: func(w *faulttest.World) error {
			if got := w.Knob(theHog, knob); got != value || w.Knob("web-1-a", knob) != "" {
				return fmt.Errorf("%s of the hog is at %q", knob, got)
			}
			return nil
		},
		Undone: func(w *faulttest.World) error {
			list, err := w.Client().CoreV1().Pods(faulttest.Namespace).List(context.Background(), metav1.ListOptions{})
			if err == nil && (len(list.Items) != 1 || list.Items[0].Name != "web-1-a") {
				err = fmt.Errorf("there are %d pods", len(list.Items))
			}
			return err
		},
	}
}

func TestCPUHog(t *testing.T) {
	faulttest.Check(t, faults.CPUHog(web.Hog), hogged(workloads.KnobSpin, "8", burns))
}

// burns has the kernel count processor time, but for the first moment.
func burns(w *faulttest.World, _ history.Mark, _ int) {
	for range 40 {
		time.Sleep(50 * time.Millisecond)
		w.Nodes.Burn(50 * time.Millisecond)
	}
}

func TestMemoryHog(t *testing.T) {
	const asked = "171966464" // 100 MiB of room and 64 MiB
	oom := state(history.SourceContainer, "/web", "running", history.Attrs{history.AttrLastReason: "OOMKilled"})
	faulttest.Check(t, faults.MemoryHog(web.Hog), hogged(workloads.KnobAllocate, asked, oom))
	faulttest.Check(t, faults.MemoryHog(web.Hog), hogged(workloads.KnobAllocate, asked, pressed(corev1.NodeMemoryPressure)))
}

// pressed has the first worker be under pressure.
func pressed(condition corev1.NodeConditionType) sees {
	return func(w *faulttest.World, deed history.Mark, _ int) {
		w.Record.State(history.Interval{Source: history.SourceCondition, Subject: "worker/" + string(condition), State: "True", From: deed.Latest})
	}
}

func TestNodeMemory(t *testing.T) {
	const file = "/run/seatrial-memory"
	has := func(want bool) func(*faulttest.World) error {
		return func(w *faulttest.World) error {
			if w.Nodes.Has("worker", file) != want || !w.Nodes.Timed("worker", "memory") {
				return fmt.Errorf("the file in memory is there: %t; a timer would remove it: %t", !want, w.Nodes.Timed("worker", "memory"))
			}
			return nil
		}
	}
	faulttest.Check(t, faults.NodeMemory(1<<20), faulttest.Case{Sees: pressed(corev1.NodeMemoryPressure), Broken: has(true), Undone: has(false)})
}

func TestForkBomb(t *testing.T) {
	c := hogged(workloads.KnobFork, "2000", logged(history.AppFork, history.Attrs{history.AttrCount: "20", history.AttrCause: "resource temporarily unavailable"}))
	c.Undone = func(w *faulttest.World) error {
		if got := w.Knob(theHog, workloads.KnobFork); got != "0" {
			return fmt.Errorf("fork is at %q", got)
		}
		return nil
	}
	faulttest.Check(t, faults.ForkBomb(web.Hog), c)
}

func TestDiskHog(t *testing.T) {
	faulttest.Check(t, faults.DiskHog(web.Hog, "40Mi"), hogged(workloads.KnobFill, "40Mi", pressed(corev1.NodeDiskPressure)))
	evicted := state(history.SourcePod, "", "Failed", history.Attrs{history.AttrReason: "Evicted"})
	faulttest.Check(t, faults.DiskHog(web.Hog, "40Mi"), hogged(workloads.KnobFill, "40Mi", evicted))
}

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
			for i := range 4 {
				p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("batch-%d", i), Labels: map[string]string{workloads.LabelComponent: "batch"}},
					Spec: corev1.PodSpec{NodeName: "worker2"},
					Status: corev1.PodStatus{Phase: corev1.PodRunning, ContainerStatuses: []corev1.ContainerStatus{{ContainerID: "containerd://b"}}}}
				if _, err := w.Client().CoreV1().Pods(faulttest.Namespace).Create(context.Background(), p, metav1.CreateOptions{}); err != nil {
					panic(err)
				}
			}
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

// A component that does not run cannot be made to take anything.
func TestAHogThatIsNotThere(t *testing.T) {
	err := faults.CPUHog(web.Hog).Inject(t.Context(), faulttest.NewWorld(web.App()).Site())
	if err == nil || !strings.Contains(err.Error(), "no pod of hog runs") {
		t.Error(err)
	}
}
