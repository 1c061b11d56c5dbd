// Seatrial takes a Kubernetes cluster out on a trial: it provisions one, deploys
// real workloads, drives real traffic, breaks something on purpose and gives a
// verdict on downtime, probe behaviour and self-healing.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"k8s.io/klog/v2"

	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/internal/self"
	"github.com/seatrial/seatrial/internal/stop"
)

func main() {
	if code, hidden := self.Main(os.Args, run.Undoers); hidden {
		if os.Args[1] == self.Guardian {
			_ = run.SweepKubeconfigs() // what it does not find to remove, the next run does
		}
		os.Exit(code)
	}
	// client-go tells its troubles to klog as well as to us, who say what they mean.
	klog.SetLogger(klog.Logger{})
	ctx, stop := interruptible(context.Background())
	err := root().ExecuteContext(ctx)
	code := exitCode(ctx, err)
	if err != nil && !errors.Is(err, errQuiet) {
		fmt.Fprintln(os.Stderr, "seatrial: "+err.Error())
	}
	stop()
	os.Exit(code)
}

// The exit codes. Scripts and CI depend on them.
const (
	exitUnproven    = 2   // nothing failed, and not all is proven
	exitTool        = 3   // the tool or its environment failed
	exitUsage       = 64  // EX_USAGE of sysexits.h
	exitInterrupted = 130 // 128 + SIGINT; SIGTERM is treated as Ctrl-C
)

// errInterrupted is the cause of the context's end after Ctrl-C.
var errInterrupted = errors.New("interrupted")

// errQuiet is an error about which everything has been said already.
var errQuiet = errors.New("")

// codeError is an error that asks for an exit code.
type codeError struct {
	code int
	err  error
}

func (e *codeError) Error() string { return e.err.Error() }
func (e *codeError) Unwrap() error { return e.err }

func usage(format string, args ...any) error {
	return &codeError{exitUsage, fmt.Errorf(format, args...)}
}

func exitCode(ctx context.Context, err error) int {
	var asked *codeError
	var unclosed *run.UnclosedError
	switch {
	case errors.As(err, &unclosed):
		return exitTool
	case errors.Is(context.Cause(ctx), errInterrupted):
		return exitInterrupted
	case errors.As(err, &asked):
		return asked.code
	case stop.Is(err):
		return exitUnproven
	case err != nil:
		return exitTool
	}
	return 0
}

// interruptible ends the context at the first SIGINT or SIGTERM, so that what was
// begun is undone and what was learnt is kept. At the second it ends the process:
// the guardian then undoes.
func interruptible(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for range signals {
			if ctx.Err() != nil {
				fmt.Fprintln(os.Stderr, "seatrial: not waiting any longer; the guardian undoes what is left (seatrial recover shows)")
				os.Exit(exitInterrupted)
			}
			fmt.Fprintln(os.Stderr, "seatrial: interrupted; undoing, then writing what is known (once more: leave that to the guardian)")
			cancel(errInterrupted)
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel(nil) }
}
