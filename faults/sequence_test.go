package faults_test

import (
	"slices"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestThen(t *testing.T) {
	faulttest.Check(t, faults.Then(faults.Update(web.Version("v2")), faults.Update(web.Version("v3"))),
		faulttest.Case{Sees: rolled, Broken: isVersion("v3")})
}

// A sequence needs and blinds what any of its parts does.
func TestThenAddsUp(t *testing.T) {
	f := faults.Then(faults.DiskFull(), faults.NodeKill())
	want := []kindconfigs.Trait{kindconfigs.SmallDisk, kindconfigs.Machines, kindconfigs.Workers(2), kindconfigs.NodePower}
	if got := f.Needs(); !slices.Equal(got, want) {
		t.Errorf("needs %v, want %v", got, want)
	}
	if card := f.Card(); card.Name != "pressure/disk-full" || !slices.Contains(card.Blinds, history.SourceRuntime) {
		t.Errorf("card %+v", card)
	}
}
