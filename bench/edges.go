package main

import (
	"context"
	"fmt"
	"math"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/bench/target"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/load"
)

// The conditions of the edges: the rate of every open-loop lane, and its interval.
const (
	rate     = 500
	interval = 2.0 // milliseconds
	timeout  = load.DefaultTimeout
)

// apart is the good time between two scripted outages: longer than the time-out
// and than the poller's second, so that nothing is left of one when the next begins.
const apart = 1500 * time.Millisecond

// A window is an outage as somebody measured it, in milliseconds of CLOCK_MONOTONIC.
type window struct {
	from, to     float64
	began, ended float64 // how right each of them is said to be
	stalled      bool
}

// edges has everybody watch the same outages at the same time.
func edges(ctx context.Context, s *scale) (*table, error) {
	schedule := target.Schedule(s.seed, s.outages, 5*time.Millisecond, 5*time.Second, apart)
	s.say("  %d outages, %s", len(schedule), target.Length(schedule).Round(time.Second))
	server, err := target.Start(s.prompt(s.role("__target")), schedule)
	if err != nil {
		return nil, err
	}
	defer func() { _ = server.Stop() }()
	lanes := []load.Lane{{Name: history.LaneFresh, Rate: rate}, {Name: history.LaneReused, Rate: rate, Connections: 16}}
	m, err := s.watch(ctx, server.URL, lanes, target.Length(schedule)+time.Minute)
	if err != nil {
		return nil, err
	}
	rivals := map[string]*rival{}
	for who, role := range map[string]order{"vegeta": {URL: server.URL, Rate: rate, Timeout: timeout}, "poller": {URL: server.URL, Rate: 1, Timeout: timeout}} {
		if rivals[who], err = s.run("__"+who, role); err != nil {
			return nil, err
		}
	}
	if err := server.Go(); err != nil {
		return nil, err
	}
	truth, err := server.Truth()
	if err != nil {
		return nil, err
	}
	found := map[string][]window{}
	for who, r := range rivals {
		hits, err := r.stop()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", who, err)
		}
		found[who] = windowsOf(hits)
	}
	if err := m.stop(ctx); err != nil {
		return nil, err
	}
	t := &table{}
	for _, l := range lanes {
		found["meter, "+l.Name] = m.windows(l.Name)
	}
	return t, t.edges(s.say, truth, found, m)
}

// prompt has a command served by a processor before the rivals are, in real time as the
// meter is: a target that waits for one notes a break that nobody can have met yet, and
// answers late in the middle of a good time. It is the same target for all who ask.
func (s *scale) prompt(command []string) []string {
	realTime := []string{"chrt", "--rr", "1"}
	if err := exec.Command(realTime[0], append(realTime[1:], "true")...).Run(); err != nil {
		s.say("  the target is not served in real time: %v", err)
		return command
	}
	return append(realTime, command...)
}

// windowsOf is what follows from a rival's results by the same definition: from
// the first failed request to the first good one after it.
func windowsOf(hits []hit) []window {
	var all []window
	open := false
	for _, h := range hits {
		at := float64(h.At) / 1e6
		switch {
		case !h.Good && !open:
			all, open = append(all, window{from: at, to: at}), true
		case h.Good && open:
			all[len(all)-1].to, open = at, false
		}
	}
	return all
}

// A watching is the meter on its way, its lanes gauged as they come.
type watching struct {
	clock   history.Clock
	process *load.Process
	gauges  map[string]*judge.Gauge
	asked   map[string][]float64 // when a lane's slots were due that were sent, as a window's instants
	gaps    []history.Interval
	report  load.Report
}

// watch starts the meter.
func (s *scale) watch(ctx context.Context, url string, lanes []load.Lane, most time.Duration) (*watching, error) {
	w := &watching{clock: history.StartClock(), gauges: map[string]*judge.Gauge{}, asked: map[string][]float64{}}
	for _, l := range lanes {
		w.gauges[l.Name] = judge.NewGauge(time.Second / time.Duration(l.Rate))
	}
	plan := load.Plan{URL: url, Lanes: lanes, Timeout: timeout, MaxDuration: most, Origin: w.clock.Monotonic}
	var err error
	w.process, err = load.Start(ctx, s.meter(), plan,
		w.add, func(i history.Interval) { w.gaps = append(w.gaps, i) })
	return w, err
}

