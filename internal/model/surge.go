package model

import (
	"fmt"
	"time"
)

// A RolledBy is a rollout by surge alone, maxUnavailable 0, as far as the model must
// know it: how many pods may be in the making at one time, how many were made, and
// how long they took from their creation until they were ready.
type RolledBy struct {
	Surge, Pods    int
	Total, Longest time.Duration // of all the pods together; of the slowest
}

// Took is the window of how long such a rollout takes. Not less than its pods take
// when never fewer than maxSurge of them are in the making; and not more than when
// the controller takes a second over each and the slowest comes last (the bound of
// list scheduling: R. L. Graham, Bounds on Multiprocessing Timing Anomalies, 1969).
//
//	10 pods of 5s, one at a time == 50s..61s; two at a time == 25s..34s
func (r RolledBy) Took() Window {
	surge := time.Duration(r.Surge)
	work := r.Total + time.Duration(r.Pods)*react
	last := (r.Longest + react) * (surge - 1) / surge
	return Between(r.Total/surge, work/surge+last,
		fmt.Sprintf("%d pods, %s of making in all, %d at a time, 1s for the controller to make each", r.Pods, seconds(r.Total), r.Surge)).
		Late(react, "1s for the status to arrive")
}

// Ratio is between which values the length of a rollout divided by that of another
// one must lie.
//
//	10 pods of 5s two at a time, against one at a time == 0.41..0.68
func (r RolledBy) Ratio(other RolledBy) (from, to float64) {
	mine, its := r.Took(), other.Took()
	return float64(mine.From) / float64(its.To), float64(mine.To) / float64(its.From)
}
