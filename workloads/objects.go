package workloads

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
)

// An Object is any Kubernetes object.
type Object interface {
	metav1.Object
	runtime.Object
}

// Objects are an app's Kubernetes objects. The first Service is the way in.
type Objects struct {
	ConfigMaps   []*corev1.ConfigMap
	Services     []*corev1.Service
	StatefulSets []*appsv1.StatefulSet
	ReplicaSets  []*appsv1.ReplicaSet // bare: no Deployment rolls them
	Deployments  []*appsv1.Deployment
	Pods         []*corev1.Pod // bare: nobody replaces them
	Extra        []Object      // whatever else, applied before the workloads: budgets, quotas, accounts
}

// All lists the objects in the order in which to apply them, each with its kind
// and API version filled in where client-go's scheme knows them.
func (o *Objects) All() []Object {
	all := slices.Concat(list(o.ConfigMaps), list(o.Services), o.Extra,
		list(o.StatefulSets), list(o.ReplicaSets), list(o.Deployments), list(o.Pods))
	for _, object := range all {
		if kinds, _, err := scheme.Scheme.ObjectKinds(object); err == nil {
			object.GetObjectKind().SetGroupVersionKind(kinds[0])
		}
	}
	return all
}

func list[T Object](objects []T) []Object {
	all := make([]Object, len(objects))
	for i, object := range objects {
		all[i] = object
	}
	return all
}

// PodTemplates lists what the objects say about their pods, to read and to edit.
func (o *Objects) PodTemplates() []PodTemplate {
	var all []PodTemplate
	for _, d := range o.Deployments {
		all = append(all, PodTemplate{"Deployment/" + d.Name, &d.Spec.Template.ObjectMeta, &d.Spec.Template.Spec})
	}
	for _, s := range o.StatefulSets {
		all = append(all, PodTemplate{"StatefulSet/" + s.Name, &s.Spec.Template.ObjectMeta, &s.Spec.Template.Spec})
	}
	for _, r := range o.ReplicaSets {
		all = append(all, PodTemplate{"ReplicaSet/" + r.Name, &r.Spec.Template.ObjectMeta, &r.Spec.Template.Spec})
	}
	for _, p := range o.Pods {
		all = append(all, PodTemplate{"Pod/" + p.Name, &p.ObjectMeta, &p.Spec})
	}
	return all
}

// Replicas is how many pods the objects ask for.
func (o *Objects) Replicas() int {
	n := len(o.Pods)
	for _, d := range o.Deployments {
		n += orOne(d.Spec.Replicas)
	}
	for _, s := range o.StatefulSets {
		n += orOne(s.Spec.Replicas)
	}
	for _, r := range o.ReplicaSets {
		n += orOne(r.Spec.Replicas)
	}
	return n
}

// Behind is how many of the pods the first Service selects: those that its
// traffic must reach once all are ready.
func (o *Objects) Behind() int {
	selector := labels.SelectorFromSet(o.Services[0].Spec.Selector)
	n := 0
	count := func(of map[string]string, pods int) {
		if selector.Matches(labels.Set(of)) {
			n += pods
		}
	}
	for _, d := range o.Deployments {
		count(d.Spec.Template.Labels, orOne(d.Spec.Replicas))
	}
	for _, s := range o.StatefulSets {
		count(s.Spec.Template.Labels, orOne(s.Spec.Replicas))
	}
	for _, r := range o.ReplicaSets {
		count(r.Spec.Template.Labels, orOne(r.Spec.Replicas))
	}
	for _, p := range o.Pods {
		count(p.Labels, 1)
	}
	return n
}

// orOne: the API server fills in 1 where nothing is said.
func orOne(replicas *int32) int {
	if replicas == nil {
		return 1
	}
	return int(*replicas)
}
