package trial

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
	"github.com/seatrial/seatrial/internal/observe"
)

// Run runs the trial on the rig and records it. It decides nothing. The error
// says why the trial could not be run to its end; what was recorded until then
// is in the recorder all the same, the error's text among its notes.
//
// Whatever happens, a cancelled context included, the fault is undone, the
// load is stopped and the namespace removed, on a context of their own.
func Run(ctx context.Context, p Plan, rig Rig, rec *history.Recorder, tell Watcher) error {
	if tell == nil {
		tell = func(history.Phase, string) {}
	}
	r := &run{plan: p, rig: rig, rec: rec, tell: tell}
	err := guarded("run", func() error { return r.forward(ctx) })
	err = errors.Join(err, r.back(ctx, err != nil))
	if err != nil {
		r.note(history.NoteError, err.Error())
	}
	return err
}

// run is the state of one trial on its way.
type run struct {
	plan     Plan
	rig      Rig
	rec      *history.Recorder
	tell     Watcher
	meta     history.Meta
	before   *Inventory // before anything was done
	deployed Deployed
	world    *model.World // what was deployed
	armed    *observe.Armed
	meter    Meter
	steadyAt time.Duration
	seenAt   time.Duration
	injected bool
	end      func(context.Context) // see Plan.Measured; nil: it was not called
}

// forward goes from nothing to the end of the hold.
func (r *run) forward(ctx context.Context) error {
	for _, step := range []func(context.Context) error{r.prepare, r.deploy, r.measured, r.warm, r.steady, r.plant, r.pause, r.inject, r.hold} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// back undoes the fault, waits until the app has come back and takes everything
// down. After a failure, and once ctx has ended, nobody waits for anything to come
// back. Each part is done whatever became of those before it, a panic included.
func (r *run) back(ctx context.Context, failed bool) error {
	detached := context.WithoutCancel(ctx)
	err := guarded("undo", func() error { return r.undo(detached) })
	if !failed {
		err = errors.Join(err, guarded("settle", func() error { return r.settle(ctx) }))
	}
	return errors.Join(err, r.drain(detached), guarded("remove", func() error {
		if r.end != nil {
			r.end(ctx)
		}
		return r.remove(detached)
	}))
}

func (r *run) prepare(ctx context.Context) error {
	r.mark(history.PhaseDeploy, "")
	r.name()
	meta, err := r.rig.Place(ctx)
	r.meta = meta
	r.name()
	if err != nil {
		return fmt.Errorf("read the cluster's settings: %w", err)
	}
	before, err := r.rig.Inventory(ctx, r.plan)
	if err != nil {
		return fmt.Errorf("take the inventory: %w", err)
	}
	r.before = &before
	if err := r.rig.Prepare(ctx, r.plan); err != nil {
		return fmt.Errorf("prepare namespace %s: %w", r.plan.Namespace(), err)
	}
	return nil
}

// name writes down which trial this is: also of one that came to nothing, so that
// its record says whose it is.
func (r *run) name() {
	r.meta.Schema, r.meta.Scenario, r.meta.Variant = history.Schema, r.plan.Scenario, r.plan.Variant
	r.meta.Namespace, r.meta.Seed, r.meta.WallStart = r.plan.Namespace(), r.plan.Seed, r.rec.Clock().Wall
	if r.plan.Fault != nil {
		card := r.plan.Fault.Card()
		r.meta.Fault, r.meta.Blinds = card.Name, card.Blinds
	}
	if r.plan.Replay != "" {
		r.note(history.NoteReplay, r.plan.Replay)
	}
	r.rec.SetMeta(r.meta)
}

// deploy arms the observers before it applies anything, so that the record holds
// the whole life of every pod. They outlive ctx: the recovery must be seen too.
func (r *run) deploy(ctx context.Context) error {
	observers := r.rig.Observers(r.plan)
	armCtx, cancel := context.WithTimeoutCause(ctx, armLimit, fmt.Errorf("observers not ready within %s", armLimit))
	defer cancel()
	armed, err := arm(armCtx, r.rec, observers)
	if err != nil {
		return err
	}
	r.armed = armed
	ctx, cancelDeploy := context.WithTimeoutCause(ctx, deployLimit, fmt.Errorf("not available within %s", deployLimit))
	defer cancelDeploy()
	r.deployed, err = r.rig.Deploy(ctx, r.plan, r.rec)
	if err != nil {
		return fmt.Errorf("deploy %s: %w", r.plan.App.Name, err)
	}
	r.meta.Applied, r.meta.Load = r.deployed.Applied, r.deployed.Lanes
	r.rec.SetMeta(r.meta)
	world, err := model.NewWorld(r.meta)
	if err != nil {
		return fmt.Errorf("read what was applied: %w", err)
	}
	r.world, r.plan.Hold.Heal = world, r.plan.Patient(world)
	return nil
}

func (r *run) measured(ctx context.Context) error {
	if r.plan.Measured == nil {
		return nil
	}
	r.end = r.plan.Measured(ctx)
	return context.Cause(ctx)
}

// arm starts the observers detached from ctx, which bounds only the wait for
// them to be ready.
func arm(ctx context.Context, rec *history.Recorder, observers []observe.Observer) (*observe.Armed, error) {
	detached, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })
	armed, err := observe.Arm(detached, rec, observers...)
	if err == nil && !stop() {
		err = fmt.Errorf("arm the observers: %w", context.Cause(ctx))
	}
	if err != nil {
		cancel(nil)
		return nil, err
	}
	return armed, nil
}