func (w *watching) add(x history.Sample) {
	w.gauges[x.Lane].Add(x)
	if !x.Class.Skipped() {
		w.asked[x.Lane] = append(w.asked[x.Lane], float64(w.clock.Monotonic)/1e6+milliseconds(x.Due))
	}
}

func (w *watching) stop(ctx context.Context) (err error) {
	w.report, err = w.process.Stop(ctx)
	return err
}

// windows are a lane's outages, after stop.
func (w *watching) windows(lane string) []window {
	var all []window
	origin := float64(w.clock.Monotonic) / 1e6
	for _, o := range w.gauges[lane].Lane(w.report.To, w.gaps).Windows {
		all = append(all, window{origin + o.BeganMs, origin + o.EndedMs, o.BeganEdgeMs, o.EndedEdgeMs, o.Stalled})
	}
	return all
}

// stalls are the spans in which the meter says that it stood still.
func (w *watching) stalls() []window {
	var all []window
	origin := float64(w.clock.Monotonic) / 1e6
	for _, g := range w.gaps {
		all = append(all, window{from: origin + milliseconds(g.From), to: origin + milliseconds(g.To)})
	}
	return all
}

// An edge is how one end of a scripted outage was measured.
type edge struct {
	off         float64 // milliseconds from the truth
	uncertainty float64 // as stated
	stalled     bool
	missed      bool // the outage was not seen at all
	hidden      bool // and the meter says that it sent nothing while it lasted
	kind        target.Kind
}

// match lays what was measured beside the truth: an outage is measured by the
// windows that touch it, its ends by the first and the last of them. One that
// nobody saw is wrong by its whole length. Asked are the instants at which somebody says
// to have looked; nil: they say nothing of that.
func match(truth []target.Truth, windows []window, asked []float64) (starts, ends []edge) {
	for _, o := range truth {
		from, to := [2]float64{float64(o.From[0]) / 1e6, float64(o.From[1]) / 1e6}, [2]float64{float64(o.To[0]) / 1e6, float64(o.To[1]) / 1e6}
		touching := slices.DeleteFunc(slices.Clone(windows), func(w window) bool {
			return w.to < from[0]-float64(apart.Milliseconds())/3 || w.from > to[1]+float64(apart.Milliseconds())/3
		})
		if len(touching) == 0 {
			hidden := asked != nil && !slices.ContainsFunc(asked, func(at float64) bool { return at > from[1] && at < to[0] })
			e := edge{off: to[0] - from[1], missed: true, hidden: hidden, kind: o.Kind}
			starts, ends = append(starts, e), append(ends, e)
			continue
		}
		first, last := touching[0], touching[len(touching)-1]
		starts = append(starts, edge{off: outside(first.from, from), uncertainty: first.began, stalled: first.stalled, kind: o.Kind})
		ends = append(ends, edge{off: outside(last.to, to), uncertainty: last.ended, stalled: last.stalled, kind: o.Kind})
	}
	return starts, ends
}

// outside is how far an instant lies outside the span in which the edge was.
func outside(at float64, span [2]float64) float64 {
	return max(span[0]-at, at-span[1], 0)
}

// edges fills the table: rows for everybody, claims for the meter.
func (t *table) edges(say func(string, ...any), truth []target.Truth, found map[string][]window, m *watching) error {
	p95, stalls := map[string]float64{}, m.stalls()
	for _, who := range []string{"meter, fresh", "meter, reused", "vegeta", "poller"} {
		lane, _ := strings.CutPrefix(who, "meter, ")
		starts, ends := match(truth, found[who], m.asked[lane])
		both := slices.Concat(starts, ends)
		offs := values(both, func(e edge) float64 { return e.off })
		t.add("error of an edge", who, "ms", offs)
		missed := 0
		for _, e := range starts {
			if e.missed {
				missed++
			}
		}
		p95[who] = quantile(offs, 0.95)
		t.claimOf(who, both, missed, len(truth))
		if who != "vegeta" && who != "poller" {
			sayBeyond(say, who, "begin", starts, truth, found[who], stalls)
			sayBeyond(say, who, "end", ends, truth, found[who], stalls)
			sayBroad(say, who, "begin", starts)
			sayBroad(say, who, "end", ends)
		}
	}
	for _, lane := range []string{"meter, fresh", "meter, reused"} {
		t.claim(p95[lane] <= 0.5*p95["vegeta"], lane+": p95 of the error at most half of stock vegeta's at the same rate", "%.2f ms against %.2f ms; the poller's: %.0f ms",
			p95[lane], p95["vegeta"], p95["poller"])
	}
	return nil
}

