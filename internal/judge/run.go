package judge

import (
	"path"
	"slices"
)

// SchemaVersion is the version of verdict.json's layout.
const SchemaVersion = 1

// A Run is the verdict on all trials of a run: what verdict.json holds.
type Run struct {
	SchemaVersion int      `json:"schemaVersion"`
	Status        Status   `json:"status"`
	Trials        []Trial  `json:"trials"`
	NotRun        []string `json:"notRun,omitempty"` // trials that there was no time for
}

// NewRun puts the trials of a run together, in the order given. notRun names the
// trials that were selected and not run; allowSkip names those that may be
// skipped (names or patterns as of package path, "nodes/*").
//
// The status is FAIL if a trial failed, else INVALID if one was, or was not run,
// or there was none, else SKIPPED if one was that may not be, or nothing else
// was, else PASS.
//
// Where the null run was not a PASS, no other trial of the run is believed: what was
// measured in it may be the machine's doing.
func NewRun(trials []Trial, notRun, allowSkip []string) Run {
	r := Run{SchemaVersion: SchemaVersion, Trials: believed(trials), NotRun: notRun}
	r.Status = r.status(allowSkip)
	return r
}

// NullRun is the trial in which nothing is broken, and nothing must be found.
const NullRun = "selfcheck/null-run"

// believed are the trials with what the null run says of the others.
func believed(trials []Trial) []Trial {
	n := slices.IndexFunc(trials, func(t Trial) bool { return t.Name == NullRun && t.Status != Pass && t.Status != Skipped })
	if n < 0 {
		return trials
	}
	f := Finding{Name: "assume-null-run", Status: Invalid, Want: NullRun + " finds nothing", Got: NullRun + ": " + string(trials[n].Status),
		LimitFrom: "what is found where nothing is broken may be found anywhere"}
	all := slices.Clone(trials)
	for i := range all {
		if t := &all[i]; i != n && (t.Status == Pass || t.Status == Fail) {
			t.Status, t.Reason, t.Findings = Invalid, f.Name+": "+f.Got, append([]Finding{f}, t.Findings...)
		}
	}
	return all
}

func (r Run) status(allowSkip []string) Status {
	count := map[Status]int{}
	unexpected := false
	for _, t := range r.Trials {
		status := t.Status
		if status != Pass && status != Fail && status != Skipped {
			status = Invalid // whatever it is, it is no proof
		}
		count[status]++
		unexpected = unexpected || status == Skipped && !allowed(t.Name, allowSkip)
	}
	switch {
	case count[Fail] > 0:
		return Fail
	case count[Invalid] > 0, len(r.NotRun) > 0, len(r.Trials) == 0:
		return Invalid
	case unexpected, count[Pass] == 0:
		return Skipped
	}
	return Pass
}

// ExitCode is the exit code of a run, with the same trials allowed to be skipped:
//
//	0  at least one PASS, no FAIL, no INVALID, no SKIPPED but those allowed
//	1  at least one FAIL
//	2  anything else: INVALID, skipped unexpectedly, not run, nothing judged
func ExitCode(r Run, allowSkip []string) int {
	switch r.status(allowSkip) {
	case Pass:
		return 0
	case Fail:
		return 1
	}
	return 2
}

func allowed(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		matches, err := path.Match(p, name)
		return p == name || err == nil && matches
	})
}
