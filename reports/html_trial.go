package reports

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
)

// A trialPage is what the page of one scenario shows.
type trialPage struct {
	Trial    judge.Trial
	Meta     *history.Meta // nil: there is no record at all
	Repeat   string        // the command line that repeats the trial
	Up       string        // the way to the run's folder
	Main     *timeline
	Twin     *timeline
	Findings []judge.Finding // the red ones first
	Held     []judge.Finding // assumptions and invariants that passed
	Compared []comparedLane
	Words    []wordsOf
}

// Hidden says what the way in of the load keeps from it, "" if nothing.
//
//	through a mapped-port, at which refused, unreachable show as resets or time-outs
func (p trialPage) Hidden() string {
	if p.Meta == nil || len(p.Meta.Load) == 0 || len(p.Meta.Load[0].Hides) == 0 {
		return ""
	}
	return fmt.Sprintf("through a %s, at which %s show as resets or time-outs", p.Meta.Load[0].Via, strings.Join(p.Meta.Load[0].Hides, ", "))
}

// TrialHTML is the page of one scenario: the verdict, what every finding wanted
// and got, and a timeline of the trial that can be zoomed, its twin below it on
// the same axis. It is one file that needs nothing else. main is nil if there is
// no record, twin if there is none of the twin; the page then says so.
func TrialHTML(t judge.Trial, main, twin *history.History) ([]byte, error) {
	p := trialPage{
		Trial: t, Up: strings.Repeat("../", strings.Count(t.Name, "/")+2), Repeat: "seatrial run " + t.Name,
		Main: timelineOf("", main, t.Findings, t.Lanes), Findings: redFirst(t.Findings),
	}
	if t.Planted != nil && p.Main != nil {
		p.Main = timelineOf("", main, t.Planted.Findings, t.Lanes)
		p.Findings = append(p.Findings, redFirst(t.Planted.Findings)...)
	}
	if t.Twin != nil {
		p.Twin = timelineOf("Twin, without "+t.Twin.Without, twin, t.Twin.Findings, t.Twin.Lanes)
	} else {
		p.Twin = timelineOf("Twin", twin, nil, nil)
	}
	for _, h := range []*history.History{twin, main} {
		if h != nil {
			p.Meta = &h.Meta
			if replay := h.Meta.Notes[history.NoteReplay]; replay != "" {
				p.Repeat = replay
			}
		}
	}
	p.Findings, p.Held = apart(p.Findings)
	p.title()
	p.Compared = compareLanes(t)
	p.Words = append(wordsFor("The trial", p.Main), wordsFor("The twin", p.Twin)...)
	return render("trial.html", trialScripts, p)
}

// title names the main timeline by what the twin lacks.
func (p *trialPage) title() {
	if p.Main == nil {
		return
	}
	p.Main.Title = "The trial"
	if p.Trial.Twin != nil {
		p.Main.Title = "The trial, with " + p.Trial.Twin.Without
	}
}

// Data is what the script draws.
func (p trialPage) Data() (template.JS, error) {
	var all []*timeline
	for _, t := range []*timeline{p.Main, p.Twin} {
		if t != nil {
			all = append(all, t)
		}
	}
	return embedded(all)
}

// redFirst orders findings: FAIL, INVALID, SKIPPED, PASS, and among those that
// passed the ones with a figure before the assumptions.
func redFirst(findings []judge.Finding) []judge.Finding {
	rank := func(f judge.Finding) int {
		switch {
		case f.Status != judge.Pass:
			return slices.Index([]judge.Status{judge.Fail, judge.Invalid, judge.Skipped}, f.Status)
		case f.From != nil || f.To != nil:
			return 3
		case strings.HasPrefix(f.Name, "assume-"):
			return 5
		}
		return 4
	}
	all := slices.Clone(findings)
	sort.SliceStable(all, func(i, j int) bool { return rank(all[i]) < rank(all[j]) })
	return all
}

