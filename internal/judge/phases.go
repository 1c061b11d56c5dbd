package judge

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// A Phase is a part of a lane's downtime: what was waited for in it. It lies
// between two observations that sensors of their own made, From and To.
type Phase struct {
	Name string  `json:"name"` // "grace period"
	Ms   float64 `json:"ms"`   // of the downtime, all outages together
	From string  `json:"from"` // "SIGTERM in the log of web-1"
	To   string  `json:"to"`
}

// Unexplained is the name of the downtime that lies between no two observations.
const Unexplained = "unexplained"

// An observation is an instant that some sensor saw, and what had been waited for
// until then.
type observation struct {
	at   time.Duration
	what string // "SIGTERM in the log of web-1"
	wait string // the phase that ends here
	then string // the phase that begins here if nothing else is waited for; "" if something is
}

// Phases says of a lane's outages what was waited for in them. Each millisecond of
// downtime lies between two observations, of which the later one says what it was
// that had not happened yet; the meter's own "good again" ends the last one. What
// was down before the deed, or long after the last observation, is unexplained.
//
//	deed     stuck    probe fails    SIGTERM      exit     start     ready    endpoint   good again
//	  |--------|-----------|------------|-----------|---------|---------|---------|----------|
//	      "fault"  "liveness failure 1"  ...   "grace period" ...   "boot"    ...   "routes"
func Phases(h *history.History, lane string) []Phase {
	s, err := newScene(h)
	if err != nil {
		return nil
	}
	l := Measure(h, lane)
	if len(l.Windows) == 0 {
		return nil
	}
	seen := s.observations()
	plan, _ := planOf(h, lane)
	var all []Phase
	for _, w := range l.Windows {
		d := downtime{span: span{fromMs(w.FromMs), fromMs(w.ToMs)}, open: w.OpenEnded, timeout: plan.Timeout}
		d.healed = s.healedBy(lane, d.to)
		all = add(all, split(d, seen)...)
	}
	return all
}

func fromMs(v float64) time.Duration { return time.Duration(v * float64(time.Millisecond)) }

// routesLimit is how long after the last observation downtime may still be that of
// routes that have not followed yet; see the model's window for them.
const routesLimit = 3 * time.Second

// What ends an outage that only waited for routes, or for who takes those that are there.
const (
	untilRoutes = "until routes follow"
	untilTaken  = "until a connection takes them"
	goodAgain   = "the meter: good again"
)

// A downtime is an outage of a lane.
type downtime struct {
	span
	open    bool          // to the end
	healed  bool          // what ended it is the answer of a pod that was hit
	timeout time.Duration // of the lane's requests
}

// told is how much later than it was an observation may be told of. It is more than the
// longest run of failures that chance explains where a part of a lane's requests fails.
const told = time.Second

// healedBy reports whether the lane's first good answer from that instant on is that of a pod
// that was hit.
func (s *scene) healedBy(lane string, to time.Duration) bool {
	for _, x := range s.lane(lane, to, s.end) {
		if x.Class == history.ClassOK {
			return slices.ContainsFunc(s.hit(), func(p pod) bool { return p.name == x.Pod })
		}
	}
	return false
}

// unwaited reports whether a part of the outage, to its end, waited for no later observation:
// who was hit was well again by then.
func (d downtime) unwaited(part span, later observation) bool {
	return d.healed && part.to == d.to && part.length() > told && later.at > d.to+told
}

// follows reports whether an outage that ended after the observation, before any
// other, waited for nothing but what the observation says.
func (o observation) follows(d downtime) bool {
	return o.then != "" && !d.open && d.to-o.at <= routesLimit
}

// split cuts an outage at the observations. What was due before the first of them, the deed,
// was hit by it if it was still under way then, for a time-out at the most.
func split(w downtime, seen []observation) []Phase {
	var parts []Phase
	for i := 1; i < len(seen); i++ {
		from, to := max(w.from, seen[i-1].at), min(w.to, seen[i].at)
		if to <= from {
			continue
		}
		part := Phase{seen[i].wait, ms(to - from), seen[i-1].what, seen[i].what}
		switch {
		case seen[i-1].follows(w) && w.to < seen[i].at:
			part.Name, part.To = seen[i-1].then, goodAgain
		case w.unwaited(span{from, to}, seen[i]):
			part.Name, part.To = Unexplained, goodAgain
		}
		parts = append(parts, part)
	}
	if len(seen) == 0 {
		return []Phase{{Name: Unexplained, Ms: ms(w.length())}}
	}
	first, last := seen[0], seen[len(seen)-1]
	if early := min(w.to, first.at) - w.from; early > 0 {
		hit := max(0, min(early, min(w.to, first.at)-(first.at-w.timeout)))
		if early > hit {
			parts = append(parts, Phase{Unexplained, ms(early - hit), "", first.what})
		}
		if hit > 0 {
			parts = append(parts, Phase{"under way at the fault", ms(hit), "the request was sent", first.what})
		}
	}
	if late := max(w.from, last.at); w.to > late {
		name, to := Unexplained, ""
		if last.follows(w) {
			name, to = last.then, goodAgain
		}
		parts = append(parts, Phase{name, ms(w.to - late), last.what, to})
	}
	return parts
}

// add sums up phases of the same name, in the order in which they first came.
func add(all []Phase, more ...Phase) []Phase {
	for _, p := range more {
		n := slices.IndexFunc(all, func(o Phase) bool { return o.Name == p.Name })
		if n < 0 {
			all = append(all, p)
			continue
		}
		all[n].Ms = round(all[n].Ms+p.Ms, 1000)
		if all[n].From != p.From || all[n].To != p.To {
			all[n].From, all[n].To = cmp.Or(all[n].From, p.From), cmp.Or(p.To, all[n].To)
		}
	}
	return all
}

