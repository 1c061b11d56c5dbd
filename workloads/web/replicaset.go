package web

import (
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/workloads"
)

// AsReplicaSet makes a bare ReplicaSet of each Deployment: pods that go are made
// again, but nobody rolls them. What is said about rollouts is lost.
func AsReplicaSet() workloads.Change {
	return func(o *workloads.Objects) {
		for _, d := range o.Deployments {
			o.ReplicaSets = append(o.ReplicaSets, &appsv1.ReplicaSet{
				ObjectMeta: metav1.ObjectMeta{Name: d.Name},
				Spec: appsv1.ReplicaSetSpec{Replicas: d.Spec.Replicas, MinReadySeconds: d.Spec.MinReadySeconds,
					Selector: d.Spec.Selector, Template: d.Spec.Template},
			})
		}
		o.Deployments = nil
	}
}

// AsDeployment makes a Deployment of each bare ReplicaSet, with the strategy that
// Kubernetes gives to those that ask for none.
func AsDeployment() workloads.Change {
	return func(o *workloads.Objects) {
		for _, r := range o.ReplicaSets {
			o.Deployments = append(o.Deployments, &appsv1.Deployment{
				ObjectMeta: metav1.ObjectMeta{Name: r.Name},
				Spec: appsv1.DeploymentSpec{Replicas: r.Spec.Replicas, MinReadySeconds: r.Spec.MinReadySeconds,
					Selector: r.Spec.Selector, Template: r.Spec.Template},
			})
		}
		o.ReplicaSets = nil
	}
}
