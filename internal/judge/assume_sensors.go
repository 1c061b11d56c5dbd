package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// assumeFault holds if the fault that was declared was done, and a sensor saw the
// effect of each of its deeds on a target of that deed: a state that began or ended
// between the deed and the last mark "seen", or a request that failed. The injector's own word does not count,
// nor that a knob was turned.
func assumeFault(h *history.History) Finding {
	const want = "an effect of the fault, seen by a sensor other than the injector"
	if h.Meta.Fault == "" {
		return sound(want, "no fault was declared")
	}
	deeds, seen := marksOf(h, history.PhaseFault), marksOf(h, history.PhaseSeen)
	if len(deeds) == 0 {
		return unsound(want, h.Meta.Fault+" was never done")
	}
	if last := deeds[len(deeds)-1]; len(seen) == 0 || seen[len(seen)-1].Latest < last.Earliest {
		return unsound(want, fmt.Sprintf("%s was done at %s and not seen", h.Meta.Fault, offset(last.Earliest)))
	}
	var all []string
	for _, d := range deeds {
		in := span{d.Earliest, seen[len(seen)-1].Latest}
		what := effect(h, in, withContainers(h, d.Targets))
		if what == "" {
			return unsound(want, oneLine(fmt.Sprintf("no sensor saw %s do anything %s %s", h.Meta.Fault, in, d.Detail)))
		}
		all = append(all, what)
	}
	return sound(want, few(all))
}

// effect is the first trace of the fault in the span, "" if there is none.
func effect(h *history.History, in span, targets []string) string {
	ended := ""
	for _, i := range h.Intervals {
		if !tells(i) || !concerns(i, targets) {
			continue
		}
		if i.From >= in.from && i.From <= in.to {
			return fmt.Sprintf("%s %s: %s at %s", i.Source, i.Subject, i.State, offset(i.From))
		}
		if i.To >= in.from && i.To <= in.to && ended == "" {
			ended = fmt.Sprintf("%s %s: no longer %s at %s", i.Source, i.Subject, i.State, offset(i.To))
		}
	}
	if ended != "" {
		return ended
	}
	for _, g := range h.Gaps {
		if slices.Contains(h.Meta.Blinds, g.Source) && g.Overlaps(in.from, in.to) {
			return oneLine(fmt.Sprintf("%s %s blind from %s on, as declared", g.Source, g.Subject, offset(g.From)))
		}
	}
	for i := range h.Samples {
		if s := slotOf(&h.Samples[i]); s.failed() && in.holds(s.due) {
			return fmt.Sprintf("lane %s: %s at %s", h.Samples[i].Lane, s.class, offset(s.due))
		}
	}
	return ""
}

// tells reports whether an interval is evidence of an effect. Event objects are
// for people; a knob, and what somebody wrote or asked of the API, is the injector's echo;
// a good probe, and a lease that is renewed, is what always happens; routes follow what the API says.
func tells(i history.Interval) bool {
	switch i.Source {
	case history.SourceEvent, history.SourceLoad, history.SourceResidue, history.SourceCommand, history.SourceWitness, history.SourceDNS,
		history.SourceLease, history.SourceAPI, history.SourceWrite, history.SourceRoute:
		return false
	case history.SourceSaved: // it says when a log was over, not what happened
		return false
	case history.SourceApp:
		return i.State != history.AppKnob && (i.State != history.AppProbe || i.Attrs[history.AttrCode] != "" && !i.Answered())
	}
	return true
}

func targetsOf(h *history.History) []string {
	var all []string
	for _, m := range marksOf(h, history.PhaseFault) {
		all = append(all, m.Targets...)
	}
	return all
}

// withContainers adds the targets' containers: the runtimes know no pods.
func withContainers(h *history.History, targets []string) []string {
	all := slices.Clone(targets)
	for _, i := range h.Intervals {
		if id := i.Attrs[history.AttrContainerID]; i.Source == history.SourceContainer && id != "" && len(targets) > 0 && concerns(i, targets) {
			all = append(all, id)
		}
	}
	return all
}

