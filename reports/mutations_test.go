package reports

import (
	"testing"

	"github.com/seatrial/seatrial/internal/judge"
)

func TestMutationTable(t *testing.T) {
	rows := []Mutation{
		{Name: "no-pre-stop", In: "rollout/rolling-update", Unmutated: judge.Pass, Finding: "no-loss", Outcome: Caught, Said: "FAIL as planted: no-loss: 31 of 2400 failed"},
		{Name: "recreate", In: "rollout/rolling-update", Unmutated: judge.Pass, Finding: "no-loss", Outcome: Missed, Said: "FAIL elsewhere (rolled-out), PASS in no-loss"},
		{Name: "too-slow", In: "rollout/bad-image", Unmutated: judge.Invalid, Finding: "no-loss", Outcome: Unproven, Said: "FAIL as planted: no-loss: 3 of 2400 failed"},
	}
	golden(t, "mutations.golden.txt", printed(t, MutationTable(rows, TerminalOptions{NoColor: true})))
}
