package faults

import (
	"context"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// Flood has business answers take so long that the load of the trial is more than
// the app's workers can serve (see web.Workers): the service port has a queue that
// nobody comes through in time. It needs load, and a limit of workers.
func Flood(choose Choice, answer time.Duration) Fault { return flood{choose, answer} }

type flood struct {
	choose Choice
	answer time.Duration
}

func (flood) Card() Card {
	return Card{
		Name:     "app/flood",
		Breaks:   "answers take longer, and all workers of the app are busy",
		ShowsAs:  "requests wait in line on the service port until their callers give up",
		UndoneBy: "answers take as long as before",
		Look:     "kubectl get pods --watch; kubectl get events --field-selector reason=Unhealthy",
	}
}

func (flood) Needs() []kindconfigs.Trait { return nil }

func (f flood) Inject(ctx context.Context, s *Site) error {
	targets, err := s.turn(ctx, f.choose, "flood", workloads.KnobAnswerTime, f.answer.String(), "0s")
	if err != nil {
		return err
	}
	// The queue grows for a moment: a look that is answered came before it.
	for {
		for _, pod := range targets {
			s.glance(ctx, pod, web.Live)
		}
		if s.waitsInLine(ctx, targets, impatience) == nil {
			return nil
		}
		if ctx.Err() != nil {
			return s.waitsInLine(ctx, targets, impatience) // says for what it waited
		}
	}
}

// waitsInLine waits, for a while, until who looked at each pod's service port gave up.
func (s *Site) waitsInLine(ctx context.Context, pods []string, atMost time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	return s.UntilApp(ctx, pods, history.AppProbe, history.AttrPath, web.Live, history.AttrKind, "other", history.AttrCode, history.CodeNone)
}
