package reports

import (
	"fmt"
	"io"
	"strings"

	"github.com/seatrial/seatrial/internal/judge"
)

// A Drill is what became of a fault that was injected by itself.
type Drill struct {
	Fault  string       `json:"fault"`
	Status judge.Status `json:"status"` // PASS: seen, undone, nothing left behind
	Said   string       `json:"said"`   // how long each took, or what went wrong
}

// DrillTable returns what prints how faults were seen and undone.
func DrillTable(rows []Drill, opts TerminalOptions) func(io.Writer) error {
	return func(w io.Writer) error {
		var b strings.Builder
		passed := 0
		for _, r := range rows {
			if r.Status == judge.Pass {
				passed++
			}
			fmt.Fprintf(&b, "%s  %-36s %s\n", opts.paint(fmt.Sprintf("%-7s", r.Status), r.Status), r.Fault, r.Said)
		}
		fmt.Fprintf(&b, "\n%d of %d faults seen, undone, and nothing left behind\n", passed, len(rows))
		_, err := io.WriteString(w, b.String())
		return err
	}
}
