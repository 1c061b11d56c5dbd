package web

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/workloads"
)

// Names of what may stand beside the Deployment.
const (
	StatefulSetName = "web-set"
	BarePodName     = "web-bare"
)

// Colors of BlueGreen, and the label that tells them apart.
const (
	LabelColor = "color"
	Blue       = "blue"
	Green      = "green"
)

// Bare makes bare pods of the Deployment's, web-1, web-2 and so on, as many as
// it had replicas: nobody replaces them. Make it the last change.
func Bare() workloads.Change {
	return func(o *workloads.Objects) {
		for _, d := range o.Deployments {
			for n := range *d.Spec.Replicas {
				o.Pods = append(o.Pods, podOf(d, fmt.Sprintf("%s-%d", d.Name, n+1)))
			}
		}
		o.Deployments = nil
	}
}

// RestartPolicy sets the bare pods' restart policy; the pods of a Deployment
// cannot have another one than Always.
func RestartPolicy(policy corev1.RestartPolicy) workloads.Change {
	return func(o *workloads.Objects) {
		for _, p := range o.Pods {
			p.Spec.RestartPolicy = policy
		}
	}
}

// WithStatefulSet adds a StatefulSet of one pod with the Deployment's template,
// outside the Service, and the headless Service that it needs.
func WithStatefulSet() workloads.Change {
	return func(o *workloads.Objects) {
		template := o.Deployments[0].Spec.Template.DeepCopy()
		template.Labels[workloads.LabelComponent] = "set"
		labels, one := copied(template.Labels), int32(1)
		o.Services = append(o.Services, &corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Name: StatefulSetName},
			Spec:       corev1.ServiceSpec{ClusterIP: corev1.ClusterIPNone, Selector: copied(labels), Ports: o.Services[0].DeepCopy().Spec.Ports},
		})
		o.StatefulSets = append(o.StatefulSets, &appsv1.StatefulSet{
			ObjectMeta: metav1.ObjectMeta{Name: StatefulSetName},
			Spec: appsv1.StatefulSetSpec{Replicas: &one, ServiceName: StatefulSetName,
				Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: *template},
		})
	}
}

// WithBarePod adds a bare pod with the Deployment's template, outside the Service.
func WithBarePod() workloads.Change {
	return func(o *workloads.Objects) {
		pod := podOf(o.Deployments[0], BarePodName)
		pod.Labels[workloads.LabelComponent] = "bare"
		o.Pods = append(o.Pods, pod)
	}
}

func podOf(d *appsv1.Deployment, name string) *corev1.Pod {
	template := d.Spec.Template.DeepCopy()
	pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	pod.Name = name
	return pod
}

// BlueGreen makes two Deployments of the one, web-blue (v1) and web-green (v2),
// behind the one Service, which selects blue. The changes are made to green
// alone: BlueGreen(BootTime(10*time.Second)).
func BlueGreen(green ...workloads.Change) workloads.Change {
	return func(o *workloads.Objects) {
		blue := colored(o.Deployments[0], Blue, "v1")
		other := colored(o.Deployments[0], Green, "v2")
		alone := &workloads.Objects{Deployments: []*appsv1.Deployment{other}}
		for _, change := range green {
			change(alone)
		}
		o.Deployments = slices.Concat([]*appsv1.Deployment{blue}, alone.Deployments, o.Deployments[1:])
		SwitchTo(Blue)(o)
	}
}

// SwitchTo has the Service select the pods of a color.
func SwitchTo(color string) workloads.Change {
	return func(o *workloads.Objects) { o.Services[0].Spec.Selector[LabelColor] = color }
}

func colored(d *appsv1.Deployment, color, version string) *appsv1.Deployment {
	d = d.DeepCopy()
	d.Name += "-" + color
	d.Spec.Selector.MatchLabels[LabelColor] = color
	d.Spec.Template.Labels[LabelColor] = color
	alone := &workloads.Objects{Deployments: []*appsv1.Deployment{d}}
	Env("COLOR", color)(alone)
	Version(version)(alone)
	return d
}
