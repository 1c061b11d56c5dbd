package run

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/seatrial/seatrial/internal/judge"
)

// Repeat runs everything as often as the options say, each time into a folder of
// its own (01, 02 ...) if more than once, and returns the verdicts. It stops at
// the first error of the tool or the machine. The deadline is that of all of it: a
// repetition after it starts nothing, and proves nothing.
func Repeat(ctx context.Context, o Options, view Viewer) ([]judge.Run, error) {
	if o.Repeat <= 1 {
		r, err := Run(ctx, o, view)
		return []judge.Run{r}, err
	}
	if o.Out == "" {
		o.Out = defaultOut(newID())
	}
	var all []judge.Run
	out, seed, deadline, began := o.Out, o.Seed, o.Deadline, time.Now()
	for n := range o.Repeat {
		o.Out = filepath.Join(out, fmt.Sprintf("%02d", n+1))
		if seed != 0 {
			o.Seed = seed + int64(n) // the same chances again and again would be one run, repeated
		}
		o.Deadline = remaining(deadline, time.Since(began))
		r, err := Run(ctx, o, view)
		all = append(all, r)
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// remaining is what is left of a deadline after so long; 0 is none. One that is over is
// as short as can be.
func remaining(deadline, passed time.Duration) time.Duration {
	if deadline == 0 {
		return 0
	}
	return max(time.Nanosecond, deadline-passed)
}
