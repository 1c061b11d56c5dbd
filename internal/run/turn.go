package run

import (
	"context"
	"sync"
)

// A turn is for work that wants every processor there is: starting pods, judging,
// drawing; and for the moment of a deed, in which nobody else should be at any of
// these. One at a time has it. Machines that are given a share of processors
// (a virtual machine with a quota, a CI container) stand still, all at once, for
// tens of milliseconds when more is used, and the meters of the other trials with
// them: stalls of 100 ms were seen whenever two trials started their pods together.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

// take waits for the turn and returns what gives it back, however often that is
// called. When ctx ends first, it is not waited for any longer.
func (t turn) take(ctx context.Context) (done func()) {
	select {
	case t <- struct{}{}:
		return sync.OnceFunc(func() { <-t })
	case <-ctx.Done():
		return func() {}
	}
}
