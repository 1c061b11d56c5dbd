package faults

import (
	"context"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// Relabel gives the chosen pods another value of a label; "" takes it off. A label
// that their owner and their Service select by takes them out of both.
func Relabel(label, value string, choose Choice) Fault { return podRelabel{label, value, choose} }

type podRelabel struct {
	label, value string
	choose       Choice
}

func (podRelabel) Card() Card {
	return Card{
		Name:     "pod/relabel",
		Breaks:   "a pod's label is changed: its selectors no longer take it",
		ShowsAs:  "its ReplicaSet lets it go and makes another; it leaves the EndpointSlice and runs on",
		UndoneBy: "the label is set back; a ReplicaSet then has one pod too many",
		Look:     "kubectl get pods --show-labels -o custom-columns='POD:.metadata.name,OWNER:.metadata.ownerReferences[*].name'",
	}
}

func (podRelabel) Needs() []kindconfigs.Trait { return nil }

func (podRelabel) Rights() []Right { return Allow("", "pods", "patch") }

func (f podRelabel) Inject(ctx context.Context, s *Site) error {
	pods, err := s.Pick(ctx, f.choose)
	if err != nil {
		return err
	}
	for _, pod := range pods {
		was := pod.Labels[f.label]
		step := s.step(UndoPodLabel, fmt.Sprintf("set label %s of pod %s back to %q", f.label, pod.Name, was),
			"namespace", s.Namespace, "pod", pod.Name, "label", f.label, "value", was)
		if err := s.Undo(step); err != nil {
			return err
		}
	}
	targets, since := names(pods), s.Clock.Now()
	err = s.Deed(fmt.Sprintf("set label %s=%s of %s", f.label, f.value, strings.Join(targets, " ")), targets, func() error {
		return each(pods, func(pod corev1.Pod) error {
			return labelPod(ctx, s.Client, s.Namespace, pod.Name, f.label, f.value)
		})
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, fmt.Sprintf("pods %v without owner or endpoint", targets), func(seen []history.Interval) bool {
		for _, pod := range targets {
			if !letGo(seen, pod, since) {
				return false
			}
		}
		return true
	})
}

// letGo reports whether the pod was seen without an owner, or to have ceased to be
// an endpoint, since the instant.
func letGo(seen []history.Interval, pod string, since time.Duration) bool {
	for _, i := range seen {
		switch {
		case i.Subject != pod:
		case i.Source == history.SourcePod && i.From >= since && i.Attrs[history.AttrOwner] == "",
			i.Source == history.SourceEndpoint && i.To != history.Open && i.To >= since:
			return true
		}
	}
	return false
}

// labelPod sets a label of a pod; an empty value takes it off.
func labelPod(ctx context.Context, client kubernetes.Interface, namespace, pod, label, value string) error {
	patch := []byte(`{"metadata":{"labels":` + labelled(label, value) + `}}`)
	if _, err := client.CoreV1().Pods(namespace).Patch(ctx, pod, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		return fmt.Errorf("label pod %s with %s=%q: %w", pod, label, value, err)
	}
	return nil
}

// undoPodLabel sets the label back. A pod that is gone took it along.
func undoPodLabel(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	return ignoreGone(labelPod(ctx, client, args["namespace"], args["pod"], args["label"], args["value"]))
}
