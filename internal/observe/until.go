package observe

import (
	"context"
	"fmt"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// Seen gives access to what was recorded; *history.Recorder is one.
type Seen interface {
	// Snapshot returns a copy of the intervals recorded so far.
	Snapshot() []history.Interval
	// Changed returns a channel that is closed at the next change.
	Changed() <-chan struct{}
}

// Until waits until cond holds of what was recorded. It looks again at every
// change of the record and never in between. The error says for what it waited,
// and for how long until ctx ended.
func Until(ctx context.Context, seen Seen, what string, cond func([]history.Interval) bool) error {
	began := time.Now()
	for {
		changed := seen.Changed() // before the snapshot, so that no change falls between
		if cond(seen.Snapshot()) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait %s for %s: %w", time.Since(began).Round(100*time.Millisecond), what, context.Cause(ctx))
		}
	}
}

// Current returns what is going on of a source, by subject.
func Current(intervals []history.Interval, source string) map[string]history.Interval {
	now := map[string]history.Interval{}
	for _, i := range intervals {
		if i.Source == source && i.To == history.Open {
			now[i.Subject] = i
		}
	}
	return now
}

// CountState counts the subjects of a source that are in the state now.
func CountState(intervals []history.Interval, source, state string) int {
	n := 0
	for _, i := range Current(intervals, source) {
		if i.State == state {
			n++
		}
	}
	return n
}

// Since returns the intervals and instants of a source that began at from or later.
func Since(intervals []history.Interval, source string, from time.Duration) []history.Interval {
	var later []history.Interval
	for _, i := range intervals {
		if i.Source == source && i.From >= from {
			later = append(later, i)
		}
	}
	return later
}