// concerns reports whether an interval is about one of the targets, or of what
// runs on it or belongs to it. A deed without targets concerns everything.
func concerns(i history.Interval, targets []string) bool {
	return len(targets) == 0 || slices.ContainsFunc(targets, func(t string) bool {
		return i.Subject == t || strings.HasPrefix(i.Subject, t+"/") ||
			i.Source == history.SourceReplicas && strings.HasSuffix(i.Subject, "/"+t) ||
			i.Attrs[history.AttrPod] == t || i.Attrs[history.AttrContainerID] == t || i.Attrs[history.AttrNode] == t || i.Attrs[history.AttrImage] == t || strings.HasSuffix(i.Attrs[history.AttrOwner], "/"+t)
	})
}

// judgedApart are the sources whose gaps are looked at elsewhere, or which no verdict is made
// of: routes only tell what downtime was spent with.
var judgedApart = []string{history.SourceLoad, history.SourceEvent, history.SourceWitness, history.SourceRoute}

// assumeWatches holds if no sensor was blind while it mattered, but for what the
// fault declared or made unavoidable, and if the pods were watched at all.
func assumeWatches(h *history.History) Finding {
	const want = "no sensor blind between steady and drain, but for what the fault declares"
	in := measured(h)
	var wrong []string
	excused := 0
	for _, g := range h.Gaps {
		switch {
		case slices.Contains(judgedApart, g.Source), !g.Overlaps(in.from, in.to):
		case declared(h, g):
			excused++
		default:
			wrong = append(wrong, oneLine(fmt.Sprintf("%s %s blind %s %s", g.Source, g.Subject, span{g.From, g.To}, g.Detail)))
		}
	}
	watched := slices.ContainsFunc(h.Intervals, func(i history.Interval) bool { return i.Source == history.SourcePod && i.Overlaps(in.from, in.to) })
	if len(h.Meta.Load) > 0 && !watched {
		wrong = append(wrong, "no pod was seen")
	}
	got := "no gap"
	if excused > 0 {
		got = fmt.Sprintf("%d gaps, all of them declared", excused)
	}
	return tell(want, got, wrong)
}

// declared reports whether a gap is no reason to doubt the trial: the fault's
// card says that this source will be cut off, or it is the log of a pod, or the
// runtime of a node, that the fault hit or that was deleted. A gap that was over
// before the deed has nothing to do with it.
func declared(h *history.History, g history.Interval) bool {
	if slices.Contains(h.Meta.Blinds, g.Source) && g.To > firstDeed(h) {
		return true
	}
	switch g.Source {
	case history.SourceRuntime:
		return slices.Contains(targetsOf(h), g.Subject) && g.To > firstDeed(h)
	case history.SourceApp:
		return gone(h, g.Subject) || hit(h, g.Subject) && g.To > firstDeed(h)
	}
	return false
}

func firstDeed(h *history.History) time.Duration {
	if m := marksOf(h, history.PhaseFault); len(m) > 0 {
		return m[0].Earliest
	}
	return history.Open
}

// hit reports whether the pod, or its node, was a target of the fault.
func hit(h *history.History, pod string) bool {
	targets := targetsOf(h)
	return len(targets) > 0 && slices.ContainsFunc(h.Intervals, func(i history.Interval) bool {
		return i.Source == history.SourcePod && i.Subject == pod &&
			(slices.Contains(targets, pod) || slices.Contains(targets, i.Attrs[history.AttrNode]))
	})
}

// gone reports whether the pod was on its way out, or out, before the trial ended.
func gone(h *history.History, pod string) bool {
	known, alive := false, false
	for _, i := range h.Intervals {
		if i.Source != history.SourcePod || i.Subject != pod {
			continue
		}
		known = true
		if i.State == "Terminating" {
			return true
		}
		alive = alive || i.To == history.Open
	}
	return known && !alive
}
