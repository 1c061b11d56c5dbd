package history

import "time"

// A Clock turns instants into offsets from the start of a trial.
//
// The origin is kept as a reading of the machine's monotonic clock too
// (CLOCK_MONOTONIC, nanoseconds since boot), because the meter, the app's log
// and the nodes' runtimes are other processes on the same kernel: their own
// monotonic stamps become offsets by one subtraction, with no error and
// whatever the wall clock does.
type Clock struct {
	Wall      time.Time // when the trial started; carries Go's monotonic reading too
	Monotonic int64     // CLOCK_MONOTONIC at the same instant, nanoseconds; 0 where it is not known
}

// Now is the offset of this moment.
func (c Clock) Now() time.Duration { return time.Since(c.Wall) }

// At is the offset of a CLOCK_MONOTONIC reading.
func (c Clock) At(monotonic int64) time.Duration { return time.Duration(monotonic - c.Monotonic) }

// AtWall is the offset of a wall-clock instant that another program stamped. It
// is as good as the wall clock was steady since the start of the trial.
func (c Clock) AtWall(t time.Time) time.Duration { return t.Round(0).Sub(c.Wall.Round(0)) }
