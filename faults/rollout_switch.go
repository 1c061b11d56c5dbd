package faults

import (
	"context"
	"fmt"
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// Switch moves the app's Service to the pods whose label has the value To, the
// blue-green way. Their Deployment is first scaled up to the size of the largest,
// and unless AtOnce is set the switch waits until all of its pods are ready.
type Switch struct {
	Label, To string
	AtOnce    bool
}

// Card describes the fault.
func (Switch) Card() Card {
	return Card{
		Name:     "rollout/switch",
		Breaks:   "the Service's selector moves to the other Deployment",
		ShowsAs:  "new connections reach the other version",
		UndoneBy: "the selector is set back",
		Look:     "kubectl get service web -o wide --watch",
	}
}

// Needs lists what a place must have.
func (Switch) Needs() []kindconfigs.Trait { return nil }

// Rights lists what a cluster must allow for it.
func (Switch) Rights() []Right {
	return slices.Concat(Allow("apps", "deployments", "list"), toScale(), Allow("", "services", "get", "patch"))
}

// Inject scales the other Deployment up and switches.
func (f Switch) Inject(ctx context.Context, s *Site) error {
	deployment, replicas, err := f.target(ctx, s)
	if err != nil {
		return err
	}
	service, err := f.journal(ctx, s)
	if err != nil {
		return err
	}
	if err := s.scale(ctx, deployment, replicas); err != nil {
		return err
	}
	if !f.AtOnce {
		err := s.Until(ctx, fmt.Sprintf("%d ready pods of deployment %s", replicas, deployment), func(seen []history.Interval) bool {
			i, ok := observedNow(seen, history.SourceReplicas, "Deployment/"+deployment)
			return ok && i.Attrs[history.AttrReadyCount] == fmt.Sprint(replicas)
		})
		if err != nil {
			return err
		}
	}
	return f.selectTo(ctx, s, service)
}

// target finds the Deployment whose pods carry the label, and how large the
// largest Deployment of the app is.
func (f Switch) target(ctx context.Context, s *Site) (string, int32, error) {
	list, err := s.Client.AppsV1().Deployments(s.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return "", 0, fmt.Errorf("list deployments: %w", err)
	}
	at := slices.IndexFunc(list.Items, func(d appsv1.Deployment) bool { return d.Spec.Template.Labels[f.Label] == f.To })
	if at < 0 {
		return "", 0, fmt.Errorf("no deployment in %s makes pods labelled %s=%s", s.Namespace, f.Label, f.To)
	}
	var most int32
	for _, d := range list.Items {
		most = max(most, *d.Spec.Replicas)
	}
	return list.Items[at].Name, most, nil
}

// journal writes down how the Service's selector is set back, and returns the
// Service as it is. The other Deployment's size goes with the trial's namespace.
func (f Switch) journal(ctx context.Context, s *Site) (*corev1.Service, error) {
	name := s.App.Name
	service, err := s.Client.CoreV1().Services(s.Namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, fmt.Errorf("read service %s: %w", name, err)
	}
	back := selectorPatch(f.Label, service.Spec.Selector[f.Label])
	return service, s.Undo(s.step(UndoSelector, "set the selector of service "+name+" back",
		"namespace", s.Namespace, "service", name, "patch", back))
}

func (f Switch) selectTo(ctx context.Context, s *Site, service *corev1.Service) error {
	name := service.Name
	err := s.Deed("switch service "+name+" to "+f.To, []string{name}, func() error {
		_, err := s.Client.CoreV1().Services(s.Namespace).Patch(ctx, name, types.StrategicMergePatchType,
			[]byte(selectorPatch(f.Label, f.To)), metav1.PatchOptions{})
		return err
	})
	if err != nil {
		return fmt.Errorf("switch service %s to %s: %w", name, f.To, err)
	}
	labels := maps.Clone(service.Spec.Selector)
	labels[f.Label] = f.To
	want := metav1.FormatLabelSelector(metav1.SetAsLabelSelector(labels))
	return s.Until(ctx, "service "+name+" selecting "+want, func(seen []history.Interval) bool {
		i, ok := observedNow(seen, history.SourceService, name)
		return ok && i.State == want
	})
}

// selectorPatch is the patch that sets one label of a Service's selector; an empty
// value takes it out.
//
//	selectorPatch("color", "green") == `{"spec":{"selector":{"color":"green"}}}`
//	selectorPatch("color", "") == `{"spec":{"selector":{"color":null}}}`
func selectorPatch(label, value string) string {
	return `{"spec":{"selector":` + labelled(label, value) + `}}`
}
