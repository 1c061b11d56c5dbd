package run

import (
	"context"
	"errors"
	"strings"

	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/journal"
)

// CreateCluster makes a cluster that stays when this process has ended. If it dies before
// the cluster is usable, a guardian deletes what there is of it. With a cluster that is not
// nil the error is about the guardian alone.
func CreateCluster(ctx context.Context, o cluster.Options, commandLine []string) (*cluster.Cluster, error) {
	j, err := journal.Create(JournalDir(), newID(), journal.Info{Command: strings.Join(commandLine, " ")})
	if err != nil {
		return nil, err
	}
	guardian, err := startGuardian(j)
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	step := ""
	o.Journal = func(s journal.Step) (err error) {
		step, err = j.Add(s)
		return err
	}
	c, err := cluster.Create(ctx, o)
	if err == nil {
		err = j.Done(step) // it is usable, and whoever asked for it removes it
	}
	detached := context.WithoutCancel(ctx)
	undone := j.UndoTrial(detached, "", Undoers())
	err = errors.Join(err, undone)
	if undone == nil { // else the guardian tries on
		err = errors.Join(err, guardian.Bye(detached))
	}
	return c, errors.Join(err, j.Close())
}
