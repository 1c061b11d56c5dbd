package web

import (
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/seatrial/seatrial/workloads"
)

// Budget has evictions leave at least so many of the pods healthy.
func Budget(least int) workloads.Change {
	return func(o *workloads.Objects) {
		available := intstr.FromInt(least)
		o.Extra = append(o.Extra, &policyv1.PodDisruptionBudget{
			ObjectMeta: metav1.ObjectMeta{Name: Name},
			Spec: policyv1.PodDisruptionBudgetSpec{
				MinAvailable: &available,
				Selector:     &metav1.LabelSelector{MatchLabels: copied(o.Deployments[0].Spec.Selector.MatchLabels)},
			},
		})
	}
}

// NoBudget lets evictions take every pod at once.
func NoBudget() workloads.Change {
	return func(o *workloads.Objects) {
		kept := o.Extra[:0]
		for _, object := range o.Extra {
			if _, is := object.(*policyv1.PodDisruptionBudget); !is {
				kept = append(kept, object)
			}
		}
		o.Extra = kept
	}
}
