package trial

import (
	"context"
	"encoding/json"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/observe"
)

// A Rig is where a trial runs: a cluster, or in tests a stand-in without one.
// The engine calls its methods in the order in which they stand here.
type Rig interface {
	// Place tells the particulars of the place: Place, Version, Settings and Tool of Meta.
	Place(ctx context.Context) (history.Meta, error)
	// Inventory lists whatever this trial might leave behind, each with its state.
	Inventory(ctx context.Context, p Plan) (Inventory, error)
	// Prepare makes the trial's namespace, its removal journalled first.
	Prepare(ctx context.Context, p Plan) error
	// Observers are those that this trial needs.
	Observers(p Plan) []observe.Observer
	// Deploy applies the app and waits until all of it is available.
	Deploy(ctx context.Context, p Plan, rec *history.Recorder) (Deployed, error)
	// Load starts the meter; it returns when the lanes are sending.
	Load(ctx context.Context, p Plan, d Deployed, rec *history.Recorder) (Meter, error)
	// Site is where the fault is injected.
	Site(p Plan, rec *history.Recorder) *faults.Site
	// Undo executes the trial's pending undo steps, in reverse order.
	Undo(ctx context.Context, p Plan) error
	// Remove takes the namespace away.
	Remove(ctx context.Context, p Plan) error
}

// Deployed is an app at work.
type Deployed struct {
	Ready   int                // how many pods are ready when all is well
	Behind  int                // how many of them are behind the service that is loaded
	Applied []json.RawMessage  // the objects as the API server has them
	Lanes   []history.LanePlan // what the meter is going to do
}

// A Meter is the load generator at work.
type Meter interface {
	// Stop ends the load and waits for what is in flight.
	Stop(ctx context.Context) error
	// ClockError is how wrong the instants of its samples may be, once it has stopped: none
	// where it reads our own clock.
	ClockError() time.Duration
	// Stall stops the generator's process for so long; for the canary.
	Stall(ctx context.Context, d time.Duration) error
}

// Watcher is told how a trial goes on, for people. It may be nil.
type Watcher func(phase history.Phase, detail string)