// observations lists what was seen from the deed on of the pods that it harmed, and
// of those that came after it, in the order of time.
func (s *scene) observations() []observation {
	all := []observation{{at: s.began.Latest, what: "the fault: " + s.began.Detail, wait: "the fault"}}
	for _, m := range marksOf(s.h, history.PhaseFault)[min(1, len(marksOf(s.h, history.PhaseFault))):] {
		all = append(all, observation{at: m.Latest, what: "the fault: " + m.Detail, wait: "until the next deed"})
	}
	for _, m := range marksOf(s.h, history.PhaseRecover) {
		all = append(all, observation{at: m.Latest, what: "the undo began", wait: "until the fault is undone"})
	}
	hit := s.hit()
	for _, p := range s.pods() {
		harmed := slices.ContainsFunc(hit, p.is)
		if len(hit) > 0 && !harmed && p.from < s.deed.Earliest {
			continue
		}
		all = append(all, s.ofPod(p)...)
	}
	for _, node := range s.deed.Targets {
		if t, ok := s.notReady(node); ok {
			all = append(all, observation{at: t, what: "the API: node " + node + " is not Ready", wait: "until the node is called not Ready"})
		}
	}
	all = slices.DeleteFunc(all, func(o observation) bool { return o.at < s.began.Latest || o.at > s.end })
	slices.SortStableFunc(all, func(a, b observation) int { return cmp.Compare(a.at, b.at) })
	return all
}

// askedToGo reports whether the run of the pod's app that had ended at t had been asked to since
// the deed.
func (s *scene) askedToGo(p pod, t time.Duration) bool {
	asked := false
	for _, i := range s.intervals(history.SourceApp, p.name) {
		switch {
		case i.From > t:
			return asked
		case i.State == history.AppStart:
			asked = false
		case i.State == history.AppSIGTERM:
			asked = asked || i.From >= s.deed.Earliest
		}
	}
	return asked
}

// ofPod lists what was seen of a pod: by its own log, its node's runtime, the API.
func (s *scene) ofPod(p pod) []observation {
	all := s.probesOf(p)
	for _, i := range s.intervals(history.SourceApp, p.name) {
		if words, ok := appWords[i.State]; ok {
			if i.State == history.AppExit && !s.askedToGo(p, i.From) {
				words.wait = "until the process ends" // nobody had asked it to
			}
			all = append(all, observation{at: i.From, what: words.what + " in the log of " + p.name, wait: words.wait})
		}
	}
	ours := map[string]bool{}
	for _, i := range s.containers(p) {
		ours[i.Attrs[history.AttrContainerID]] = i.Attrs[history.AttrContainerID] != ""
	}
	for _, i := range s.intervals(history.SourceRuntime, "") {
		if words, ok := runtimeWords[i.State]; ok && ours[i.Attrs[history.AttrContainerID]] {
			if i.State == "exit" && !s.askedToGo(p, i.From) {
				words.wait = "until the process ends" // nobody had asked it to
			}
			all = append(all, observation{at: i.From, what: words.what + " of " + p.name + " (the node's runtime)", wait: words.wait})
		}
	}
	if p.from > s.deed.Latest {
		all = append(all, observation{at: p.from, what: "the API: pod " + p.name + " exists", wait: "until there is another pod"})
	}
	if p.leaving != history.Open {
		all = append(all, observation{at: p.leaving, what: "the API: pod " + p.name + " is to go", wait: "until the pod is told to go"})
	}
	for _, i := range s.spells(history.SourceReady, p.name) {
		if sameUID(i, p) && i.State == "True" {
			all = append(all, observation{at: i.From, what: "the API: pod " + p.name + " is ready", wait: "until the readiness probe is answered", then: untilRoutes})
		}
	}
	return append(all, s.endpointOf(p)...)
}

// probesOf lists the failures of the pod's liveness probe since it turned bad: each
// is known to the kubelet when it was answered, or when its time was up.
func (s *scene) probesOf(p pod) []observation {
	bad, _, err := s.trouble(p)
	if err != nil {
		return nil
	}
	c := model.Serving(s.w.Spec(p.name, p.owner))
	if c == nil || c.LivenessProbe == nil || c.LivenessProbe.HTTPGet == nil {
		return nil
	}
	var all []observation
	for _, i := range s.app(p, history.AppProbe, bad) {
		if i.Attrs[history.AttrPath] != c.LivenessProbe.HTTPGet.Path || healthy(i) {
			continue
		}
		n := len(all) + 1
		all = append(all, observation{at: i.From, what: fmt.Sprintf("liveness probe %d in the log of %s", n, p.name), wait: fmt.Sprintf("until liveness failure %d", n)})
	}
	return all
}

// healthy reports whether the kubelet took the answer to a probe for a good one.
func healthy(probe history.Interval) bool {
	code, err := strconv.Atoi(probe.Attrs[history.AttrCode])
	return err == nil && model.HealthyCode(code)
}

// words say what was seen, and what had been waited for.
type words struct{ what, wait string }

var appWords = map[string]words{
	history.AppStuck:   {"stuck", "until the fault works"},
	history.AppSIGTERM: {"SIGTERM", "until the kubelet acts"},
	history.AppExit:    {"exit", "grace period"},
	history.AppStart:   {"start", "container start"},
	history.AppReady:   {"boot done", "boot"},
}

var runtimeWords = map[string]words{
	"start": {"container start", "until a container is started"},
	"exit":  {"container exit", "grace period"},
	"oom":   {"the kernel's OOM kill", "until the kernel kills it"},
}
