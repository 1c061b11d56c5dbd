package web_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/seatrial/seatrial/workloads/web"
)

func TestCanary(t *testing.T) {
	o := web.App(web.Replicas(10), web.Canary()).Objects("ns")
	if len(o.Deployments) != 2 || o.Replicas() != 10 || o.Behind() != 10 {
		t.Fatalf("%d Deployments, %d pods, %d of them behind the Service", len(o.Deployments), o.Replicas(), o.Behind())
	}
	stable, canary := o.Deployments[0], o.Deployments[1]
	if stable.Name != "web" || canary.Name != "web-canary" || *canary.Spec.Replicas != 0 {
		t.Errorf("%s and %s, %d pods", stable.Name, canary.Name, *canary.Spec.Replicas)
	}
	behind := labels.SelectorFromSet(o.Services[0].Spec.Selector)
	if !behind.Matches(labels.Set(stable.Spec.Template.Labels)) || !behind.Matches(labels.Set(canary.Spec.Template.Labels)) {
		t.Error("the Service does not reach both")
	}
	of := labels.SelectorFromSet(stable.Spec.Selector.MatchLabels)
	if of.Matches(labels.Set(canary.Spec.Template.Labels)) || !of.Matches(labels.Set(stable.Spec.Template.Labels)) {
		t.Error("the Deployments do not tell their pods apart")
	}
}
