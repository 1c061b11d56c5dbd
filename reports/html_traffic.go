package reports

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
)

// Bounds of what a page holds of one lane. A trial of two minutes at 1,000
// requests/s on two lanes, twin included, stays below a megabyte.
const (
	maxBuckets = 6000 // the finest picture: 20 ms over two minutes
	maxFailed  = 1000 // failed slots that are kept one by one
	maxWindows = 400  // outages; the longest are kept
	maxSeries  = 24   // pods and classes told apart; the rest is "other"
)

// A lane is one lane's traffic. Slots are counted in buckets of so many slots,
// not of so much time: however one zooms, a bucket without trouble is full.
type lane struct {
	Name     string    `json:"name"`
	Rate     int       `json:"rate"`
	Via      string    `json:"via,omitempty"`
	Start    float64   `json:"start"`    // due instant of slot 0, ms
	Interval float64   `json:"interval"` // between two slots, ms
	Per      int       `json:"per"`      // slots a bucket
	Buckets  int       `json:"buckets"`
	Series   []*series `json:"series"`
	Slowest  []float64 `json:"slowest"` // slowest good answer of each bucket, ms

	Requests     int      `json:"requests"`
	Errors       int      `json:"errors"`
	Outages      []outage `json:"outages"`
	Degradations []outage `json:"degradations"`
	LeftOut      int      `json:"leftOut,omitempty"` // outages that are not shown
	Failed       []failed `json:"failed"`
	FailedCut    int      `json:"failedCut,omitempty"` // failed slots that are not kept one by one
	Errs         []string `json:"errs,omitempty"`      // the words that Failed refers to
}

// A series is one colour of the stack: slots that a pod answered well, that
// failed with a class, or that were not sent.
type series struct {
	Kind    string `json:"kind"` // "ok", "fail", "skip"
	Name    string `json:"name"` // pod or class
	Version string `json:"version,omitempty"`
	First   int    `json:"first"`  // bucket of the first count
	Counts  []int  `json:"counts"` // from First on
}

func (s *series) add(bucket int) {
	if len(s.Counts) == 0 {
		s.First = bucket
	}
	for bucket < s.First { // samples come as they end, not as they are due
		s.Counts = slices.Insert(s.Counts, 0, 0)
		s.First--
	}
	for s.First+len(s.Counts) <= bucket {
		s.Counts = append(s.Counts, 0)
	}
	s.Counts[bucket-s.First]++
}

// An outage is a window of the verdict, in ms of the trial.
type outage struct {
	From        float64        `json:"from"`
	To          float64        `json:"to"`
	Uncertainty float64        `json:"off"`
	Failed      int            `json:"failed"`
	Slots       int            `json:"slots"`
	Classes     map[string]int `json:"classes"`
	Open        bool           `json:"open,omitempty"`
	Stalled     bool           `json:"stalled,omitempty"`
	ServedAnew  int            `json:"servedAnew,omitempty"`
}

// A failed slot: due instant, ms it took, and the rest for people.
type failed struct {
	Due   float64 `json:"d"`
	Took  float64 `json:"t"`
	Class string  `json:"x"`
	Code  int     `json:"c,omitempty"`
	Pod   string  `json:"p,omitempty"`
	Err   int     `json:"e"` // index into Errs, -1 for none
}

// lanesOf is the traffic of a record; measured is what the verdict says of it.
func lanesOf(h *history.History, measured map[string]judge.Lane) []*lane {
	byName := map[string][]history.Sample{}
	for _, s := range h.Samples {
		byName[s.Lane] = append(byName[s.Lane], s)
	}
	if measured == nil {
		measured = judge.Lanes(h)
	}
	var all []*lane
	for _, plan := range h.Meta.Load {
		if samples := byName[plan.Lane]; len(samples) > 0 {
			all = append(all, laneOf(plan, samples, measured[plan.Lane]))
		}
	}
	return all
}

