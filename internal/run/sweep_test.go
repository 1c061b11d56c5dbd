package run

import (
	"context"
	"errors"
	"testing"

	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/journal"
)

// Only what nobody has a claim to is removed, and a dry run removes nothing.
func TestSweepClusters(t *testing.T) {
	step := func(name string) journal.Step {
		return journal.Step{Kind: "remove", Args: map[string]string{"cluster": name}}
	}
	var left []cluster.Leftover
	for _, name := range []string{"old", "live", "kept", "stuck"} {
		left = append(left, cluster.Leftover{Cluster: name, Why: "expired", Undo: step(name), Due: true})
	}
	left = append(left, cluster.Leftover{Cluster: "theirs", Why: "nobody has a record of it", Undo: step("theirs")})
	left = append(left, cluster.Leftover{Cluster: "used", Why: "expired", Undo: step("used"), Due: true})
	runs := []journal.Outcome{{Fate: journal.Live, Steps: []journal.Step{step("live")}}, {Fate: journal.Live, Info: journal.Info{Cluster: "used"}}, {Fate: journal.Left, Steps: []journal.Step{step("old")}}}
	var removed []string
	u := journal.Undoers{"remove": func(_ context.Context, args map[string]string) error {
		if args["cluster"] == "stuck" {
			return errors.New("no daemon answers")
		}
		removed = append(removed, args["cluster"])
		return nil
	}}
	listed, err := sweep(t.Context(), unclaimed(left, runs, "kept"), u, true)
	if err != nil || len(listed) != 3 || listed[0].Fate != journal.Listed || listed[2].Fate != Unsure || len(removed) > 0 {
		t.Fatalf("dry: %+v, %v; removed %v", listed, err, removed)
	}
	out, err := sweep(t.Context(), unclaimed(left, runs, "kept"), u, false)
	if err == nil || len(out) != 3 || out[2].Fate != Unsure || out[0].Fate != journal.Recovered || out[1].Fate != journal.Left || len(out[1].Failed) != 1 {
		t.Errorf("%+v, %v", out, err)
	}
	if len(removed) != 1 || removed[0] != "old" {
		t.Errorf("removed %v, want old alone", removed)
	}
}
