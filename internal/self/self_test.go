package self

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/seatrial/seatrial/internal/journal"
)

func none() journal.Undoers { return journal.Undoers{} }

func TestOrdinaryArgumentsAreNoRole(t *testing.T) {
	for _, args := range [][]string{nil, {"seatrial"}, {"seatrial", "run"}, {"seatrial", "run", Load}, {"seatrial", "__unheard-of"}} {
		if code, hidden := Main(args, none); hidden {
			t.Errorf("%q is taken for a hidden role, code %d", args, code)
		}
	}
}

// A program that calls Main may be started again in a role.
func TestPlays(t *testing.T) {
	called = false
	if Plays() {
		t.Error("Main has not been called")
	}
	if _, hidden := Main([]string{"seatrial", "run"}, none); hidden || !Plays() {
		t.Error("Main has been called")
	}
}

func TestGuardianRole(t *testing.T) {
	if code, hidden := Main([]string{"seatrial", Guardian}, none); !hidden || code != 64 {
		t.Errorf("without a journal: hidden %t, code %d; want 64", hidden, code)
	}
	missing := filepath.Join(t.TempDir(), "none.jsonl")
	if code, hidden := Main([]string{"seatrial", Guardian, missing}, none); !hidden || code != 1 {
		t.Errorf("with a journal that is not there: hidden %t, code %d; want 1", hidden, code)
	}
}

func TestCommandIsOurselves(t *testing.T) {
	command, err := Command(Load)
	if err != nil {
		t.Fatal(err)
	}
	if own, _ := os.Executable(); len(command) != 2 || command[0] != own || command[1] != Load {
		t.Errorf("command %q", command)
	}
}
