package trial

import (
	"context"
	"fmt"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// What is back may be told later: a kubelet writes a status that it could not write
// again at its next sync, 10 s later (pkg/kubelet/status/status_manager.go syncPeriod).
// A difference is looked at again for as long.
const (
	tellPatience = 10 * time.Second
	tellEvery    = time.Second
)

// compare takes the inventory again and records what differs from before, and what
// could not be looked into.
func (r *run) compare(ctx context.Context) error {
	after, err := r.inventoryAfter(ctx)
	if err != nil {
		return fmt.Errorf("take the inventory again: %w", err)
	}
	now := r.rec.Clock().Now()
	note := func(state string, all []difference) {
		for _, d := range all {
			r.rec.Instant(history.Interval{Source: history.SourceResidue, Subject: d.what, State: state, From: now, Detail: d.how})
		}
	}
	note(history.StateLeft, r.before.differences(after))
	note(history.StateUnseen, r.before.unseen(after))
	r.rec.Instant(history.Interval{Source: history.SourceResidue, State: history.StateCompared, From: now,
		Detail: fmt.Sprintf("%d items before, %d after", r.before.count(), after.count())})
	return nil
}

// inventoryAfter is the inventory once nothing differs from before, or the last that
// could be taken while something does.
func (r *run) inventoryAfter(ctx context.Context) (Inventory, error) {
	after, err := r.rig.Inventory(ctx, r.plan)
	if err != nil {
		return Inventory{}, err
	}
	for deadline := time.Now().Add(tellPatience); len(r.before.differences(after)) > 0 && time.Now().Before(deadline); {
		select {
		case <-time.After(tellEvery):
		case <-ctx.Done():
			return after, nil
		}
		again, err := r.rig.Inventory(ctx, r.plan)
		if err != nil {
			return after, nil //nolint:nilerr // what was found before it stays found
		}
		after = again
	}
	return after, nil
}
