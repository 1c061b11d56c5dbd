package judge

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
)

func TestResidue(t *testing.T) {
	for _, tt := range []struct {
		name   string
		record func(*builder)
		status Status
		got    string
	}{
		{"nothing left", func(*builder) {}, Pass, "no difference in 9 items before, 9 after"},
		{"a label", func(b *builder) {
			b.Instant(history.SourceResidue, "node/w1/label/x", history.StateLeft, "30s").Detail(history.SourceResidue, "node/w1/label/x", `was not there, is "y"`)
		}, Fail, `1 left behind: node/w1/label/x was not there, is "y"`},
		{"a table in a node", func(b *builder) {
			b.Instant(history.SourceResidue, "node/w1/nft/seatrial-x", history.StateLeft, "30s").Detail(history.SourceResidue, "node/w1/nft/seatrial-x", "was not there, is exists")
		}, Fail, "1 left behind: node/w1/nft/seatrial-x was not there, is exists"},
		{"a node out of reach", func(b *builder) {
			b.Instant(history.SourceResidue, "node/w1", history.StateUnseen, "30s").Detail(history.SourceResidue, "node/w1", "after:\nno answer within 10s")
		}, Invalid, "node/w1 could not be looked into after: no answer within 10s"},
		{"both", func(b *builder) {
			b.Instant(history.SourceResidue, "node/w1", history.StateUnseen, "30s").
				Instant(history.SourceResidue, "node/w1/container", history.StateLeft, "30s").Detail(history.SourceResidue, "node/w1/container", "was running, is exited")
		}, Fail, "1 left behind: node/w1/container was running, is exited"},
		{"no comparison, as in old records", func(b *builder) { b.Without(history.SourceResidue, "") }, Skipped, ""},
	} {
		b := historytest.Web().Instant(history.SourceResidue, "", history.StateCompared, "30s").
			Detail(history.SourceResidue, "", "9 items before, 9 after")
		tt.record(b)
		if f := leavesNothing(b.Build()); f.Status != tt.status || f.Got != tt.got {
			t.Errorf("%s: %s %q, want %s %q", tt.name, f.Status, f.Got, tt.status, tt.got)
		}
	}
}
