package main

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/seatrial/seatrial/internal/stop"
)

func TestExitCode(t *testing.T) {
	interrupted, cancel := context.WithCancelCause(t.Context())
	cancel(errInterrupted)
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
	} {
		if got := exitCode(c.ctx, c.err); got != c.want {
			t.Errorf("%v: %d, want %d", c.err, got, c.want)
		}
	}
}
