// Package stop ends an experiment on a cluster that others use before it costs them
// anything: it looks at what is none of the experiment's business, and says when that
// degrades.
package stop

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Condition is watched for as long as an experiment lasts.
type Condition interface {
	// Arm takes down how things are before anything is done. An error says that they
	// are bad already, or cannot be seen.
	Arm(ctx context.Context) error
	// Watch returns why to stop, as soon as there is a reason, or nil once ctx ends.
	Watch(ctx context.Context) error
}

// An Error says why an experiment was stopped.
type Error struct{ Why string }

func (e *Error) Error() string { return "stopped: " + e.Why }

// Watch arms the conditions, one after the other, and then watches all of them until ctx
// ends. The first that is met is handed to stop, once.
func Watch(ctx context.Context, stop func(error), conditions ...Condition) error {
	for _, c := range conditions {
		if err := c.Arm(ctx); err != nil {
			return err
		}
	}
	met := make(chan error, len(conditions))
	for _, c := range conditions {
		go func() { met <- c.Watch(ctx) }()
	}
	go func() {
		for range conditions {
			if err := <-met; err != nil {
				stop(err)
				return
			}
		}
	}()
	return nil
}

// until calls look every so often until it returns an error or ctx ends.
func until(ctx context.Context, every time.Duration, look func(context.Context) error) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
		if err := look(ctx); err != nil && ctx.Err() == nil {
			return err
		}
	}
}

// because makes the reason to stop.
func because(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// Is reports whether an error is, or was caused by, a condition that was met.
func Is(err error) bool {
	var e *Error
	return errors.As(err, &e)
}
