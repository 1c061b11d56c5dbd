package kube

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/dynamic"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/observe"
	"github.com/seatrial/seatrial/internal/trial"
	"github.com/seatrial/seatrial/workloads"
)

// Deploy applies the app and waits, by what the observers see, until every pod
// that it asks for is ready.
func (r *runner) Deploy(ctx context.Context, p trial.Plan, rec *history.Recorder) (trial.Deployed, error) {
	objects := p.App.Objects(p.Namespace())
	if r.mapped() {
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
	// EndpointSlices follow pods: a pod may be ready a second before it is an endpoint.
	name, behind := objects.Services[0].Name, objects.Behind()
	what := fmt.Sprintf("%d ready pods of %s, %d of them behind service %s", want, p.App.Name, behind, name)
	err := observe.Until(ctx, rec, what, func(seen []history.Interval) bool {
		return observe.CountState(seen, history.SourceReady, "True") == want && endpoints(seen, name) == behind
	})
	if err != nil {
		return trial.Deployed{}, err
	}
	applied, err := r.read(ctx, objects)
	if err != nil {
		return trial.Deployed{}, err
	}
	service, err := r.Cluster.Client.CoreV1().Services(p.Namespace()).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return trial.Deployed{}, fmt.Errorf("read service %s: %w", name, err)
	}
	d := trial.Deployed{Ready: want, Applied: applied, Behind: behind}
	if r.plan, err = r.loadPlan(p, service, d.Behind, rec.Clock().Monotonic); err != nil {
		return trial.Deployed{}, err
	}
	via := r.via()
	if p.Load.From != "" && p.Load.Rate > 0 {
		via = history.ViaPod
		if r.plan.NetNS, err = r.podNetNS(ctx, p); err != nil {
			return trial.Deployed{}, err
		}
	}
	d.Lanes = r.plan.Record(via)
	return d, nil
}

// resource is the API of an object's kind. The plural of every built-in kind is
// what this guess says.
func (r *runner) resource(object workloads.Object) dynamic.ResourceInterface {
	plural, _ := meta.UnsafeGuessKindToResource(object.GetObjectKind().GroupVersionKind())
	return r.objects.Resource(plural).Namespace(object.GetNamespace())
}

func (r *runner) apply(ctx context.Context, objects *workloads.Objects) error {
	var err error
	if r.objects, err = dynamic.NewForConfig(r.Cluster.Config); err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	for _, object := range objects.All() {
		fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
		if err != nil {
			return fmt.Errorf("encode %s %s: %w", kindOf(object), object.GetName(), err)
		}
		_, err = r.resource(object).Create(ctx, &unstructured.Unstructured{Object: fields}, metav1.CreateOptions{})
		if err != nil {
			return fmt.Errorf("create %s %s: %w", kindOf(object), object.GetName(), err)
		}
	}
	return nil
}

// read gets the objects as the API server has them, defaults filled in.
func (r *runner) read(ctx context.Context, objects *workloads.Objects) ([]json.RawMessage, error) {
	var all []json.RawMessage
	for _, object := range objects.All() {
		got, err := r.resource(object).Get(ctx, object.GetName(), metav1.GetOptions{})
		if err != nil {
			return nil, fmt.Errorf("read %s %s: %w", kindOf(object), object.GetName(), err)
		}
		got.SetManagedFields(nil)
		text, err := got.MarshalJSON()
		if err != nil {
			return nil, fmt.Errorf("encode %s %s: %w", kindOf(object), object.GetName(), err)
		}
		all = append(all, text)
	}
	return all, nil
}

// endpoints counts the pods that are ready endpoints of the service.
func endpoints(seen []history.Interval, service string) int {
	n := 0
	for _, i := range observe.Current(seen, history.SourceEndpoint) {
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
