package run

import (
	"context"
	"sync"

	"github.com/seatrial/seatrial/internal/host"
)

// left counts the trials that are still to end, by place.
type left struct {
	mu     sync.Mutex
	trials map[string]int
}

func (l *left) count(items []Item) {
	l.trials = map[string]int{}
	for _, i := range items {
		l.trials[i.In.Name]++
	}
}

// ended notes that a trial of the place has ended, and reports whether it was the
// last one there while trials go on elsewhere.
func (l *left) ended(place string) (last bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.trials == nil {
		return false // nobody counted them
	}
	l.trials[place]--
	others := 0
	for _, n := range l.trials {
		others += n
	}
	return l.trials[place] == 0 && others > 0
}

// vacate deletes the cluster of a place whose last trial has ended, while others go
// on: an idle cluster takes processors from them. It is part of the place's last trial:
// whoever wants the machine for itself comes after it. What cannot be deleted now is
// tried again at the end.
func (s *session) vacate(ctx context.Context, name string) {
	if !s.left.ended(name) || ctx.Err() != nil {
		return
	}
	p := s.clusters[name]
	if p == nil || s.Keep || s.KeepFailed || !p.up() || p.step == "" {
		return
	}
	ctx = context.WithoutCancel(ctx)
	step := s.step("delete cluster " + p.ours.Name())
	step.enter(ctx)
	defer step.leave()
	p.witnesses.retire(ctx)
	defer s.turn.take(ctx)()
	err := host.Progress(s.view.Working).Do("delete cluster "+p.ours.Name()+": no trial needs it any more", func(func(string)) error {
		if err := s.leave(ctx, name, p); err != nil {
			s.lost(err) // the cluster is asked but once
		}
		return s.journal.Undo(ctx, s.undoers, p.step)
	})
	if err != nil {
		s.view.Say(err.Error())
	}
}

// up reports whether the place's cluster is there: nobody makes it any more.
func (p *place) up() bool {
	select {
	case <-p.ready:
		return true
	default:
		return false
	}
}
