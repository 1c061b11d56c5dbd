package suites_test

import (
	"context"
	"testing"

	"github.com/seatrial/seatrial/faults"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestWithout(t *testing.T) {
	twin := suites.Without("liveness probe", web.NoLiveness(), suites.Healed())
	if twin.Without != "liveness probe" || twin.Fault != nil || twin.Expect.Name() != "healed" {
		t.Errorf("%+v", twin)
	}
	app := web.App(web.Replicas(1))
	if c := app.With(twin.Change...).Objects("x").Deployments[0].Spec.Template.Spec.Containers[0]; c.LivenessProbe != nil {
		t.Error("the twin has its protection still")
	}
	if c := app.Objects("x").Deployments[0].Spec.Template.Spec.Containers[0]; c.LivenessProbe == nil {
		t.Error("the scenario's own app has lost it")
	}
}

type careless struct{}

func (careless) Card() faults.Card                          { return faults.Card{Name: "test/careless"} }
func (careless) Needs() []kindconfigs.Trait                 { return nil }
func (careless) Inject(context.Context, *faults.Site) error { return nil }

func TestWithoutCare(t *testing.T) {
	twin := suites.WithoutCare("waiting", careless{}, suites.NoLoss())
	if twin.Fault == nil || twin.Fault.Card().Name != "test/careless" || len(twin.Change) != 0 || twin.Expect.Name() != "no-loss" {
		t.Errorf("%+v", twin)
	}
}

// Changes are made in their order: the last one holds.
func TestChanges(t *testing.T) {
	both := suites.Changes(web.Replicas(2), web.Replicas(5))
	if got := *web.App(both).Objects("x").Deployments[0].Spec.Replicas; got != 5 {
		t.Errorf("%d replicas, want 5", got)
	}
	if got := *web.App(web.Replicas(2), suites.Changes()).Objects("x").Deployments[0].Spec.Replicas; got != 2 {
		t.Errorf("no change made %d replicas of 2", got)
	}
}
