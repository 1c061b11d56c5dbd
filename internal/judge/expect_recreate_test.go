package judge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// versions has every hundred slots of both lanes answered by a version; the deed is
// at slot 450.
func versions(b *historytest.Builder, line string) *history.History {
	h, words := built(b), strings.Fields(line)
	for i := range h.Samples {
		if word := words[min(int(h.Samples[i].Seq)/100, len(words)-1)]; word != "-" {
			h.Samples[i].Version = word
		}
	}
	return h
}

func TestVersionsApart(t *testing.T) {
	for _, row := range []struct {
		name, line string
		want       judge.Status
		got        string
	}{
		{"one after the other", "v1 v1 v1 v1 v1 v1 v2", judge.Pass, "0ms together"},
		{"with nobody between them", "v1 v1 v1 v1 v1 - - v2", judge.Pass, "0ms together"},
		{"side by side", "v1 v1 v1 v1 v1 v2 v1 v2", judge.Fail, "3.98s together"}, // slots 500 to 699
		{"never the new one", "v1", judge.Invalid, "no answer of another version than v1"},
		{"nobody says who it is", "-", judge.Invalid, "names its version"},
	} {
		f := judge.VersionsApart().Judge(versions(calm("rollout/update", "web"), row.line))
		if f.Status != row.want || !strings.Contains(f.Got, row.got) {
			t.Errorf("%s: got %s: %s, want %s (%q)", row.name, f.Status, f.Got, row.want, row.got)
		}
	}
	// An answer that is still on its way when the other version answers counts.
	h := versions(calm("rollout/update", "web"), "v1 v1 v1 v1 v1 v2")
	for i := range h.Samples {
		if h.Samples[i].Seq == 499 {
			h.Samples[i].Took = 50 * time.Millisecond
		}
	}
	if f := judge.VersionsApart().Judge(h); f.Status != judge.Fail || !strings.Contains(f.Got, "30ms together") {
		t.Errorf("an answer on its way: got %s: %s", f.Status, f.Got)
	}
}
