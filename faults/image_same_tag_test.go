package faults_test

import (
	"fmt"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestSameTag(t *testing.T) {
	image := web.Image()
	holds := func(want string) func(w *faulttest.World) error {
		return func(w *faulttest.World) error {
			for _, node := range w.Nodes.Names("worker") {
				if got := w.Nodes.Content(node, image.Tag("v1")); got != image.Tag(want) {
					return fmt.Errorf("%s has %s under v1", node, got)
				}
			}
			return nil
		}
	}
	given := func(w *faulttest.World, deed history.Mark, _ int) {
		for _, node := range w.Nodes.Names("worker") {
			w.Record.Instant(history.Interval{Source: history.SourceRuntime, Subject: node, State: history.RuntimeImage, From: deed.Latest,
				Attrs: history.Attrs{history.AttrImage: deed.Targets[0]}})
		}
	}
	faulttest.Check(t, faults.SameTag("v1", "v2"), faulttest.Case{
		Before: func(w *faulttest.World) { // what was given before is no sign of the deed
			given(w, history.Mark{Targets: []string{image.Tag("v1")}}, 0)
		},
		Sees: given, Broken: holds("v2"), Undone: holds("v1"),
	})
}
