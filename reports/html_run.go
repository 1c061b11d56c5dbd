package reports

import (
	"math"
	"slices"

	"github.com/seatrial/seatrial/internal/judge"
)

// A runPage is what the page of a run shows.
type runPage struct {
	Run    judge.Run
	Info   Info
	Tally  []tallied
	Topics []string
	Rows   []runRow
	Trials int // twins included
}

// tallied is how often a verdict was given; Share in percent, for the bar.
type tallied struct {
	Status judge.Status
	Count  int
	Share  float64
}

// A runRow is a scenario: its figures, its worst lane, its twin.
type runRow struct {
	judge.Trial
	Page    string          // of the trial, relative; "" if there is none
	Figures []judge.Finding // lengths of time with a window
	Red     []judge.Finding // the others that did not pass
	Share   float64         // of the longest trial's seconds, percent
}

// RunHTML is the page of a run: the verdict, how to repeat it, and every scenario
// with what was measured against what was modelled. It is one file that needs
// nothing else; it links to the pages of the trials beside it.
func RunHTML(r judge.Run, info Info) ([]byte, error) {
	p := runPage{Run: r, Info: info}
	longest := 1.0
	for _, t := range r.Trials {
		longest = max(longest, t.Seconds)
	}
	for _, t := range r.Trials {
		row := runRow{Trial: t, Share: math.Round(1000*t.Seconds/longest) / 10}
		if len(t.Findings) > 0 {
			row.Page = trialsDir + "/" + t.Name + "/" + htmlFile
			p.Trials++
		}
		if t.Twin != nil {
			p.Trials++
		}
		for _, f := range t.Findings {
			switch {
			case f.From != nil || f.To != nil:
				row.Figures = append(row.Figures, f)
			case f.Status != judge.Pass && f.Name != judge.FindingTwin:
				row.Red = append(row.Red, f)
			}
		}
		p.Rows = append(p.Rows, row)
	}
	for _, s := range []judge.Status{judge.Pass, judge.Fail, judge.Invalid, judge.Skipped} {
		n := len(slices.DeleteFunc(slices.Clone(r.Trials), func(t judge.Trial) bool { return t.Status != s }))
		if n > 0 {
			p.Tally = append(p.Tally, tallied{s, n, math.Round(1000*float64(n)/float64(len(r.Trials))) / 10})
		}
	}
	return render("run.html", runScripts, p)
}

// Told is the tally in words.
func (p runPage) Told() string { return tally(p.Run) }

// Window is a finding's window in words.
func (runRow) Window(f judge.Finding) string { return windowWords(f) }
