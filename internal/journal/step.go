// Package journal keeps the undo of everything on disk before the deed.
//
// A run appends a Step to its journal, synced to the disk, before it changes
// anything outside its own process. When the run undoes the step it appends that
// too. Whatever dies in between, the steps that are left can be executed by
// another process: by the guardian at once, by `seatrial recover` later.
package journal

import (
	"context"
	"time"
)

// A Step is one undo action as data, so that a process that has never seen the
// run can execute it. Executing a step twice must be harmless.
type Step struct {
	ID       string            `json:"id"`                // unique within the journal, given by Add
	Kind     string            `json:"kind"`              // names the Undoer, "node/start"
	Args     map[string]string `json:"args,omitempty"`    // all that the Undoer needs
	Trial    string            `json:"trial,omitempty"`   // the trial that it belongs to; empty for the run's own (a cluster)
	Says     string            `json:"says"`              // for people: "start node seatrial-worker2"
	Deadline time.Time         `json:"deadline,omitzero"` // when the guardian undoes it even though the run still lives; zero: when the run ends
	At       time.Time         `json:"at"`                // when it was written
}

// An Undoer executes the steps of one kind. It must be idempotent, and must
// succeed when there is nothing left to undo.
type Undoer func(ctx context.Context, args map[string]string) error

// Undoers holds the undoer of every kind of step.
type Undoers map[string]Undoer
