package run

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/file"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/reports"
	"github.com/seatrial/seatrial/suites"
)

// Rejudged is a run judged again.
type Rejudged struct {
	Then, Now judge.Run
}

// Rejudge judges the run in a directory again, from its records alone. Scenarios
// that were skipped or not run then are so now. A scenario that the catalogue no
// longer has is an error: nobody knows any more what was expected of it. Each new
// verdict is given to each (nil: to nobody) with the records that it is of; an error
// of each ends it all.
func Rejudge(dir string, catalogue []suites.Scenario, each func(t judge.Trial, main, twin *history.History) error) (Rejudged, error) {
	then, err := reports.ReadVerdict(dir)
	if err != nil {
		return Rejudged{}, err
	}
	var trials []judge.Trial
	for _, t := range then.Trials {
		if t.Status == judge.Skipped {
			trials = append(trials, t)
			continue
		}
		again, main, twin, err := rejudge(dir, t, catalogue)
		if err == nil && each != nil {
			err = each(again, main, twin)
		}
		if err != nil {
			return Rejudged{}, err
		}
		trials = append(trials, again)
	}
	return Rejudged{Then: then, Now: judge.NewRun(trials, then.NotRun, allowedThen(then))}, nil
}

// allowedThen lists the skipped trials if they were allowed to be: if they did
// not keep the run from passing.
func allowedThen(then judge.Run) []string {
	if then.Status != judge.Pass {
		return nil
	}
	var names []string
	for _, t := range then.Trials {
		if t.Status == judge.Skipped {
			names = append(names, t.Name)
		}
	}
	return names
}

// rejudge judges a trial again; twin is nil if there was none. A record that is not there any
// more, or has lost its end, is an error: what it would have said cannot be told from what it
// never said.
func rejudge(dir string, then judge.Trial, catalogue []suites.Scenario) (now judge.Trial, main, twin *history.History, err error) {
	n := slices.IndexFunc(catalogue, func(s suites.Scenario) bool { return s.Name == then.Name })
	if n < 0 {
		return judge.Trial{}, nil, nil, fmt.Errorf("rejudge %s: there is no such scenario any more", then.Name)
	}
	if main, err = readRecord(dir, then.Name); err != nil {
		return judge.Trial{}, nil, nil, err
	}
	twin, err = readRecord(dir, then.Name+".twin")
	if err != nil && (!errors.Is(err, fs.ErrNotExist) || hadTwin(then)) {
		return judge.Trial{}, nil, nil, err
	}
	return Verdict(catalogue[n], main, twin), main, twin, nil
}

// hadTwin reports whether a trial, which may be a canary, was judged with its twin.
func hadTwin(t judge.Trial) bool {
	findings := t.Findings
	if t.Planted != nil {
		findings = t.Planted.Findings
	}
	return slices.ContainsFunc(findings, func(f judge.Finding) bool { return f.Name == judge.FindingTwin })
}

func readRecord(dir, title string) (*history.History, error) {
	return file.Read(filepath.Join(reports.TrialPath(dir, title), file.Name))
}

// ExitCode is the exit code of the new verdict; what was allowed to be skipped
// then is allowed now.
func (r Rejudged) ExitCode() int { return judge.ExitCode(r.Now, allowedThen(r.Then)) }

// Table prints what differs, or that nothing does.
func (r Rejudged) Table(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	changed := 0
	for i, now := range r.Now.Trials {
		for _, d := range differing(r.Then.Trials[i], now) {
			changed++
			fmt.Fprintf(t, "%s\t%s\t%s\t->\t%s\t%s\n", now.Name, d.finding, d.then, d.now, d.got)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if changed == 0 {
		_, err := fmt.Fprintf(w, "%s  %d trials judged again, no verdict differs\n", r.Now.Status, len(r.Now.Trials))
		return err
	}
	_, err := fmt.Fprintf(w, "%s  was %s; %d differ because the rules have changed\n", r.Now.Status, r.Then.Status, changed)
	return err
}

type verdictChange struct {
	finding   string
	then, now judge.Status
	got       string
}

// differing lists the verdict itself and the findings that came out another way,
// those that there were not then or are not now included.
func differing(then, now judge.Trial) []verdictChange {
	var all []verdictChange
	if then.Status != now.Status {
		all = append(all, verdictChange{"(verdict)", then.Status, now.Status, now.Reason})
	}
	for _, f := range now.Findings {
		n := slices.IndexFunc(then.Findings, func(o judge.Finding) bool { return o.Name == f.Name })
		switch {
		case n < 0:
			all = append(all, verdictChange{f.Name, "-", f.Status, f.Got})
		case then.Findings[n].Status != f.Status:
			all = append(all, verdictChange{f.Name, then.Findings[n].Status, f.Status, f.Got})
		}
	}
	for _, f := range then.Findings {
		if !slices.ContainsFunc(now.Findings, func(o judge.Finding) bool { return o.Name == f.Name }) {
			all = append(all, verdictChange{f.Name, f.Status, "-", ""})
		}
	}
	return all
}
