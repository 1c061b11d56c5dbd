package trialtest

import (
	"context"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/journal"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// undoMend is the kind of the one undo step that there is in a world.
const undoMend = "trialtest/mend"

// Toggle is the fault that breaks the first pod of a world; its undo mends it.
// After is called once the pod is broken, in the middle of the injection: to fail,
// to hang, to panic; it may be nil.
func Toggle(w *World, after func(ctx context.Context) error) faults.Fault { return toggle{w, after} }

type toggle struct {
	world *World
	after func(ctx context.Context) error
}

func (toggle) Card() faults.Card {
	return faults.Card{Name: "trialtest/toggle", Breaks: "a pod answers 503", ShowsAs: "it is not ready", UndoneBy: "it is mended", Look: "-"}
}

func (toggle) Needs() []kindconfigs.Trait { return nil }

func (f toggle) Inject(ctx context.Context, s *faults.Site) error {
	first := f.world.First()
	step := journal.Step{Kind: undoMend, Says: "mend " + first, Deadline: time.Now().Add(time.Hour)}
	if err := s.Undo(step); err != nil {
		return err
	}
	err := s.Deed("break "+first, []string{first}, func() error { f.world.Break(); return nil })
	if err == nil && f.after != nil {
		err = f.after(ctx)
	}
	if err != nil {
		return err
	}
	return s.Until(ctx, first+" not ready", func(seen []history.Interval) bool {
		for _, i := range seen {
			if i.Source == history.SourceReady && i.Subject == first && i.State == "False" {
				return true
			}
		}
		return false
	})
}
