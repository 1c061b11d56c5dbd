package faults

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/workloads"
)

// Misconfig rolls out a version that takes a variable from a key which its
// ConfigMap does not have. Its undo is a rollback to the revision before.
func Misconfig() Fault {
	return badRollout{
		card: Card{
			Name:     "rollout/misconfig",
			Breaks:   "a version is rolled out that needs a key which its ConfigMap does not have",
			ShowsAs:  "CreateContainerConfigError; the rollout stands still",
			UndoneBy: "kubectl rollout undo",
			Look:     "kubectl get pods; kubectl describe pod POD",
		},
		changes: []workloads.Change{fromAbsentKey},
		sign:    "CreateContainerConfigError in a pod",
		shows:   podWaits("CreateContainerConfigError"),
	}
}

// fromAbsentKey asks for a key that the ConfigMap which Kubernetes itself puts into
// every namespace does not have (controller/certificates/rootcacertpublisher).
func fromAbsentKey(o *workloads.Objects) {
	c := &o.Deployments[0].Spec.Template.Spec.Containers[0]
	c.Env = append(c.Env, corev1.EnvVar{Name: "SETTING", ValueFrom: &corev1.EnvVarSource{
		ConfigMapKeyRef: &corev1.ConfigMapKeySelector{
			LocalObjectReference: corev1.LocalObjectReference{Name: "kube-root-ca.crt"}, Key: "absent",
		},
	}})
}
