package faults_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

func TestBadImage(t *testing.T) {
	absent := func(want bool) func(w *faulttest.World) error {
		return func(w *faulttest.World) error {
			if image, _ := version(w); strings.HasPrefix(image, "registry.invalid/") != want {
				return fmt.Errorf("the image is %s", image)
			}
			return nil
		}
	}
	faulttest.Check(t, faults.BadImage(), faulttest.Case{
		Sees: func(w *faulttest.World, deed history.Mark, n int) {
			rolled(w, deed, n)
			w.Record.State(history.Interval{Source: history.SourceContainer, Subject: "web-2-x/web", State: "waiting",
				Attrs: history.Attrs{history.AttrReason: "ErrImagePull"}})
		},
		Broken: absent(true), Undone: absent(false),
	})
}
