package judge

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// A timedProbe is a probe of a container, by its name, that the app can tell from
// its others: an HTTP probe with a path of its own.
type timedProbe struct {
	name string
	*model.Probe
}

// timedProbes are the probes of a container whose arrivals its log can time.
func timedProbes(c *model.Container) []timedProbe {
	all := []timedProbe{{"startup", c.StartupProbe}, {"readiness", c.ReadinessProbe}, {"liveness", c.LivenessProbe}}
	return slices.DeleteFunc(all, func(p timedProbe) bool {
		return p.Probe == nil || p.HTTPGet == nil || slices.ContainsFunc(all, func(o timedProbe) bool { return o.name != p.name && shares(p.Probe, o.Probe) })
	})
}

// eachProbe judges every probe of every life and joins the findings. An error says
// that the record has none of which there is anything to judge.
func (s *scene) eachProbe(nothing string, judge func(p pod, c *model.Container, l life, probe timedProbe, asked []history.Interval) []Finding) (Finding, error) {
	var all []Finding
	err := s.eachLife(func(p pod, c *model.Container, l life) {
		for _, probe := range timedProbes(c) {
			for _, f := range judge(p, c, l, probe, l.asked(probe.Probe)) {
				f.Got = fmt.Sprintf("%s %s: %s", p.name, probe.name, f.Got)
				all = append(all, f)
			}
		}
	})
	if err == nil && len(all) == 0 {
		err = errors.New(nothing)
	}
	if err != nil {
		return Finding{}, err
	}
	f := together(all)
	f.Got = fmt.Sprintf("%d checked: %s", len(all), f.Got)
	return f, nil
}

// ProbePeriod expects the probes of every container to arrive a period apart, by
// the app's own log: none too early, none too late, and without drift.
func ProbePeriod() Expectation {
	return expectation{"probe-period", func(s *scene) (Finding, error) {
		return s.eachProbe("no pod's log has three probes of a kind in one run", func(_ pod, _ *model.Container, _ life, probe timedProbe, asked []history.Interval) []Finding {
			if len(asked) < 3 {
				return nil
			}
			if probe.name == "readiness" {
				return []Finding{apartAs(model.ReadinessGap(probe.Probe), asked)}
			}
			return []Finding{apartAs(model.ProbeGap(probe.Probe), asked), onTicks(probe.Probe, asked)}
		})
	}}
}

// apartAs judges the shortest and the longest gap between probes.
func apartAs(w model.Window, asked []history.Interval) Finding {
	shortest, longest, at := history.Open, time.Duration(0), time.Duration(0)
	for n := 1; n < len(asked); n++ {
		gap := asked[n].From - asked[n-1].From
		shortest = min(shortest, gap)
		if gap > longest {
			longest, at = gap, asked[n].From
		}
	}
	f := found(shortest >= w.From && longest <= w.To, "probes "+w.Range()+" apart",
		fmt.Sprintf("%d probes %s..%s apart, the longest gap before %s", len(asked), short(shortest), short(longest), offset(at)), w.Reasons())
	return f.measured(longest, w)
}

// onTicks judges how far the probes lie off the ticks of one ticker: what each gap
// allows must not add up.
func onTicks(p *model.Probe, asked []history.Interval) Finding {
	period := time.Duration(p.PeriodSeconds) * time.Second
	least, most := time.Duration(0), time.Duration(0)
	for _, i := range asked {
		off := (i.From - asked[0].From) - (i.From - asked[0].From).Round(period)
		least, most = min(least, off), max(most, off)
	}
	w := model.Arrival()
	return found(most-least <= w.To, "probes within "+short(w.To)+" of ticks",
		fmt.Sprintf("within %s of ticks %s apart", short(most-least), short(period)), w.Reasons())
}

// ProbeInitialDelay expects the first probe of every kind in every run of a process
// inside the window that begins with its start: not before initialDelaySeconds, not
// before the startup probe has passed, and at the next tick after both.
func ProbeInitialDelay() Expectation {
	return expectation{"probe-initial-delay", func(s *scene) (Finding, error) {
		return s.eachProbe("no pod's log has a probe", func(_ pod, c *model.Container, l life, probe timedProbe, asked []history.Interval) []Finding {
			held, passed := l.held(c, probe)
			if len(asked) == 0 || !passed {
				return nil
			}
			w := model.FirstProbe(probe.Probe, held)
			if listens, ok := l.at(history.AppListen); ok {
				w = w.Late(listens-l.start, "until the app listened nobody could see one")
			}
			return []Finding{timed(w, instant(l.start), asked[0].From, "first probe")}
		})
	}}
}

