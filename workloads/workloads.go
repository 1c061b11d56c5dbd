// Package workloads holds the things to break. One folder is one app: its
// manifests and its server.
//
// An App is a value. It makes Kubernetes objects of real API types, so that a
// fault can apply an edited copy, and the model can say from the very same
// objects what Kubernetes promises for them.
package workloads

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Labels of every object that an app makes.
const (
	LabelName      = "app.kubernetes.io/name"       // the app's name
	LabelComponent = "app.kubernetes.io/component"  // the part of the app that a pod is
	LabelManager   = "app.kubernetes.io/managed-by" // Manager
	LabelTrial     = "seatrial.dev/trial"           // the trial's namespace; on pods too
)

// Manager is who manages what bears LabelManager with it: whatever is ours, namespaces too.
const Manager = "seatrial"

// An App is a thing to break: Kubernetes objects and the image that they run.
// It is immutable: With returns another one.
type App struct {
	Name    string // of the app, its Service and its container
	About   string // one sentence, for people
	Image   Image
	base    func() *Objects
	changes []Change
}

// A Change is one edit of an app's objects: web.Replicas(3), web.NoLiveness().
type Change func(*Objects)

// New returns an app that starts from what base makes, afresh at each call.
func New(name string, image Image, base func() *Objects, changes ...Change) App {
	return App{Name: name, Image: image, base: base, changes: slices.Clone(changes)}
}

// With returns the app with more changes, applied in order after those it has.
func (a App) With(changes ...Change) App {
	a.changes = slices.Concat(a.changes, changes)
	return a
}

// Objects makes the app's objects afresh, all in the namespace and with the
// labels above. Neither the app nor an earlier result shares anything with them.
func (a App) Objects(namespace string) *Objects {
	o := a.base()
	for _, change := range a.changes {
		change(o)
	}
	for _, object := range o.All() {
		object.SetNamespace(namespace)
		object.SetLabels(stamped(object.GetLabels(), a.Name, namespace))
	}
	for _, pod := range o.PodTemplates() {
		pod.Meta.Labels = stamped(pod.Meta.Labels, a.Name, namespace)
	}
	return o
}

func stamped(labels map[string]string, app, namespace string) map[string]string {
	if labels == nil {
		labels = map[string]string{}
	}
	labels[LabelName], labels[LabelManager], labels[LabelTrial] = app, Manager, namespace
	return labels
}

// A PodTemplate is what an object says about its pods: of a bare pod, itself.
type PodTemplate struct {
	Owner string // "Deployment/web", "Pod/web-1"
	Meta  *metav1.ObjectMeta
	Spec  *corev1.PodSpec
}

// Container returns the template's container of that name, nil if it has none.
func (p PodTemplate) Container(name string) *corev1.Container {
	for i := range p.Spec.Containers {
		if p.Spec.Containers[i].Name == name {
			return &p.Spec.Containers[i]
		}
	}
	return nil
}

// Pulled has every container that runs one image run another: the same, under the name by
// which a cluster's nodes can pull it.
func Pulled(image, as string) Change {
	return func(o *Objects) {
		for _, pod := range o.PodTemplates() {
			for n := range pod.Spec.Containers {
				if c := &pod.Spec.Containers[n]; c.Image == image {
					c.Image = as
				}
			}
		}
	}
}

// NodePort makes the app's first Service reachable at a port of every node;
// with port 0 the API server picks one.
func NodePort(port int32) Change {
	return func(o *Objects) {
		o.Services[0].Spec.Type = corev1.ServiceTypeNodePort
		o.Services[0].Spec.Ports[0].NodePort = port
	}
}
