package trialtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/internal/observe"
	"github.com/seatrial/seatrial/internal/trial"
)

// rollout is how long the app takes to come up.
const rollout = time.Second

// A Rig runs a trial in a World.
type Rig struct {
	World *World
	// Early is called by the observer before it is ready; a panic, say.
	Early func()
	// Late is what the observer does once it is ready; nil: it stays until ctx ends.
	Late func(ctx context.Context) error
}

var _ trial.Rig = (*Rig)(nil)

// Place tells the particulars of no place.
func (r *Rig) Place(context.Context) (history.Meta, error) {
	if err := r.World.enter("Place"); err != nil {
		return history.Meta{}, err
	}
	return history.Meta{Place: "none", Version: "v1.36.3", Tool: "test", Settings: history.Settings{ProxyMode: "nftables"}}, nil
}

// Inventory lists what Leave has changed since, and Hide has hidden.
func (r *Rig) Inventory(context.Context, trial.Plan) (trial.Inventory, error) {
	err := r.World.enter("Inventory")
	return r.World.items(), err
}

// Prepare makes the namespace.
func (r *Rig) Prepare(context.Context, trial.Plan) error {
	if err := r.World.enter("Prepare"); err != nil {
		return err
	}
	r.World.mu.Lock()
	defer r.World.mu.Unlock()
	r.World.namespace = true
	return nil
}

// Observers are the one sensor of a world.
func (r *Rig) Observers(trial.Plan) []observe.Observer {
	_ = r.World.enter("Observers")
	return []observe.Observer{&sensor{world: r.World, early: r.Early, late: r.Late}}
}

// Deploy brings the pods up, after a while.
func (r *Rig) Deploy(ctx context.Context, p trial.Plan, rec *history.Recorder) (trial.Deployed, error) {
	if err := r.World.enter("Deploy"); err != nil {
		return trial.Deployed{}, err
	}
	select {
	case <-time.After(rollout):
	case <-ctx.Done():
		return trial.Deployed{}, context.Cause(ctx)
	}
	r.World.rec = rec
	r.World.appear()
	n := len(r.World.pods)
	d := trial.Deployed{Ready: n, Behind: n, Applied: []json.RawMessage{json.RawMessage(historytest.Deployment(n))}}
	if p.Load.Rate > 0 {
		d.Lanes = []history.LanePlan{
			{Lane: history.LaneFresh, Rate: p.Load.Rate, Timeout: p.Load.Timeout, Via: "none"},
			{Lane: history.LaneReused, Rate: p.Load.Rate, Timeout: p.Load.Timeout, Via: "none", Connections: perPod * n},
		}
	}
	return d, nil
}

// Load starts the meter.
func (r *Rig) Load(_ context.Context, _ trial.Plan, d trial.Deployed, rec *history.Recorder) (trial.Meter, error) {
	if err := r.World.enter("Load"); err != nil {
		return nil, err
	}
	return r.World.startMeter(d.Lanes, rec), nil
}

// Site is the world, without any client.
func (r *Rig) Site(p trial.Plan, rec *history.Recorder) *faults.Site {
	_ = r.World.enter("Site")
	return &faults.Site{
		Namespace: p.Namespace(), Scenario: p.Title(), App: p.App, Rand: p.Rand(), Clock: rec.Clock(), Seen: rec,
		Journal: func(s journal.Step) error {
			r.World.mu.Lock()
			defer r.World.mu.Unlock()
			r.World.journal = append(r.World.journal, s)
			return nil
		},
	}
}

// Undo undoes what was journalled, the last step first, as far as that works.
func (r *Rig) Undo(ctx context.Context, p trial.Plan) error {
	if err := r.World.enter("Undo"); err != nil {
		return err
	}
	r.World.mu.Lock()
	steps := r.World.journal
	r.World.journal = nil
	r.World.mu.Unlock()
	var errs []error
	for _, s := range slices.Backward(steps) {
		if s.Kind != undoMend || s.Trial != p.Title() {
			errs = append(errs, fmt.Errorf("no undo of kind %q of trial %q", s.Kind, s.Trial))
			continue
		}
		r.World.Mend()
	}
	return errors.Join(append(errs, context.Cause(ctx))...)
}

// Remove takes the namespace away.
func (r *Rig) Remove(ctx context.Context, _ trial.Plan) error {
	if err := errors.Join(r.World.enter("Remove"), context.Cause(ctx)); err != nil {
		return err
	}
	r.World.mu.Lock()
	defer r.World.mu.Unlock()
	r.World.namespace = false
	return nil
}
