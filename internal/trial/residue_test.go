package trial_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/suites"
)

func TestResidueIsRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.world.At["Site"] = func() {
			b.world.Leave("node/w1/label/x", "y")
			b.world.Leave("node/w1", "")
		}
		h, err := b.run(t.Context())
		var got []string
		for _, i := range h.Intervals {
			if i.Source == history.SourceResidue {
				got = append(got, strings.TrimSpace(i.Subject+" "+i.State+": "+i.Detail))
			}
		}
		want := []string{"node/w1 left: was exists, is gone", "node/w1/label/x left: was not there, is y", "compared: 1 items before, 1 after"}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("error %v, residue %q\nwant %q", err, got, want)
		}
		if v := judge.Judge(h, suites.All(suites.Healed())); v.Status != judge.Fail {
			t.Errorf("residue is %s %s", v.Status, v.Reason)
		}
	})
}

// A part of the cluster that nobody can look into may hide anything.
func TestResidueOutOfSight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.world.At["Site"] = func() { b.world.Hide("node/w1", "no answer within 10s") }
		h, err := b.run(t.Context())
		v := judge.Judge(h, suites.All(suites.Healed()))
		if err != nil || v.Status != judge.Invalid || !strings.Contains(v.Reason, "node/w1 could not be looked into after: no answer within 10s") {
			t.Errorf("error %v; %s %s", err, v.Status, v.Reason)
		}
	})
}

// What the API tells late is no residue.
func TestResidueThatIsToldLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.world.At["Site"] = func() { b.world.Leave("controlplane/etcd/etcd", "waiting") }
		b.world.At["Stop"] = func() { time.AfterFunc(4*time.Second, func() { b.world.Leave("controlplane/etcd/etcd", "") }) }
		h, err := b.run(t.Context())
		if v := judge.Judge(h, suites.All(suites.Healed())); err != nil || v.Status != judge.Pass {
			t.Errorf("error %v; %s %s", err, v.Status, v.Reason)
		}
	})
}