// held is how long a startup probe held another one back; passed is false if it
// did to the end.
func (l life) held(c *model.Container, probe timedProbe) (d time.Duration, passed bool) {
	if c.StartupProbe == nil || probe.name == "startup" {
		return 0, true
	}
	good, ok := first(l.asked(c.StartupProbe), 0, history.Interval.Answered)
	return good.From - l.start, ok
}

// ProbeTimeout expects probes that nobody answered to have been given up when their
// timeoutSeconds were over. One that has two seconds at least must be among them:
// of less, nothing could be said.
func ProbeTimeout() Expectation {
	return expectation{"probe-timeout", func(s *scene) (Finding, error) {
		return s.eachProbe("no pod's log has a probe of 2s or more that nobody answered", func(_ pod, _ *model.Container, _ life, probe timedProbe, asked []history.Interval) []Finding {
			w := model.TimesOut(probe.Probe)
			var all []Finding
			for _, i := range asked {
				if i.Attrs[history.AttrCode] == history.CodeNone && probe.TimeoutSeconds >= 2 {
					all = append(all, timed(w, instant(i.From), i.From+took(i), "given up"))
				}
			}
			return all
		})
	}}
}

// ProbeThresholds expects a pod's condition Ready to change when, and only when,
// its readiness probe has had as many good or bad answers in a row as
// successThreshold and failureThreshold say, by the app's own log.
func ProbeThresholds() Expectation {
	return expectation{"probe-thresholds", func(s *scene) (Finding, error) {
		return s.eachProbe("no pod's log has enough readiness probes for its condition to change", func(p pod, _ *model.Container, l life, probe timedProbe, asked []history.Interval) []Finding {
			if probe.name != "readiness" || len(asked) == 0 {
				return nil
			}
			return s.flipsAsProbed(p, l, probe.Probe, asked)
		})
	}}
}

// A flip is a change of a pod's condition Ready.
type flip struct {
	at    time.Duration
	ready bool
}

func (f flip) String() string { return fmt.Sprintf("Ready %t at %s", f.ready, offset(f.at)) }

// flipsAsProbed compares the changes that the probes' answers amount to with those
// that the API told of.
func (s *scene) flipsAsProbed(p pod, l life, probe *model.Probe, asked []history.Interval) []Finding {
	w := model.Flips()
	until := min(l.next, s.end, p.leaving)
	if told, ok := l.at(history.AppSIGTERM); ok {
		until = min(until, told)
	}
	// Of the latest the API may not have told yet.
	may := slices.DeleteFunc(flipsOf(probe, asked), func(f flip) bool { return f.at >= until })
	want := slices.DeleteFunc(slices.Clone(may), func(f flip) bool { return f.at+w.To >= until })
	var got []flip
	for _, i := range s.spells(history.SourceReady, p.name) {
		if i.From > l.start && i.From < until && sameUID(i, p) && (len(got) > 0 || i.State == "True") {
			got = append(got, flip{i.From, i.State == "True"})
		}
	}
	var all []Finding
	if len(got) > len(may) {
		all = append(all, found(false, fmt.Sprint(may), fmt.Sprintf("by the probes %v, by the API %v", may, got), w.Reasons()))
	}
	for n, f := range want {
		if n >= len(got) || got[n].ready != f.ready {
			all = append(all, found(false, f.String(), fmt.Sprintf("by the probes %s, by the API %v", f, got), w.Reasons()))
			break
		}
		since := history.Mark{Earliest: f.at - watchSlack, Latest: f.at}
		g := timed(w, since, got[n].at, fmt.Sprintf("Ready %t", f.ready))
		all = append(all, g)
	}
	return all
}

// flipsOf are the changes that the answers to a readiness probe amount to, each
// when the last answer that it needed was known.
//
//	successThreshold 2, failureThreshold 3: ok ok bad ok bad bad bad ok ok
//	                                           |               |        |
func flipsOf(p *model.Probe, asked []history.Interval) []flip {
	var all []flip
	ready, last, run := false, false, 0
	for _, i := range asked {
		if ok := i.Answered(); ok != last {
			last, run = ok, 0
		}
		run++
		need := p.FailureThreshold
		if last {
			need = p.SuccessThreshold
		}
		if last != ready && run >= int(need) {
			ready = last
			all = append(all, flip{i.From + took(i), ready})
		}
	}
	return all
}
