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
		for name, attrs := range map[string]history.Attrs{
			"ReplicaSet/web-1": {"replicas": "3", "revision": "1"}, "ReplicaSet/web-2": {"replicas": made, "revision": "2"},
		} {
			w.Record.State(history.Interval{Source: history.SourceReplicas, Subject: name, State: "?", From: deed.Latest, Attrs: attrs})
		}
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

// Before its phase of the rollout has come the fault does not.
func TestDuringWaits(t *testing.T) {
	faulttest.Unseen(t, faults.During(stands{}, 50, faults.NodeKill()), faulttest.Case{Before: func(w *faulttest.World) {
		half("1", nil)(w, history.Mark{}, 1) // 33 %
	}})
}

// stands is a rollout that has begun already.
type stands struct{ faults.Fault }

func (stands) Card() faults.Card { return faults.Card{Name: "test/stands"} }

func (stands) Inject(context.Context, *faults.Site) error { return nil }

// A fault in a rollout needs and blinds what either does, and is called by its name.
func TestDuringAddsUp(t *testing.T) {
	f := faults.During(faults.DiskFull(), 50, faults.NodeKill())
	if got, want := f.Needs(), []kindconfigs.Trait{kindconfigs.SmallDisk, kindconfigs.Workers(2), kindconfigs.NodePower}; !slices.Equal(got, want) {
		t.Errorf("needs %v, want %v", got, want)
	}
	if card := f.Card(); card.Name != "node/kill" || !slices.Contains(card.Blinds, history.SourceRuntime) {
		t.Errorf("card %+v", card)
	}
}
