package reports

import (
	"fmt"
	"io"
	"strings"

	"github.com/seatrial/seatrial/internal/judge"
)

// A Mutation is what became of a planted defect.
type Mutation struct {
	Name      string       `json:"name"`
	Why       string       `json:"why"`
	In        string       `json:"in"`        // the scenario that it was planted in
	Unmutated judge.Status `json:"unmutated"` // how that came out without it
	Finding   string       `json:"finding"`   // which had to FAIL
	Outcome   Outcome      `json:"outcome"`
	Said      string       `json:"said"` // what the finding said, or why nothing was caught
}

// An Outcome is what is known of a planted defect.
type Outcome string

// What is known of a planted defect.
const (
	Caught   Outcome = "caught"   // by the finding named for it
	Missed   Outcome = "missed"   // its trial did not fail there
	Unproven Outcome = "unproven" // its trial, or the scenario without it, proved nothing
)

var colourOf = map[Outcome]judge.Status{Caught: judge.Pass, Missed: judge.Fail, Unproven: judge.Invalid}

// MutationTable returns what prints which defects were caught, and by what.
func MutationTable(rows []Mutation, opts TerminalOptions) func(io.Writer) error {
	return func(w io.Writer) error {
		var b strings.Builder
		caught := 0
		for _, r := range rows {
			if r.Outcome == Caught {
				caught++
			}
			fmt.Fprintf(&b, "%s  %-26s in %s (%s without it), by %s\n          %s\n",
				opts.paint(fmt.Sprintf("%-8s", r.Outcome), colourOf[r.Outcome]), r.Name, r.In, r.Unmutated, r.Finding, r.Said)
		}
		fmt.Fprintf(&b, "\n%d of %d defects caught\n", caught, len(rows))
		_, err := io.WriteString(w, b.String())
		return err
	}
}
