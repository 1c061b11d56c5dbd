package reports

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/seatrial/seatrial/internal/judge"
)

// A Row compares one finding of one scenario in two runs.
type Row struct {
	Scenario string        `json:"scenario"`
	Finding  string        `json:"finding"`
	Before   *judge.Status `json:"before,omitempty"` // nil: not there
	After    *judge.Status `json:"after,omitempty"`
	BeforeMs *float64      `json:"beforeMs,omitempty"`
	AfterMs  *float64      `json:"afterMs,omitempty"`
	Changed  bool          `json:"changed"` // another verdict, or not in both
}

// Compare reads two run directories and sets their findings side by side, in the
// order of the first, what only the second has at the end. The finding "" is the
// scenario itself.
func Compare(before, after string) ([]Row, error) {
	a, err := ReadVerdict(before)
	if err != nil {
		return nil, err
	}
	b, err := ReadVerdict(after)
	if err != nil {
		return nil, err
	}
	var rows []Row
	at := map[[2]string]int{}
	put := func(scenario, finding string, status judge.Status, ms *float64, second bool) {
		key := [2]string{scenario, finding}
		n, known := at[key]
		if !known {
			n = len(rows)
			at[key] = n
			rows = append(rows, Row{Scenario: scenario, Finding: finding})
		}
		if second {
			rows[n].After, rows[n].AfterMs = &status, ms
		} else {
			rows[n].Before, rows[n].BeforeMs = &status, ms
		}
	}
	for i, r := range []judge.Run{a, b} {
		for _, t := range r.Trials {
			put(t.Name, "", t.Status, nil, i == 1)
			for _, f := range t.Findings {
				put(t.Name, f.Name, f.Status, f.Measured, i == 1)
			}
		}
	}
	for n, r := range rows {
		rows[n].Changed = r.Before == nil || r.After == nil || *r.Before != *r.After
	}
	return rows, nil
}

// CompareTable prints the scenarios, the findings that have figures and whatever changed.
func CompareTable(w io.Writer, rows []Row) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "\tSCENARIO\tFINDING\tBEFORE\tAFTER\tMEASURED BEFORE\tAFTER\t")
	changed := 0
	for _, r := range rows {
		sign := ""
		if r.Changed {
			sign = "!"
			changed++
		}
		if r.Changed || r.Finding == "" || r.BeforeMs != nil || r.AfterMs != nil {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", sign, r.Scenario, r.Finding, said(r.Before), said(r.After), figure(r.BeforeMs), figure(r.AfterMs))
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%d of %d differ\n", changed, len(rows))
	return err
}

func said(s *judge.Status) string {
	if s == nil {
		return "-"
	}
	return string(*s)
}

func figure(ms *float64) string {
	if ms == nil {
		return ""
	}
	return milliseconds(*ms)
}
