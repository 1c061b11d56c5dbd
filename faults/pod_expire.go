package faults

import (
	"context"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// Expiring gives the chosen pods a deadline (spec.activeDeadlineSeconds) that passes at
// least so long after, injects the fault, and returns once their containers were seen to
// end of it: a kubelet ends such a pod by itself, whoever else is away meanwhile.
// A deadline that passes before the fault is in place is an error. A deadline cannot be
// taken off again: the undo replaces the pod.
func Expiring(f Fault, choose Choice, after time.Duration) Fault { return expiring{f, choose, after} }

type expiring struct {
	Fault
	choose Choice
	after  time.Duration
}

func (f expiring) Needs() []kindconfigs.Trait { return f.Fault.Needs() }

func (f expiring) Rights() []Right {
	return append(rightsOf(f.Fault), Allow("", "pods", "patch", "delete")...)
}

func (f expiring) Inject(ctx context.Context, s *Site) error {
	pods, err := s.Pick(ctx, f.choose)
	if err != nil {
		return err
	}
	if err := each(pods, func(pod corev1.Pod) error { return s.expire(ctx, pod, f.after) }); err != nil {
		return err
	}
	if err := f.Fault.Inject(ctx, s); err != nil {
		return err
	}
	for _, pod := range pods {
		if processEnded(s.Seen.Snapshot(), idOf(pod, firstContainer(pod))) {
			return fmt.Errorf("pod %s ended before %s was in place", pod.Name, f.Card().Name)
		}
	}
	targets, since := names(pods), s.Clock.Now()
	letPass := func() error { return nil } // what does it was done before
	if err := s.Deed("let the deadline of "+strings.Join(targets, " ")+" pass", targets, letPass); err != nil {
		return err
	}
	return s.untilEnded(ctx, pods, firstContainer, since)
}

// expire gives the pod a deadline. It counts from the pod's start, in whole seconds.
func (s *Site) expire(ctx context.Context, pod corev1.Pod, after time.Duration) error {
	if err := s.Undo(s.step(UndoReplace, "replace "+pod.Name, "namespace", s.Namespace, "pod", pod.Name)); err != nil {
		return err
	}
	var ran time.Duration
	if start := pod.Status.StartTime; start != nil {
		ran = time.Since(start.Time)
	}
	seconds := int64((ran + after + time.Second - 1) / time.Second)
	patch := fmt.Appendf(nil, `{"spec":{"activeDeadlineSeconds":%d}}`, seconds)
	if _, err := s.Client.CoreV1().Pods(s.Namespace).Patch(ctx, pod.Name, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		return fmt.Errorf("give pod %s a deadline of %ds: %w", pod.Name, seconds, err)
	}
	return nil
}