// apart takes the assumptions and invariants that held out of the findings: they
// are the ground that the others stand on, and seldom what one looks for.
func apart(findings []judge.Finding) (asked, held []judge.Finding) {
	for _, f := range findings {
		if f.Status == judge.Pass && (strings.HasPrefix(f.Name, "assume-") || strings.HasPrefix(f.Name, "invariant-")) {
			held = append(held, f)
		} else {
			asked = append(asked, f)
		}
	}
	return asked, held
}

// A comparedLane is a lane with its protection and without.
type comparedLane struct {
	Lane  string
	Sides []laneSide
}

// A laneSide is what one side of the comparison lost. Share is of the longer
// trouble of both sides, in percent, for a bar.
type laneSide struct {
	Title    string
	Lane     judge.Lane
	Degraded float64 // longest degradation or outage, ms
	Bar      float64
}

func compareLanes(t judge.Trial) []comparedLane {
	names := make([]string, 0, len(t.Lanes))
	for name := range t.Lanes {
		names = append(names, name)
	}
	slices.Sort(names)
	var all []comparedLane
	for _, name := range names {
		c := comparedLane{Lane: name, Sides: []laneSide{sideOf("trial", t.Lanes[name])}}
		if t.Twin != nil {
			if l, ok := t.Twin.Lanes[name]; ok {
				c.Sides = append(c.Sides, sideOf("twin", l))
			}
		}
		top := 1.0
		for _, s := range c.Sides {
			top = max(top, s.Degraded)
		}
		for i := range c.Sides {
			c.Sides[i].Bar = math.Round(1000*c.Sides[i].Degraded/top) / 10
		}
		all = append(all, c)
	}
	return all
}

func sideOf(title string, l judge.Lane) laneSide {
	s := laneSide{Title: title, Lane: l, Degraded: l.LongestMs}
	for _, d := range l.Degradations {
		s.Degraded = max(s.Degraded, d.ToMs-d.FromMs)
	}
	return s
}

// wordsOf is a timeline in words, for those who cannot see the picture and for print.
type wordsOf struct {
	Title string
	Rows  []wordRow
}

type wordRow struct{ At, What string }

// maxWords bounds the words of a timeline.
const maxWords = 300

func wordsFor(title string, t *timeline) []wordsOf {
	if t == nil {
		return nil
	}
	type said struct {
		at   float64
		what string
	}
	var all []said
	for _, m := range t.Marks {
		all = append(all, said{m.Earliest, strings.TrimSpace("phase " + m.Phase + " " + m.Detail)})
	}
	for _, l := range t.Lanes {
		for _, o := range l.Outages {
			all = append(all, said{o.From, fmt.Sprintf("lane %s: outage of %s, %d slots failed (%s)", l.Name, milliseconds(o.To-o.From), o.Failed, classes(o.Classes))})
		}
		for _, o := range l.Degradations {
			all = append(all, said{o.From, fmt.Sprintf("lane %s: degraded for %s, %d of %d slots failed", l.Name, milliseconds(o.To-o.From), o.Failed, o.Slots)})
		}
	}
	spells := func(what string, list []spell) {
		for _, s := range list {
			all = append(all, said{s.From, strings.TrimSpace(what + " " + s.State + " " + s.Detail)})
		}
	}
	for _, p := range t.Pods {
		spells("pod "+p.Name+":", p.Phases)
		spells("pod "+p.Name+" ready:", p.Ready)
		spells("pod "+p.Name+" endpoint:", p.Endpoint)
		spells("pod "+p.Name+" restart", p.Restarts)
		spells("pod "+p.Name+" log:", p.Log)
	}
	for _, n := range t.Nodes {
		if len(n.Ready) > 1 {
			spells("node "+n.Name+" ready:", n.Ready)
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].at < all[j].at })
	w := wordsOf{Title: title}
	for _, s := range all[:min(len(all), maxWords)] {
		w.Rows = append(w.Rows, wordRow{fmt.Sprintf("+%.2f s", s.at/1000), s.what})
	}
	return []wordsOf{w}
}

// classes lists how often which class failed, the most frequent first.
func classes(counts map[string]int) string {
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		if counts[names[i]] != counts[names[j]] {
			return counts[names[i]] > counts[names[j]]
		}
		return names[i] < names[j]
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %d", name, counts[name])
	}
	return strings.Join(names, ", ")
}
