package judge

import (
	"cmp"
	"fmt"
	"slices"
)

// Names of findings that say how a trial compares with what had to become of it.
const (
	FindingTwin    = "twin"       // the twin was red, and where it had to be
	FindingPlanted = "as-planted" // the canary ended as it had to
)

const (
	// farRed is by how much at least a twin must miss its limit, where that is a length of
	// time (the catalogue): nearer to it, chance would decide.
	farRed = 3
	// farLost is how many failed requests tell a twin from chance where none is allowed.
	farLost = 10
)

// WithTwin puts a trial and its twin, the same without its protection, together.
// The twin must FAIL, in the finding named, by three times its limit where that is a
// length of time; it may be red elsewhere too. If it is not, a trial that passed becomes INVALID: its checks were not shown to be able
// to fail. A trial that did not pass keeps its own status and reason. The twin's
// own red never counts as a failure.
func WithTwin(trial, twin Trial, finding, without string) Trial {
	f := Finding{
		Name: FindingTwin, Status: Pass,
		Want: fmt.Sprintf("FAIL in %s without %s", finding, without),
		Got:  fmt.Sprintf("FAIL in %s", finding),
	}
	if why := cmp.Or(notRed(twin, Fail, finding), narrow(twin, finding)); why != "" {
		f.Status, f.Got = Invalid, why
	}
	trial.Twin = &Twin{
		Without: without, Status: twin.Status, Finding: finding, AsExpected: f.Status == Pass,
		Reason: twin.Reason, Seconds: twin.Seconds, Findings: twin.Findings, Lanes: twin.Lanes,
	}
	trial.Findings = append(slices.Clone(trial.Findings), f)
	if trial.Status == Pass && f.Status != Pass {
		trial.Status, trial.Reason = Invalid, reason([]Finding{f})
	}
	return trial
}

// notRed says in which way a trial did not end with the status because of the
// finding; "" if it did.
func notRed(t Trial, status Status, finding string) string {
	if t.Status != status {
		return endedAs(t)
	}
	n := slices.IndexFunc(t.Findings, func(f Finding) bool { return f.Name == finding })
	if n < 0 {
		return fmt.Sprintf("%s, but it has no finding %s", t.Status, finding)
	}
	for _, f := range t.Findings[n:] {
		if f.Name == finding && f.Status == status {
			return ""
		}
	}
	red := few(names(those(t.Findings, status)))
	return fmt.Sprintf("%s elsewhere (%s), %s in %s", status, cmp.Or(red, t.Reason), t.Findings[n].Status, finding)
}

// narrow says that the finding missed its limit by too little; "" if it did not, or has none.
func narrow(t Trial, finding string) string {
	why := ""
	for _, f := range t.Findings {
		if f.Name != finding || f.Status != Fail {
			continue
		}
		if why = f.narrow(); why == "" {
			return ""
		}
	}
	return why
}

// narrow says so of a finding that FAILs.
func (f Finding) narrow() string {
	if f.Measured == nil || f.To == nil {
		return "" // not a length of time
	}
	from := 0.0
	if f.From != nil {
		from = *f.From
	}
	switch got := *f.Measured; {
	case *f.To == 0 && f.Count != nil && *f.Count < farLost:
		return fmt.Sprintf("FAIL in %s, by %d failed requests: %d were needed to tell it from chance", f.Name, *f.Count, farLost)
	case *f.To > 0 && got > *f.To && got < farRed**f.To:
		return fmt.Sprintf("FAIL in %s, at %.1f times its limit: %d times were needed to tell it from chance", f.Name, got / *f.To, farRed)
	case got < from && farRed*got > from:
		return fmt.Sprintf("FAIL in %s, too soon, by less than a third of its limit: chance may have done it", f.Name)
	}
	return ""
}

func endedAs(t Trial) string {
	switch {
	case t.Reason != "":
		return fmt.Sprintf("%s: %s", t.Status, t.Reason)
	case t.Status == Fail:
		return fmt.Sprintf("%s in %s", t.Status, few(names(those(t.Findings, Fail))))
	}
	return string(t.Status)
}

func names(findings []Finding) []string {
	all := make([]string, 0, len(findings))
	for _, f := range findings {
		all = append(all, f.Name)
	}
	return all
}

// AsPlanted turns the verdict on a canary, a trial with a planted defect, into
// whether the defect was found: PASS if the trial ended with the status must
// because of the finding named (an assumption, an expectation, FindingTwin),
// else FAIL. What the trial itself said is kept in Planted. A canary that could
// not be hosted stays SKIPPED, one that was INVALID and should not have been stays
// INVALID: nothing is known of the defect.
//
//	AsPlanted(t, Invalid, AssumeFault) -> PASS "INVALID as planted: assume-fault-seen: no sensor saw ..."
//
// With must PASS the finding named must have passed.
func AsPlanted(trial Trial, must Status, finding string) Trial {
	if trial.Status == Skipped {
		return trial
	}
	f := Finding{Name: FindingPlanted, Status: Pass, Want: fmt.Sprintf("%s because of %s", must, finding)}
	if why := notRed(trial, must, finding); why != "" {
		f.Status, f.Got = Fail, why
		if trial.Status == Invalid && must != Invalid {
			f.Status = Invalid
		}
	} else {
		n := slices.IndexFunc(trial.Findings, func(f Finding) bool { return f.Name == finding && f.Status == must })
		f.Got = fmt.Sprintf("%s as planted: %s", must, reason(trial.Findings[n:n+1]))
	}
	trial.Planted = &Planted{
		Must: must, Finding: finding, Status: trial.Status, Reason: trial.Reason,
		AsExpected: f.Status == Pass, Findings: trial.Findings,
	}
	trial.Status, trial.Reason, trial.Findings = f.Status, f.Got, []Finding{f}
	return trial
}
