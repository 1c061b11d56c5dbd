package observe

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// Blindfold makes an observer go blind some time after the trial was steady: the
// planted defect that shows that a lost watch does not pass for a quiet one. An
// API watch loses its events without a word, which only the final LIST can find;
// any other observer dies. Both must end in a gap.
func Blindfold(o Observer, after time.Duration) Observer {
	after = max(after, 1)
	if k, ok := o.(interface{ blinded(time.Duration) Observer }); ok {
		return k.blinded(after)
	}
	return blindfolded{o, after}
}

func (k *kind[T]) blinded(after time.Duration) Observer {
	other := *k
	other.blind = after
	return &other
}

type blindfolded struct {
	Observer
	after time.Duration
}

// Sources lists what goes silent.
func (b blindfolded) Sources() []string {
	if s, ok := b.Observer.(interface{ Sources() []string }); ok {
		return s.Sources()
	}
	return []string{b.Name()}
}

// Observe implements Observer.
func (b blindfolded) Observe(ctx context.Context, rec *history.Recorder, ready func()) error {
	work, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	dead := fmt.Errorf("blindfolded %s after the trial was steady", b.after)
	go func() {
		if awaitSteady(work, rec) {
			time.AfterFunc(b.after, func() { cancel(dead) })
		}
	}()
	err := b.Observer.Observe(work, rec, ready)
	if errors.Is(context.Cause(work), dead) {
		return dead
	}
	return err
}

// awaitSteady waits until the record has the mark, and reports whether it came to that.
func awaitSteady(ctx context.Context, rec *history.Recorder) bool {
	for {
		changed := rec.Changed()
		if _, ok := rec.Reached(history.PhaseSteady); ok {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}
