package kube

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/observe"
	"github.com/seatrial/seatrial/internal/trial"
	"github.com/seatrial/seatrial/workloads"
)

// Deploy applies the app and waits, by what the observers see, until every pod
// that it asks for is ready.
func (r *runner) Deploy(ctx context.Context, p trial.Plan, rec *history.Recorder) (trial.Deployed, error) {
	objects := p.App.Objects(p.Namespace())
	if r.Cluster.NetNS == "" {
		var err error
		if r.port, err = r.Cluster.Ports.take(); err != nil {
			return trial.Deployed{}, err
		}
		objects = p.App.With(workloads.NodePort(r.port)).Objects(p.Namespace())
	}
	want := objects.Replicas()
	if err := r.apply(ctx, objects); err != nil {
		return trial.Deployed{}, err
	}
	err := observe.Until(ctx, rec, fmt.Sprintf("%d ready pods of %s", want, p.App.Name), func(seen []history.Interval) bool {
		return observe.CountState(seen, history.SourceReady, "True") == want
	})
	if err != nil {
		return trial.Deployed{}, err
	}
	applied, err := r.read(ctx, objects)
	if err != nil {
		return trial.Deployed{}, err
	}
	d := trial.Deployed{Ready: want, Applied: applied}
	plan, err := r.loadPlan(p, objects.Services[0], r.behind(rec, objects.Services[0].Name))
	if err != nil {
		return trial.Deployed{}, err
	}
	d.URL, d.Lanes, d.Behind = plan.URL, plan.Record(r.via()), r.behind(rec, objects.Services[0].Name)
	return d, nil
}

func (r *runner) apply(ctx context.Context, objects *workloads.Objects) error {
	c, err := client.New(r.Cluster.Config, client.Options{})
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	r.objects = c
	for _, object := range objects.All() {
		if err := c.Create(ctx, object); err != nil {
			return fmt.Errorf("create %s %s: %w", kindOf(object), object.GetName(), err)
		}
	}
	return nil
}

// read gets the objects as the API server has them, defaults filled in.
func (r *runner) read(ctx context.Context, objects *workloads.Objects) ([]json.RawMessage, error) {
	var all []json.RawMessage
	for _, object := range objects.All() {
		kind := object.GetObjectKind().GroupVersionKind()
		if err := r.objects.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
			return nil, fmt.Errorf("read %s %s: %w", kind.Kind, object.GetName(), err)
		}
		object.SetManagedFields(nil)
		object.GetObjectKind().SetGroupVersionKind(kind)
		text, err := json.Marshal(object)
		if err != nil {
			return nil, fmt.Errorf("encode %s %s: %w", kind.Kind, object.GetName(), err)
		}
		all = append(all, text)
	}
	return all, nil
}

// behind counts the pods that are ready behind the service.
func (r *runner) behind(rec *history.Recorder, service string) int {
	n := 0
	for _, i := range observe.Current(rec.Snapshot(), history.SourceEndpoint) {
		if i.State == "ready" && i.Attrs[history.AttrService] == service {
			n++
		}
	}
	return n
}

func kindOf(object workloads.Object) string {
	return strings.ToLower(object.GetObjectKind().GroupVersionKind().Kind)
}

// clusterAddress is where a Service is reached from inside the cluster's network.
func clusterAddress(s *corev1.Service) string {
	return fmt.Sprintf("%s:%d", s.Spec.ClusterIP, s.Spec.Ports[0].Port)
}
