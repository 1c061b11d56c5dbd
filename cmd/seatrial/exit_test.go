package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/internal/stop"
)

func TestExitCode(t *testing.T) {
	interrupted, cancel := context.WithCancelCause(t.Context())
	cancel(errInterrupted)
	left := fmt.Errorf("run: %w", &run.UnclosedError{Err: errors.New("uncordon worker: refused")})
	for _, c := range []struct {
		ctx  context.Context
		err  error
		want int
	}{
		{t.Context(), nil, 0},
		{t.Context(), errors.New("no disk"), exitTool},
		{t.Context(), usage("what?"), exitUsage},
		{t.Context(), errors.Join(fmt.Errorf("run: %w", &stop.Error{Why: "shop/cart degraded"}), nil), exitUnproven},
		{interrupted, &stop.Error{Why: "shop/cart degraded"}, exitInterrupted},
		{interrupted, left, exitTool},
		{t.Context(), errors.Join(&stop.Error{Why: "shop/cart degraded"}, left), exitTool},
	} {
		if got := exitCode(c.ctx, c.err); got != c.want {
			t.Errorf("%v: %d, want %d", c.err, got, c.want)
		}
	}
}

// A run that was stopped after something had failed has failed.
func TestFinish(t *testing.T) {
	stopped := &stop.Error{Why: "shop/cart degraded"}
	for _, c := range []struct {
		code int
		err  error
		want int
	}{
		{0, nil, 0},
		{1, nil, 1},
		{1, stopped, 1},
		{2, stopped, exitUnproven},
		{0, stopped, exitUnproven},
		{1, errors.New("no disk"), exitTool},
		{1, errors.Join(stopped, &run.UnclosedError{Err: errors.New("refused")}), exitTool},
	} {
		cmd := &cobra.Command{}
		cmd.SetOut(io.Discard)
		err := (&global{}).finish(cmd, nil, func(io.Writer) error { return nil }, c.code, c.err)
		if got := exitCode(t.Context(), err); got != c.want {
			t.Errorf("%d, %v: %d, want %d", c.code, c.err, got, c.want)
		}
	}
}
