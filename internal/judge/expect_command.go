package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
)

// KubectlSays expects of the last command with those words that was asked of kubectl
// that it exits with the code and says the text.
//
//	KubectlSays("rollout undo", 1, "unable to find specified revision")
func KubectlSays(command string, exit int, text string) Expectation {
	return expectation{"kubectl-says", func(s *scene) (Finding, error) {
		asked := slices.DeleteFunc(s.intervals(history.SourceCommand, ""), func(i history.Interval) bool {
			return !strings.Contains(i.Subject, command)
		})
		if len(asked) == 0 {
			return Finding{}, fmt.Errorf("the record has no command %q", command)
		}
		last := asked[len(asked)-1]
		return found(last.State == fmt.Sprint(exit) && strings.Contains(last.Detail, text),
			fmt.Sprintf("%s: exit %d, %q", last.Subject, exit, text),
			fmt.Sprintf("exit %s, %q", last.State, oneLine(last.Detail)), "kubectl's own words"), nil
	}}
}
