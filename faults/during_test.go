package faults_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads/web"
)

// half has a rollout to revision 2 come to so many new pods of three, and sees what
// comes after it.
func half(made string, then sees) sees {
	return func(w *faulttest.World, deed history.Mark, n int) {
		if n > 1 {
			then(w, deed, n)
			return
		}
		complete(w, "web", 2)
		sets(w.Record, made)
	}
}

// sets writes down ReplicaSets of the revisions 1 and 2.
func sets(rec *history.Recorder, made string) {
	for name, attrs := range map[string]history.Attrs{
		"ReplicaSet/web-1": {"replicas": "3", "revision": "1"}, "ReplicaSet/web-2": {"replicas": made, "revision": "2"},
	} {
		rec.State(history.Interval{Source: history.SourceReplicas, Subject: name, State: "?", From: rec.Clock().Now(), Attrs: attrs})
	}
}

func TestDuring(t *testing.T) {
	faulttest.Check(t, faults.During(faults.Update(web.Version("v2")), 50, faults.Deadlock(faults.OnePod)), faulttest.Case{
		Sees: half("2", logged(history.AppStuck, nil)),
		Broken: func(w *faulttest.World) error {
			deeds := w.Deeds()
			if len(deeds) != 2 || deeds[0].Targets[0] != "web" {
				return fmt.Errorf("deeds %+v", deeds)
			}
			return isVersion("v2")(w)
		},
	})
}

// Before its phase of the rollout has come the fault does not: not at 33 % of 50, and
// not when the newest ReplicaSet is that of before, with all of its pods.
func TestDuringWaits(t *testing.T) {
	for _, r := range []reaches{{"1"}, {""}} {
		faulttest.Waits(t, faults.During(r, 50, faults.NodeKill()), faulttest.Case{Before: func(w *faulttest.World) {
			complete(w, "web", 1)
			w.Record.State(history.Interval{Source: history.SourceReplicas, Subject: "ReplicaSet/web-1", State: "3/3", Attrs: history.Attrs{"replicas": "3", "revision": "1"}})
		}}, 0)
	}
}

// reaches is a rollout that comes to so many new pods, "" none and no ReplicaSet of
// theirs, and then stands still.
type reaches struct{ made string }

func (reaches) Card() faults.Card          { return faults.Card{Name: "test/reaches"} }
func (reaches) Needs() []kindconfigs.Trait { return nil }

func (r reaches) Inject(_ context.Context, s *faults.Site) error {
	if r.made != "" {
		sets(s.Seen.(*history.Recorder), r.made)
	}
	return nil
}

// A fault in a rollout needs and blinds what either does, and is called by its name.
func TestDuringAddsUp(t *testing.T) {
	f := faults.During(faults.DiskFull(), 50, faults.NodeKill())
	if got, want := f.Needs(), []kindconfigs.Trait{kindconfigs.SmallDisk, kindconfigs.Machines, kindconfigs.Workers(2), kindconfigs.NodePower}; !slices.Equal(got, want) {
		t.Errorf("needs %v, want %v", got, want)
	}
	if card := f.Card(); card.Name != "node/kill" || !slices.Contains(card.Blinds, history.SourceRuntime) {
		t.Errorf("card %+v", card)
	}
}
