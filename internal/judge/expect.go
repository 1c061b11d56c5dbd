package judge

import (
	"cmp"
	"fmt"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// An expectation is one property and how a scene is judged for it. Its judge
// returns an error when the evidence is not in the record: that is INVALID, never PASS.
type expectation struct {
	name  string
	judge func(s *scene) (Finding, error)
}

func (e expectation) Name() string { return e.name }

func (e expectation) Judge(h *history.History) Finding {
	s, err := newScene(h)
	if err != nil {
		return noEvidence(e.name, err)
	}
	f, err := e.judge(s)
	if err != nil {
		return noEvidence(e.name, err)
	}
	if err := s.tooShort(f); err != nil {
		return noEvidence(e.name, err)
	}
	f.Name = e.name
	return f
}

// tooShort is an error if a finding says that something never happened, and the record
// ended before it had to, even if it was waited for from the deed on.
func (s *scene) tooShort(f Finding) error {
	looked := ms(s.end - s.deed.Earliest)
	if f.Status != Fail || !f.never || f.To == nil || looked >= *f.To {
		return nil
	}
	return fmt.Errorf("%s; but the record ends %s after the deed, and it might have taken %s", f.Got, short(fromMs(looked)), short(fromMs(*f.To)))
}

func noEvidence(name string, err error) Finding {
	return Finding{Name: name, Status: Invalid, Want: "evidence in the record", Got: err.Error()}
}

// found is a finding about something that is either so or not.
func found(ok bool, want, got, from string) Finding {
	f := Finding{Status: Fail, Want: want, Got: got, LimitFrom: from}
	if ok {
		f.Status = Pass
	}
	return f
}

// timed is a finding about when something happened: at, counted from a mark,
// must lie in the window. The mark's own uncertainty counts for the window.
func timed(w model.Window, since history.Mark, when time.Duration, what string) Finding {
	longest, shortest := when-since.Earliest, when-since.Latest
	f := found(longest >= w.From && shortest <= w.To,
		fmt.Sprintf("%s after %s", what, w.Range()),
		fmt.Sprintf("%s after %s, at %s (±%s)", what, short(longest), offset(when), short(longest-shortest)),
		w.Reasons())
	return f.measured(longest, w)
}

// instant is a mark without uncertainty.
func instant(t time.Duration) history.Mark { return history.Mark{Earliest: t, Latest: t} }

// never is the finding for what should have happened and did not.
func never(w model.Window, what, got string) Finding {
	f := otherwise(w, what, got)
	f.never = true
	return f
}

// otherwise is the finding for what cannot happen any more, for what happened instead.
func otherwise(w model.Window, what, got string) Finding {
	return found(false, fmt.Sprintf("%s after %s", what, w.Range()), got, w.Reasons()).measured(-1, w)
}

// measured adds the figures; a negative length is one that never ended.
func (f Finding) measured(d time.Duration, w model.Window) Finding {
	if d >= 0 {
		f.Measured = milliseconds(d)
	}
	if w.From != model.Forever {
		f.From = milliseconds(w.From)
	}
	if w.To != model.Forever {
		f.To = milliseconds(w.To)
	}
	return f
}

// counted adds the number of things that the finding is about.
func (f Finding) counted(n int) Finding {
	f.Count = &n
	return f
}

func milliseconds(d time.Duration) *float64 {
	v := ms(d)
	return &v
}

// together joins findings about several pods into one: it fails if one fails, and
// carries the figures of the one that did.
func together(all []Finding) Finding {
	joined := all[0]
	for _, f := range all[1:] {
		if joined.Status == Pass && f.Status != Pass {
			got, count := joined.Got, joined.Count
			joined = f
			joined.Got, joined.Count = f.Got+"; "+got, sum(count, f.Count)
			continue
		}
		joined.Count = sum(joined.Count, f.Count)
		joined.Got += "; " + f.Got
		if joined.Status == f.Status && f.Measured != nil && (joined.Measured == nil || *f.Measured > *joined.Measured) {
			joined.Measured, joined.From, joined.To = f.Measured, f.From, f.To // the longest is the one to tell
		}
	}
	return joined
}

// sum adds two counts; nil is none.
func sum(a, b *int) *int {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	n := *a + *b
	return &n
}

// each judges every pod and joins the findings; the first error ends it.
func each(pods []pod, judge func(pod) (Finding, error)) (Finding, error) {
	var all []Finding
	for _, p := range pods {
		f, err := judge(p)
		if err != nil {
			return Finding{}, err
		}
		f.Got = p.name + ": " + f.Got
		all = append(all, f)
	}
	if len(all) == 0 {
		return Finding{}, fmt.Errorf("there is no pod to judge")
	}
	return together(all), nil
}
