package model

import (
	"strings"

	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Budget is Kubernetes' type, for those who judge.
type Budget = policyv1.PodDisruptionBudget

// An Owner is what makes pods, as they name it.
type Owner struct {
	Name     string // "StatefulSet/db", "Deployment/web"
	Replicas int    // as it was applied
}

// BudgetsOf are the budgets that a pod of that name and owner falls under. Of a budget
// that was applied more than once nobody knows which one held: it is left out.
func (w *World) BudgetsOf(pod, owner string) []*Budget {
	times := map[string]int{}
	for i := range w.Budgets {
		times[w.Budgets[i].Name]++
	}
	var all []*Budget
	for i := range w.Budgets {
		if b := &w.Budgets[i]; times[b.Name] == 1 && w.Covers(b, pod, owner) {
			all = append(all, b)
		}
	}
	return all
}

// Covers reports whether a pod of that name and owner falls under the budget, by the
// labels that the objects give it.
func (w *World) Covers(b *Budget, pod, owner string) bool {
	given, known := w.labels(pod, owner)
	return known && selects(b.Spec.Selector, given)
}

// Covered are the owners whose pods fall under the budget.
func (w *World) Covered(b *Budget) []Owner {
	var all []Owner
	add := func(kind, name string, replicas *int32, given map[string]string) {
		if !selects(b.Spec.Selector, given) {
			return
		}
		n := 1 // the API's default
		if replicas != nil {
			n = int(*replicas)
		}
		all = append(all, Owner{kind + "/" + name, n})
	}
	for _, d := range w.Deployments {
		add("Deployment", d.Name, d.Spec.Replicas, d.Spec.Template.Labels)
	}
	for _, t := range w.StatefulSets {
		add("StatefulSet", t.Name, t.Spec.Replicas, t.Spec.Template.Labels)
	}
	for _, r := range w.ReplicaSets {
		add("ReplicaSet", r.Name, r.Spec.Replicas, r.Spec.Template.Labels)
	}
	for _, p := range w.Pods {
		add("Pod", p.Name, nil, p.Labels)
	}
	return all
}

func (w *World) labels(pod, owner string) (given map[string]string, known bool) {
	if d := w.DeploymentOf(owner); d != nil {
		return d.Spec.Template.Labels, true
	}
	kind, name, _ := strings.Cut(owner, "/")
	for _, t := range w.StatefulSets {
		if kind == "StatefulSet" && t.Name == name {
			return t.Spec.Template.Labels, true
		}
	}
	for _, r := range w.ReplicaSets {
		if kind == "ReplicaSet" && r.Name == name {
			return r.Spec.Template.Labels, true
		}
	}
	for _, p := range w.Pods {
		if p.Name == pod {
			return p.Labels, true
		}
	}
	return nil, false
}

func selects(selector *metav1.LabelSelector, given map[string]string) bool {
	s, err := metav1.LabelSelectorAsSelector(selector) // of nil: nothing
	return err == nil && s.Matches(labels.Set(given))
}
