package faults

import (
	"context"
	"time"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// Settled lets what came before stand for a while and injects the fault then.
// The pause is part of the experiment, no synchronisation: what happens in it is
// recorded and judged.
func Settled(f Fault, pause time.Duration) Fault { return settled{f, pause} }

type settled struct {
	Fault
	pause time.Duration
}

func (f settled) Needs() []kindconfigs.Trait { return f.Fault.Needs() }

func (f settled) Rights() []Right { return rightsOf(f.Fault) }

func (f settled) Inject(ctx context.Context, s *Site) error {
	timer := time.NewTimer(f.pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return f.Fault.Inject(ctx, s)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