func (r *run) plant(ctx context.Context) error {
	if r.plan.Plant.Stall == 0 {
		return nil
	}
	return r.meter.Stall(ctx, r.plan.Plant.Stall)
}

func (r *run) pause(context.Context) error {
	if r.plan.Pause == nil {
		return nil
	}
	return r.plan.Pause()
}

func (r *run) inject(ctx context.Context) error {
	if r.plan.Fault == nil {
		return nil
	}
	card := r.plan.Fault.Card()
	done, err := r.quiet(ctx)
	if err != nil {
		return err
	}
	var marked atomic.Bool
	defer func() {
		if !marked.Load() {
			done() // else it is given back when the deed is a second old
		}
	}()
	r.tell(history.PhaseFault, card.Name)
	r.injected = true
	limit := r.plan.seenWithin()
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no effect seen within %s", limit))
	defer cancel()
	site := r.rig.Site(r.plan, r.rec)
	site.Marker = func(m history.Mark) {
		r.rec.Mark(m)
		if m.Phase == history.PhaseFault {
			marked.Store(true)
			time.AfterFunc(calmMachine, done)
		}
	}
	site.Note = func(i history.Interval) {
		r.rec.State(i)
		r.rec.End(i.Source, i.Subject, i.To)
	}
	site.Applied = func(object json.RawMessage) {
		r.meta.Applied = append(r.meta.Applied, object)
		r.rec.SetMeta(r.meta)
	}
	if err := r.plan.Fault.Inject(ctx, site); err != nil {
		return fmt.Errorf("inject %s: %w", card.Name, err)
	}
	r.seenAt = r.mark(history.PhaseSeen, card.Name)
	return nil
}

// undo executes what the fault journalled. A trial whose fault was never tried
// has nothing to undo.
func (r *run) undo(ctx context.Context) error {
	if !r.injected {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, undoLimit, fmt.Errorf("not undone within %s", undoLimit))
	defer cancel()
	r.tell(history.PhaseRecover, "")
	began := r.rec.Clock().Now()
	defer func() { // it is undone not before it began, and when all of it is
		r.rec.Mark(history.Mark{Phase: history.PhaseRecover, Earliest: began, Latest: r.rec.Clock().Now()})
	}()
	if err := r.rig.Undo(ctx, r.plan); err != nil {
		r.note(history.NoteUndo, err.Error())
		return fmt.Errorf("undo: %w", err)
	}
	return nil
}

func (r *run) drain(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, drainLimit, fmt.Errorf("not drained within %s", drainLimit))
	defer cancel()
	r.mark(history.PhaseDrain, "")
	var errs []error
	part := func(what string, act func() error) { errs = append(errs, guarded(what, act)) }
	if r.meter != nil {
		part("stop the load", func() error {
			err := r.meter.Stop(ctx)
			if off := r.meter.ClockError(); off > 0 {
				r.note(history.NoteClock, off.String())
			}
			return err
		})
	}
	if r.armed != nil {
		part("stop the observers", func() error {
			err := r.armed.Stop(ctx)
			if died := r.armed.Died(); died != nil {
				r.note(history.NoteObservers, died.Error()) // those that feed no source leave no gap
			}
			return err
		})
	}
	if r.before != nil {
		part("compare", func() error { return r.compare(ctx) })
	}
	return errors.Join(errs...)
}

func (r *run) remove(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, undoLimit)
	defer cancel()
	if err := r.rig.Remove(ctx, r.plan); err != nil {
		return fmt.Errorf("remove namespace %s: %w", r.plan.Namespace(), err)
	}
	return nil
}

// mark notes that a phase begins now and returns when that is.
func (r *run) mark(phase history.Phase, detail string) time.Duration {
	now := r.rec.Clock().Now()
	r.rec.Mark(history.Mark{Phase: phase, Earliest: now, Latest: now, Detail: detail})
	r.tell(phase, detail)
	return now
}

func (r *run) note(name, text string) {
	notes := map[string]string{name: strings.TrimSpace(text)}
	for had, said := range r.meta.Notes { // a map of its own: the one that was recorded may be on its way to the disk
		if had != name {
			notes[had] = said
		}
	}
	r.meta.Notes = notes
	r.rec.SetMeta(r.meta)
}

// guarded turns a panic into an error: whatever goes wrong, the way back is gone.
func guarded(what string, act func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: panic: %v", what, p)
		}
	}()
	return act()
}
