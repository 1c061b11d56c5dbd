// Package self starts this very program again in its hidden roles: as the load
// generator, as the guardian, as the container runtime's wrapper. Whatever
// program embeds the engine, the test binaries included, calls Main first.
package self

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/seatrial/seatrial/internal/agent"
	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/internal/load"
)

// The hidden roles.
const (
	Load     = "__load"
	Guardian = "__guardian"
	Agent    = "__agent"
)

// called: without it, started again in a role, the program would do what it always does.
var called bool

// Plays reports whether this program plays the hidden roles: whether it called Main.
func Plays() bool { return called }

// Main plays the hidden role that the arguments (os.Args) name and reports
// whether there was one; the code is then the process's exit code.
func Main(args []string, undoers func() journal.Undoers) (code int, hidden bool) {
	called = true
	if len(args) < 2 {
		return 0, false
	}
	switch args[1] {
	case Load:
		return load.ProcessMain(args[2:], os.Stdin, os.Stdout, os.Stderr), true
	case Guardian:
		return journal.GuardianMain(args[2:], os.Stdin, undoers()), true
	case Agent:
		return beAgent(), true
	}
	return host.Hidden(args[1:])
}

// beAgent measures in a pod until it is told to end.
func beAgent() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	meter, err := Command(Load)
	if err == nil {
		err = agent.Main(ctx, meter)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 3
	}
	return 0
}

// Command is how to start this program in a role.
func Command(role string) ([]string, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find our own program: %w", err)
	}
	return []string{path, role}, nil
}
