package run

import (
	"context"
	"errors"

	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/journal"
)

// RecoverDead undoes what dead runs left, the clusters that are to go first. Where some are
// on record and no Docker daemon answers it starts one, as a run does: a machine that
// was restarted has its clusters still. The outcomes are those of journal.Recover.
func RecoverDead(ctx context.Context, u journal.Undoers, progress host.Progress) ([]journal.Outcome, error) {
	woken := wakeDocker(ctx, progress)
	outcomes, err := journal.Recover(ctx, JournalDir(), u, journal.RecoverOptions{
		First: func(s journal.Step) bool { return s.Kind == cluster.KindDelete },
		Around: func(s journal.Step, undo func() error) error {
			return progress.Do("undo: "+s.Says, func(func(string)) error { return undo() })
		},
	})
	return outcomes, errors.Join(woken, err)
}

// wakeDocker sees to a daemon for the clusters on record.
func wakeDocker(ctx context.Context, progress host.Progress) error {
	if !cluster.Unreached(ctx) {
		return nil
	}
	_, err := host.EnsureDocker(ctx, host.DockerOptions{Progress: progress})
	return err
}