func laneOf(plan history.LanePlan, samples []history.Sample, m judge.Lane) *lane {
	last := slices.MaxFunc(samples, func(a, b history.Sample) int { return cmp.Compare(a.Seq, b.Seq) }).Seq
	l := &lane{
		Name: plan.Lane, Rate: plan.Rate, Via: plan.Via, Interval: float64(plan.Interval()) / 1e6,
		Start: tenth(samples[0].Due - time.Duration(samples[0].Seq)*plan.Interval()),
		Per:   int(last)/maxBuckets + 1, Requests: m.Requests, Errors: m.Errors, Failed: []failed{},
		Degradations: outagesOf(m.Degradations),
	}
	l.Buckets = int(last)/l.Per + 1
	l.Slowest = make([]float64, l.Buckets)
	l.Outages, l.LeftOut = longest(outagesOf(m.Windows))
	kinds, errs := map[[3]string]*series{}, map[string]int{}
	for i := range samples {
		l.count(&samples[i], kinds)
		l.keepFailed(&samples[i], errs)
	}
	slices.SortFunc(l.Failed, func(a, b failed) int { return cmp.Compare(a.Due, b.Due) })
	slices.SortStableFunc(l.Series, func(a, b *series) int {
		return cmp.Or(cmp.Compare(order[a.Kind], order[b.Kind]), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Name, b.Name))
	})
	return l
}

// order is how series are stacked, from below: good, not sent, failed.
var order = map[string]int{"ok": 0, "skip": 1, "fail": 2}

func (l *lane) count(s *history.Sample, kinds map[[3]string]*series) {
	bucket := int(s.Seq) / l.Per
	class := s.Class
	if class == history.ClassOK && s.Attempts > 1 {
		class = history.ClassRetried // as the verdict counts it
	}
	key := [3]string{"ok", s.Pod, s.Version}
	switch {
	case class.Skipped():
		key = [3]string{"skip", strings.TrimPrefix(string(class), "skipped:"), ""}
	case class.Failed():
		key = [3]string{"fail", string(class), ""}
	default:
		l.Slowest[bucket] = max(l.Slowest[bucket], tenth(s.Took))
	}
	if kinds[key] == nil && len(l.Series) >= maxSeries {
		key = [3]string{key[0], "other", ""}
	}
	if kinds[key] == nil {
		kinds[key] = &series{Kind: key[0], Name: key[1], Version: key[2]}
		l.Series = append(l.Series, kinds[key])
	}
	kinds[key].add(bucket)
}

func (l *lane) keepFailed(s *history.Sample, errs map[string]int) {
	if !s.Class.Failed() {
		return
	}
	if len(l.Failed) >= maxFailed {
		l.FailedCut++
		return
	}
	f := failed{Due: tenth(s.Due), Took: tenth(s.Took), Class: string(s.Class), Code: s.Code, Pod: s.Pod, Err: -1}
	if s.Err != "" {
		n, known := errs[s.Err]
		if !known && len(l.Errs) < 40 {
			n, known = len(l.Errs), true
			errs[s.Err] = n
			l.Errs = append(l.Errs, clipped(s.Err, 160))
		}
		if known {
			f.Err = n
		}
	}
	l.Failed = append(l.Failed, f)
}

func outagesOf(windows []judge.Window) []outage {
	all := make([]outage, 0, len(windows))
	for _, w := range windows {
		all = append(all, outage{From: w.FromMs, To: w.ToMs, Uncertainty: w.UncertaintyMs, Failed: w.Failed,
			Slots: w.Slots, Classes: w.Classes, Open: w.OpenEnded, Stalled: w.Stalled, ServedAnew: w.ServedAnew})
	}
	return all
}

// longest keeps the longest outages, in the order of time, and says how many it left out.
func longest(all []outage) ([]outage, int) {
	if len(all) <= maxWindows {
		return all, 0
	}
	slices.SortStableFunc(all, func(a, b outage) int { return cmp.Compare(b.To-b.From, a.To-a.From) })
	kept := all[:maxWindows]
	slices.SortFunc(kept, func(a, b outage) int { return cmp.Compare(a.From, b.From) })
	return kept, len(all) - maxWindows
}

// tenth is a length of time in ms, to a tenth.
func tenth(d time.Duration) float64 { return math.Round(float64(d)/1e5) / 10 }

// clipped cuts a text to so many characters.
func clipped(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
