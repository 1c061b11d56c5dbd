package trial

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/seatrial/seatrial/internal/history"
)

// compare takes the inventory again and records what differs from before.
func (r *run) compare(ctx context.Context) error {
	after, err := r.rig.Inventory(ctx)
	if err != nil {
		return fmt.Errorf("take the inventory again: %w", err)
	}
	now := r.rec.Clock().Now()
	for _, d := range differences(r.before, after) {
		r.rec.Instant(history.Interval{Source: history.SourceResidue, Subject: d.what, State: history.StateLeft, From: now, Detail: d.how})
	}
	r.rec.Instant(history.Interval{Source: history.SourceResidue, State: history.StateCompared, From: now,
		Detail: fmt.Sprintf("%d items before, %d after", len(r.before), len(after))})
	return nil
}

type difference struct{ what, how string }

// differences lists in order what is in one inventory and not, or not so, in the other.
func differences(before, after map[string]string) []difference {
	var all []difference
	keys := slices.Sorted(maps.Keys(before))
	for _, key := range keys {
		if now, there := after[key]; !there {
			all = append(all, difference{key, "was " + before[key] + ", is gone"})
		} else if now != before[key] {
			all = append(all, difference{key, "was " + before[key] + ", is " + now})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(after)) {
		if _, there := before[key]; !there {
			all = append(all, difference{key, "was not there, is " + after[key]})
		}
	}
	return all
}
