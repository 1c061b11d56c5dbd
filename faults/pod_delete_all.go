package faults

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// PodDeleteAll deletes every pod of the app that there is, ready or not.
func PodDeleteAll() Fault { return podDeleteAll{} }

type podDeleteAll struct{}

func (podDeleteAll) Card() Card {
	return Card{
		Name:     "pod/delete-all",
		Breaks:   "every pod of the app is deleted, ready or not",
		ShowsAs:  "the pods are gone; those with an owner are made again",
		UndoneBy: "nothing: owners make others, bare pods stay away",
		Look:     "kubectl get pods -o wide --watch",
	}
}

func (podDeleteAll) Needs() []kindconfigs.Trait { return nil }

func (podDeleteAll) Rights() []Right { return Allow("", "pods", "deletecollection") }

func (podDeleteAll) Inject(ctx context.Context, s *Site) error {
	selector := metav1.ListOptions{LabelSelector: workloads.LabelName + "=" + s.App.Name}
	list, err := s.Client.CoreV1().Pods(s.Namespace).List(ctx, selector)
	if err != nil {
		return fmt.Errorf("list pods of %s: %w", s.App.Name, err)
	}
	err = s.Deed("delete every pod of "+s.App.Name, names(list.Items), func() error {
		return s.Client.CoreV1().Pods(s.Namespace).DeleteCollection(ctx, metav1.DeleteOptions{}, selector)
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, "every old pod gone", func(seen []history.Interval) bool {
		for _, pod := range list.Items {
			if alive(seen, pod.Name, string(pod.UID)) {
				return false
			}
		}
		return true
	})
}

// alive reports whether the pod of this UID was seen and not seen gone.
func alive(seen []history.Interval, pod, uid string) bool {
	i, ok := observedNow(seen, history.SourcePod, pod)
	return ok && i.Attrs[history.AttrUID] == uid
}
