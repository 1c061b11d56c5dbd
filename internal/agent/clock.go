package agent

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// asks is how often an agent's clock is asked for; the quickest answer counts.
const asks = 20

// An Alignment says how an agent's clock stands to ours: what its CLOCK_MONOTONIC
// shows more than ours, right to Error.
type Alignment struct {
	Ahead time.Duration
	Error time.Duration
}

// Align compares the agent's clock with ours.
func (r *Remote) Align(ctx context.Context) (Alignment, error) {
	var best Alignment
	for n := range asks {
		before := history.MonotonicNow()
		var theirs reading
		if err := r.get(ctx, "clock", &theirs); err != nil {
			return best, fmt.Errorf("ask %s for its clock: %w", r.Name, err)
		}
		after := history.MonotonicNow()
		a := aligned(before, after, theirs.Monotonic)
		if n == 0 || a.Error < best.Error {
			best = a
		}
	}
	return best, nil
}

// aligned is what one question tells: their clock was read between before and after.
//
//	before 100 ms, after 104 ms, theirs 5,002 ms -> ahead by 4,900 ms, ±2 ms
func aligned(before, after, theirs int64) Alignment {
	return Alignment{Ahead: time.Duration(theirs - (before+after)/2), Error: time.Duration(after-before+1) / 2}
}

// get reads an answer of the agent's.
func (r *Remote) get(ctx context.Context, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, answers)
	defer cancel()
	body, err := r.Ask(ctx, "GET", path, nil)
	if err != nil {
		return err
	}
	defer body.Close()
	return json.NewDecoder(body).Decode(into)
}
