package web_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/seatrial/seatrial/workloads/web"
)

func TestKeptByHand(t *testing.T) {
	o := web.App(web.Replicas(2), web.KeptByHand()).Objects("ns")
	if len(o.Pods) != 2 || o.Pods[1].Name != "web-blue-2" || len(o.Deployments) != 1 || o.Deployments[0].Name != "web-green" {
		t.Fatalf("%+v, %+v", o.Pods, o.Deployments)
	}
	if o.Replicas() != 4 || o.Behind() != 2 {
		t.Errorf("%d pods, %d of them behind the Service", o.Replicas(), o.Behind())
	}
	behind := labels.SelectorFromSet(o.Services[0].Spec.Selector)
	if !behind.Matches(labels.Set(o.Pods[0].Labels)) || behind.Matches(labels.Set(o.Deployments[0].Spec.Template.Labels)) {
		t.Errorf("the Service selects %s", behind)
	}
	if labels.SelectorFromSet(o.Deployments[0].Spec.Selector.MatchLabels).Matches(labels.Set(o.Pods[0].Labels)) {
		t.Error("the Deployment would adopt the bare pods")
	}
}
