package judge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
)

// MovedForGood expects that the pressure of a node's disk is over once the runtime's data
// was moved, the last deed, and never comes again.
func MovedForGood() Expectation { return expectation{"moved-for-good", judgeMoved} }

func judgeMoved(s *scene) (Finding, error) {
	node, pressure, err := s.full()
	if err != nil {
		return Finding{}, err
	}
	deeds := marksOf(s.h, history.PhaseFault)
	moved := deeds[len(deeds)-1]
	if len(deeds) < 2 || len(pressure) == 0 || pressure[0].From >= moved.Latest {
		return Finding{}, fmt.Errorf("node %s was not under disk pressure before its runtime's data was moved", node)
	}
	w, what := s.w.PressureMoved(node), "pressure gone"
	at := slices.IndexFunc(pressure, func(i history.Interval) bool { return i.To > moved.Earliest })
	undone := s.undone().Earliest
	switch {
	case at < 0:
		return Finding{}, fmt.Errorf("the pressure of node %s was over before anything was moved", node)
	case pressure[at].To >= undone && undone-moved.Latest < w.To:
		return Finding{}, fmt.Errorf("it was undone %s after the move, before the pressure must be gone (%s)", short(undone-moved.Latest), w.Range())
	case pressure[at].To >= undone:
		return never(w, what, "there until the undo"), nil
	}
	f := timed(w, moved, pressure[at].To, what)
	if again := at + 1; again < len(pressure) && pressure[again].From < undone {
		f.Status, f.Got = Fail, f.Got+", there again at "+offset(pressure[again].From)
	}
	return f, nil
}

// grownElsewhere is how much of an image may be gone of the disk where it does not
// belong, a part of it: what still runs there writes there.
const grownElsewhere = 10

// GrowsApart expects that an image which was imported after the move took its size of the
// new disk, and next to nothing of the old one.
func GrowsApart() Expectation { return expectation{"grows-apart", judgeGrown} }

func judgeGrown(s *scene) (Finding, error) {
	var wrong, got []string
	for _, disk := range []string{history.StateNewDisk, history.StateOldDisk} {
		all := slices.DeleteFunc(s.intervals(history.SourceDisk, ""), func(i history.Interval) bool { return i.State != disk })
		if len(all) == 0 {
			return Finding{}, fmt.Errorf("the record does not tell what an image took of the %s disk", disk)
		}
		took, err := strconv.ParseInt(all[0].Attrs[history.AttrBytes], 10, 64)
		image, imageErr := strconv.ParseInt(all[0].Attrs[history.AttrCount], 10, 64)
		if err != nil || imageErr != nil {
			return Finding{}, fmt.Errorf("what an image took of the %s disk cannot be read: %v", disk, all[0].Attrs)
		}
		said := fmt.Sprintf("%s disk: %d MiB", disk, took>>20)
		got = append(got, said)
		if disk == history.StateNewDisk && took < image || disk == history.StateOldDisk && took > image/grownElsewhere {
			wrong = append(wrong, said)
		}
	}
	f := found(len(wrong) == 0, "an image takes its size of the new disk, and a tenth of that of the old one at most", strings.Join(got, ", "), "the runtime keeps its data where it is mounted")
	return f, nil
}
