package web

import (
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/workloads"
)

// Backend names the Deployment, the Service and the component of what the app
// depends on; see WithBackend.
const Backend = "backend"

// WithBackend adds a backend, a Deployment of one pod of the same image behind a
// Service of its own, and has the app ask it for readiness and for every business
// answer. The backend stops at once when it is told to.
func WithBackend() workloads.Change {
	return func(o *workloads.Objects) {
		withBackend(o, Env("DEPENDENCY", backendAddress()), dependIn("ready", "business"))
	}
}

// Named is the path that CallsByName adds.
const Named = "/named"

// CallsByName adds the same backend, and has the app ask it, by its name, which it looks
// up each time, for every answer on the path Named. Nothing else of the app needs it.
func CallsByName() workloads.Change {
	return func(o *workloads.Objects) { withBackend(o, Env("NAMED", backendAddress())) }
}

func backendAddress() string { return fmt.Sprintf("%s:%d", Backend, workloads.ServicePort) }

// withBackend adds the backend, and makes the changes to the others.
func withBackend(o *workloads.Objects, changes ...workloads.Change) {
	front := &workloads.Objects{Deployments: o.Deployments}
	backend := backendOf(o.Deployments[0])
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: Backend},
		Spec:       corev1.ServiceSpec{Selector: copied(backend.Spec.Selector.MatchLabels), Ports: o.Services[0].DeepCopy().Spec.Ports},
	}
	for _, change := range changes {
		change(front)
	}
	o.Services = append(o.Services, service)
	o.Deployments = append(front.Deployments, backend)
}

// LivenessOnBackend has liveness ask the backend as well: the mistake that turns an
// outage of one app into restarts of another.
func LivenessOnBackend() workloads.Change {
	return func(o *workloads.Objects) {
		for _, d := range o.Deployments {
			if d.Name != Backend {
				dependIn("ready", "business", "live")(&workloads.Objects{Deployments: []*appsv1.Deployment{d}})
			}
		}
	}
}

func dependIn(parts ...string) workloads.Change {
	return Env("DEPENDENCY_IN", strings.Join(parts, ","))
}

func backendOf(d *appsv1.Deployment) *appsv1.Deployment {
	d = d.DeepCopy()
	one := int32(1)
	d.Name, d.Spec.Replicas = Backend, &one
	d.Spec.Selector.MatchLabels[workloads.LabelComponent] = Backend
	d.Spec.Template.Labels[workloads.LabelComponent] = Backend
	alone := &workloads.Objects{Deployments: []*appsv1.Deployment{d}}
	NoPreStop()(alone)
	DrainOnSIGTERM(0)(alone)
	return d
}
