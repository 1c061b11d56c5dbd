package faults_test

import (
	"strings"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestToRevision(t *testing.T) {
	faulttest.Check(t, faults.ToRevision(1), faulttest.Case{
		Before: func(w *faulttest.World) { annotate(w, "2") },
		Sees: func(w *faulttest.World, deed history.Mark, _ int) {
			w.Record.State(history.Interval{Source: history.SourceReplicas, Subject: "ReplicaSet/web-1", State: "0/3", From: deed.Latest,
				Attrs: history.Attrs{"revision": "3"}})
		},
		Broken: isVersion("v1"),
	})
}

// A revision that is gone cannot be gone back to, and nothing is done.
func TestToRevisionThatIsGone(t *testing.T) {
	w := faulttest.NewWorld(web.App())
	err := faults.ToRevision(7).Inject(t.Context(), w.Site())
	if err == nil || !strings.Contains(err.Error(), "no revision 7 any more") || len(w.Deeds()) > 0 {
		t.Errorf("got %v after %d deeds", err, len(w.Deeds()))
	}
}
