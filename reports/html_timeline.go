package reports

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
)

// A timeline is all that the picture of one trial shows. Instants are
// milliseconds from the start of the trial.
type timeline struct {
	Title  string      `json:"title"`
	Deed   *float64    `json:"deed"` // the fault's first mark; nil: there was none
	From   float64     `json:"from"` // what to show first
	To     float64     `json:"to"`
	End    float64     `json:"end"` // of the record
	Marks  []phaseMark `json:"marks"`
	Models []band      `json:"models"`
	Lanes  []*lane     `json:"lanes"`
	tracks
}

// A phaseMark is the beginning of a phase.
type phaseMark struct {
	Phase    string   `json:"phase"`
	Earliest float64  `json:"earliest"`
	Latest   float64  `json:"latest"`
	Detail   string   `json:"detail,omitempty"`
	Targets  []string `json:"targets,omitempty"`
}

// A band is a finding's window, placed where it was measured.
type band struct {
	Name      string       `json:"name"`
	Status    judge.Status `json:"status"`
	Anchor    float64      `json:"anchor"` // what From, To and Measured count from
	From      float64      `json:"from"`
	To        *float64     `json:"to"`
	Measured  *float64     `json:"measured"`
	Want      string       `json:"want"`
	Got       string       `json:"got"`
	LimitFrom string       `json:"limitFrom,omitempty"`
}

// timelineOf puts the picture of a trial together; nil if there is no record.
func timelineOf(title string, h *history.History, findings []judge.Finding, lanes map[string]judge.Lane) *timeline {
	if h == nil {
		return nil
	}
	t := &timeline{Title: title, Marks: []phaseMark{}, Models: []band{}, Lanes: lanesOf(h, lanes), tracks: tracksOf(h)}
	for _, m := range h.Marks {
		t.Marks = append(t.Marks, phaseMark{string(m.Phase), tenth(m.Earliest), tenth(m.Latest), m.Detail, m.Targets})
		if m.Phase == history.PhaseFault && t.Deed == nil {
			at := tenth(m.Earliest)
			t.Deed = &at
		}
	}
	t.End = endOf(h)
	t.From, t.To = t.focus()
	for _, f := range findings {
		if m, ok := modelOf(f, t.Deed); ok {
			t.Models = append(t.Models, m)
		}
	}
	return t
}

// endOf is the last instant of a record, ms.
func endOf(h *history.History) float64 {
	last := time.Second
	for _, m := range h.Marks {
		last = max(last, m.Latest)
	}
	for _, i := range h.Intervals {
		if i.To != history.Open {
			last = max(last, i.To)
		}
		last = max(last, i.From)
	}
	for i := range h.Samples {
		last = max(last, h.Samples[i].Due)
	}
	return tenth(last)
}

// focus is what to show first: the experiment without its preparation.
func (t *timeline) focus() (from, to float64) {
	from, to = 0, t.End
	for _, m := range t.Marks {
		switch history.Phase(m.Phase) {
		case history.PhaseSteady:
			from = max(m.Earliest-1000, 0)
		case history.PhaseDrain:
			to = min(m.Latest+1000, t.End)
		}
	}
	if to <= from {
		return 0, t.End
	}
	return from, to
}

// instantIn finds the instant that a finding's words name, "at +18.39s" or "from
// +14.23s on".
var instantIn = regexp.MustCompile(`\b(at|from) ([+-][0-9.]+)s\b`)

// modelOf places a finding's window in time. What was measured either ended at
// the instant that the finding names ("SIGTERM after 4.19s, at +18.39s") or began
// there ("over 3.64s from +14.23s on"); where it names none, it began with the deed.
func modelOf(f judge.Finding, deed *float64) (band, bool) {
	if f.From == nil || f.To == nil && f.Measured == nil || f.To != nil && *f.To == 0 && (f.Measured == nil || *f.Measured == 0) {
		return band{}, false // there is nothing that could be drawn
	}
	m := band{Name: f.Name, Status: f.Status, From: *f.From, To: f.To, Measured: f.Measured, Want: f.Want, Got: f.Got, LimitFrom: f.LimitFrom}
	if deed != nil {
		m.Anchor = *deed
	}
	if at := instantIn.FindStringSubmatch(f.Got); at != nil && f.Measured != nil {
		seconds, err := strconv.ParseFloat(at[2], 64)
		if err != nil {
			return m, deed != nil
		}
		m.Anchor = seconds * 1000
		if at[1] == "at" {
			m.Anchor -= *f.Measured
		}
		return m, true
	}
	return m, deed != nil
}

// A spell is a state from one instant to another; To is nil if it never ended.
type spell struct {
	From   float64  `json:"f"`
	To     *float64 `json:"t"`
	State  string   `json:"s"`
	Detail string   `json:"d,omitempty"`
}

func spellOf(i history.Interval, attrs ...string) spell {
	s := spell{From: tenth(i.From), State: i.State, Detail: detail(i, attrs...)}
	if i.To != history.Open {
		to := tenth(i.To)
		s.To = &to
	}
	return s
}

// detail is what an interval says besides its state, for people.
func detail(i history.Interval, attrs ...string) string {
	text := i.Detail
	for _, a := range attrs {
		if v := i.Attrs[a]; v != "" {
			if text != "" {
				text += "; "
			}
			text += a + " " + v
		}
	}
	return clipped(text, 240)
}

// inOrder sorts spans by their beginning and joins neighbours that say the same.
func inOrder(spans []spell) []spell {
	slices.SortStableFunc(spans, func(a, b spell) int { return cmp.Compare(a.From, b.From) })
	all := []spell{}
	for _, s := range spans {
		n := len(all) - 1
		if n >= 0 && all[n].State == s.State && all[n].To != nil && *all[n].To == s.From && (s.To == nil || *s.To > s.From) &&
			(all[n].Detail == s.Detail || s.Detail == "") {
			all[n].To = s.To
			continue
		}
		all = append(all, s)
	}
	return all
}