// claimOf notes what is promised of the meter's lanes.
func (t *table) claimOf(who string, all []edge, missed, outages int) {
	if who == "vegeta" || who == "poller" {
		t.add(fmt.Sprintf("outages of %d that were not seen at all", outages), who, "", []float64{float64(missed)})
		return
	}
	hidden := len(all)
	all = slices.DeleteFunc(slices.Clone(all), func(e edge) bool { return e.hidden })
	hidden -= len(all)
	worst, within := math.Inf(-1), 0
	narrow, broad := 0, 0
	beyond := map[target.Kind]int{}
	for _, e := range all {
		over := e.off - interval - e.uncertainty
		worst = math.Max(worst, over)
		if over <= 0 && !e.missed {
			within++
		} else {
			beyond[e.kind]++
		}
		if e.uncertainty <= interval {
			narrow++
		}
		if !e.stalled && e.uncertainty > 3*interval {
			broad++
		}
	}
	t.claim(within == len(all), who+": every edge right to one interval (2 ms) and the stated uncertainty", "%d of %d, %s; %d more of outages in which the meter says that it sent nothing", within, len(all), worstOf(beyond, worst), hidden)
	t.claim(float64(narrow) >= 0.95*float64(len(all)), who+": stated uncertainty at most one interval in 95 %", "%.1f %%", 100*float64(narrow)/float64(len(all)))
	t.claim(broad == 0, who+": and at most three where no stall touches", "%d of %d beyond", broad, len(all))
}

// sayBeyond tells of each edge that is not where it was said to be, with what was measured
// and where the meter stood still about it, in milliseconds from the outage's begin.
func sayBeyond(say func(string, ...any), who, which string, all []edge, truth []target.Truth, windows, stalls []window) {
	for n, e := range all {
		if !e.missed && e.off <= interval+e.uncertainty {
			continue
		}
		began, over := float64(truth[n].From[1])/1e6, float64(truth[n].To[0])/1e6
		about := func(all []window) string {
			text := ""
			for _, w := range all {
				if w.to > began-2000 && w.from < over+2000 {
					text += fmt.Sprintf(" %.1f..%.1f", w.from-began, w.to-began)
				}
			}
			return text
		}
		say("  %s: the %s of outage %d (%s, 0..%.1f) is off by %.2f ms, said to be right to %.2f; missed %t, hidden %t; measured%s; stalls%s",
			who, which, n, e.kind, over-began, e.off, e.uncertainty, e.missed, e.hidden, about(windows), about(stalls))
	}
}

// sayBroad tells of which kinds of outage the edges are that are said to be right to more
// than one interval, and to how much.
func sayBroad(say func(string, ...any), who, which string, all []edge) {
	broad := map[target.Kind][]float64{}
	for _, e := range all {
		if !e.hidden && e.uncertainty > interval {
			broad[e.kind] = append(broad[e.kind], e.uncertainty)
		}
	}
	for _, k := range target.Kinds {
		if n := len(broad[k]); n > 0 {
			say("  %s: of %s edges said to be right to more than %.0f ms are %d the %s: median %.2f ms, at most %.2f", who, k, interval, n, which, quantile(broad[k], 0.5), slices.Max(broad[k]))
		}
	}
}

// worstOf says of which kinds the edges beyond were, and by how much the worst was.
func worstOf(beyond map[target.Kind]int, worst float64) string {
	if len(beyond) == 0 {
		return fmt.Sprintf("the nearest to it by %.2f ms", -worst)
	}
	var said []string
	for _, k := range target.Kinds {
		if n := beyond[k]; n > 0 {
			said = append(said, fmt.Sprintf("%s %d", k, n))
		}
	}
	return fmt.Sprintf("beyond it: %s, worst by %.2f ms", strings.Join(said, ", "), worst)
}

func values(all []edge, of func(edge) float64) []float64 {
	var out []float64
	for _, e := range all {
		out = append(out, of(e))
	}
	return out
}
