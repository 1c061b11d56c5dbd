package reports

import (
	"fmt"
	"io"
	"strings"

	"github.com/seatrial/seatrial/internal/judge"
)

// colors are the terminal's colours of the verdicts.
var colors = map[judge.Status]string{
	judge.Pass: "\x1b[32m", judge.Fail: "\x1b[31m", judge.Invalid: "\x1b[35m", judge.Skipped: "\x1b[33m",
}

// status is a verdict of fixed width, coloured if that is wanted.
func (o TerminalOptions) status(s judge.Status) string { return o.paint(fmt.Sprintf("%-7s", s), s) }

// paint gives a word the colour of a status.
func (o TerminalOptions) paint(word string, s judge.Status) string {
	if o.NoColor {
		return word
	}
	return colors[s] + word + "\x1b[0m"
}

// Table returns what prints a verdict as a table: every scenario with what was
// measured against what was modelled, and under a red one the findings that made it so.
func Table(r judge.Run, opts TerminalOptions) func(io.Writer) error {
	return func(w io.Writer) error {
		var b strings.Builder
		for _, t := range r.Trials {
			fmt.Fprintf(&b, "%s %-30s %6.1f s  %s\n", opts.status(t.Status), t.Name, t.Seconds, twinWords(t))
			for _, f := range t.Findings {
				if f.Measured != nil || f.Status != judge.Pass {
					fmt.Fprintf(&b, "          %s %s: %s\n", mark(f.Status), f.Name, measured(f))
				}
			}
			if t.Reason != "" {
				fmt.Fprintf(&b, "          %s\n", t.Reason)
			}
		}
		fmt.Fprintf(&b, "\n%s %s\n", opts.status(r.Status), tally(r))
		_, err := io.WriteString(w, b.String())
		return err
	}
}

func twinWords(t judge.Trial) string {
	if t.Twin == nil {
		return ""
	}
	red := "did not fail where it must"
	if t.Twin.AsExpected {
		red = "red in " + t.Twin.Finding + ", as it must be"
	}
	return fmt.Sprintf("without %s: %s", t.Twin.Without, red)
}

func mark(s judge.Status) string {
	switch s {
	case judge.Pass:
		return "✓"
	case judge.Fail:
		return "✗"
	}
	return "?"
}

// measured puts the value beside its limit.
func measured(f judge.Finding) string {
	if f.Measured != nil && f.From != nil && f.To != nil {
		return fmt.Sprintf("%s (modelled %s..%s)", milliseconds(*f.Measured), milliseconds(*f.From), milliseconds(*f.To))
	}
	return fmt.Sprintf("want %s, got %s", f.Want, f.Got)
}

// milliseconds prints for people: 20 ms, 3.41 s.
func milliseconds(ms float64) string {
	if ms < 1000 {
		return fmt.Sprintf("%.0f ms", ms)
	}
	return fmt.Sprintf("%.2f s", ms/1000)
}

// tally counts the verdicts: "21 PASS, 1 FAIL, 2 not run".
func tally(r judge.Run) string {
	var parts []string
	for _, s := range []judge.Status{judge.Pass, judge.Fail, judge.Invalid, judge.Skipped} {
		n := 0
		for _, t := range r.Trials {
			if t.Status == s {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	if len(r.NotRun) > 0 {
		parts = append(parts, fmt.Sprintf("%d not run", len(r.NotRun)))
	}
	if len(parts) == 0 {
		return "nothing was judged"
	}
	return strings.Join(parts, ", ")
}
