package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// look is how often the engine looks whether what it waits for has come. Nothing
// is measured by it.
const look = 100 * time.Millisecond

// warm starts the load and waits until every lane has answered without an error
// for a while and has reached every ready pod. A load that does not get there is
// let through: the judge finds that it was never steady.
func (r *run) warm(ctx context.Context) error {
	r.mark(history.PhaseWarm, "")
	if r.plan.Load.Rate == 0 {
		return nil
	}
	if err := r.reach(ctx); err != nil {
		return err
	}
	meter, err := r.rig.Load(context.WithoutCancel(ctx), r.plan, r.deployed, r.rec)
	if err != nil {
		return fmt.Errorf("start the load: %w", err)
	}
	r.meter = meter
	c := r.newCalm(r.rec)
	_, err = r.wait(ctx, warmLimit, func(now time.Duration) bool { return c.at(now) && c.reachedAll(r.deployed.Behind) })
	return err
}

// reach sends a load that is not recorded until lane "fresh" has reached every
// pod. Pods are called ready a moment before every route leads to them, and lane
// "reused" pins its connections when it starts: they must not all go to the first.
func (r *run) reach(ctx context.Context) error {
	scratch := history.NewRecorder(r.rec.Clock(), nil)
	meter, err := r.rig.Load(context.WithoutCancel(ctx), r.plan, r.deployed, scratch)
	if err != nil {
		return fmt.Errorf("start the load: %w", err)
	}
	c := r.newCalm(scratch)
	_, err = r.wait(ctx, warmLimit, func(time.Duration) bool {
		c.take()
		return len(c.pods[history.LaneFresh]) >= r.deployed.Behind
	})
	return errors.Join(err, meter.Stop(context.WithoutCancel(ctx)))
}

// steady lets the load run undisturbed: what goes wrong in it is no fault of the
// fault. Without a load it is the time before, which what comes after is compared with.
//
// A machine that stands still for a second while another trial starts its pods fails
// requests of ours: then it is not steady yet, and begins anew. The mark is where it began
// at last; of an app that never gets there it is the first time, for the judge to find.
func (r *run) steady(ctx context.Context) error {
	r.tell(history.PhaseSteady, "")
	first := r.rec.Clock().Now()
	began, limit := first, steadyFor
	undisturbed := func(time.Duration) bool { return true }
	if r.plan.Load.Rate > 0 {
		c := r.newCalm(r.rec)
		limit += calmPatience
		undisturbed = func(now time.Duration) bool {
			c.take()
			if c.bad >= began {
				began = now
			}
			return c.bad < began
		}
	}
	proven, err := r.wait(ctx, limit, func(now time.Duration) bool { return undisturbed(now) && now >= began+steadyFor })
	if r.steadyAt = began; !proven {
		r.steadyAt = first
	}
	r.rec.Mark(history.Mark{Phase: history.PhaseSteady, Earliest: r.steadyAt, Latest: r.steadyAt})
	return err
}

// quiet takes the turn, then waits until the generator has not stood still for a
// while. What it returns gives the turn back, however often it is called.
func (r *run) quiet(ctx context.Context) (done func(), err error) {
	done = func() {}
	if r.plan.Turn != nil {
		done = r.plan.Turn(ctx)
	}
	if r.plan.Load.Rate > 0 {
		_, err = r.wait(ctx, calmPatience, func(now time.Duration) bool {
			return !slices.ContainsFunc(r.rec.Gaps(), func(g history.Interval) bool {
				return g.Source == history.SourceLoad && g.To > now-calmMachine
			})
		})
	}
	if err != nil {
		done()
	}
	return done, err
}

// hold leaves the break in place: first for as long as the plan says, then until
// the app has healed by itself or its time for that is over.
func (r *run) hold(ctx context.Context) error {
	hold := r.plan.Hold
	if _, err := r.wait(ctx, hold.For, func(time.Duration) bool { return false }); err != nil {
		return err
	}
	_, err := r.wait(ctx, hold.Heal, r.healed(r.seenAt, none))
	return err
}

// settle waits after the undo until the app has come back, or its time is over: an
// app that has not come back by then has no mark "settled". Without such a time
// nothing is waited for.
func (r *run) settle(ctx context.Context) error {
	limit := r.plan.Hold.Settle
	if !r.injected {
		return nil
	}
	healed := r.healed(r.rec.Clock().Now(), r.gone)
	back, err := r.wait(ctx, limit, func(now time.Duration) bool { return r.nodesBack() && healed(now) })
	if err == nil && (back || limit == 0) {
		r.mark(history.PhaseSettled, "")
	}
	return err
}

// healed returns a condition that holds when all pods but the lost are there and
// ready, every Deployment is at what it was asked for, and no request has failed
// since from for as long as calmFor.
func (r *run) healed(from time.Duration, lost func() int) func(now time.Duration) bool {
	calm := r.newCalm(r.rec)
	return func(now time.Duration) bool {
		if now < from+calmFor+r.timeout() {
			return false
		}
		return r.whole(lost()) && (r.plan.Load.Rate == 0 || calm.at(now))
	}
}

// none are lost while the app is left to heal by itself: that is the question.
func none() int { return 0 }

func (r *run) timeout() time.Duration {
	if len(r.deployed.Lanes) == 0 {
		return 0
	}
	return r.deployed.Lanes[0].Timeout
}

// wait looks until done says so, the limit is over (false, no error: what is
// missing is for the judge to find) or ctx ends.
func (r *run) wait(ctx context.Context, limit time.Duration, done func(now time.Duration) bool) (bool, error) {
	deadline := r.rec.Clock().Now() + limit
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for {
		now := r.rec.Clock().Now()
		if now >= deadline {
			return false, nil
		}
		if done(now) {
			return true, nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return false, context.Cause(ctx)
		}
	}
}
