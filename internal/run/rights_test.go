package run

import (
	"context"
	"slices"
	"testing"
	"time"

	"k8s.io/client-go/kubernetes/fake"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/observe"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// Whatever the observers ask of the API server is among the rights of every trial: on a
// cluster of somebody else's an observer without its right would end each.
func TestObserversMayWatch(t *testing.T) {
	t.Parallel()
	const namespace = "st-test"
	rights := RightsOf([]suites.Scenario{{Name: "t/a", App: web.App(), Blast: suites.Namespace}})
	client := fake.NewClientset()
	for _, o := range observe.API(client, namespace) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		if err := o.Observe(ctx, history.NewRecorder(history.StartClock(), nil), cancel); err != nil {
			t.Errorf("observer %s: %v", o.Name(), err)
		}
		cancel()
	}
	for _, a := range client.Actions() {
		r := faults.Right{Verb: a.GetVerb(), Group: a.GetResource().Group, Resource: a.GetResource().Resource, Namespace: a.GetNamespace()}
		switch r.Namespace {
		case namespace:
			r.Namespace = ""
		case "":
			r.Namespace = faults.Everywhere
		}
		if !slices.Contains(rights, r) {
			t.Errorf("an observer must %v, which no trial asks for", r)
		}
	}
	if len(client.Actions()) == 0 {
		t.Error("no observer asked for anything")
	}
}
