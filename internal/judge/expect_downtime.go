package judge

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// DowntimeAsModelled expects every lane to lose what Kubernetes promises for the
// fault, the applied objects and the settings in force: not more, and not less
// than is possible. Both the whole span of failures and the longest outage count.
func DowntimeAsModelled() Expectation { return expectation{"downtime", judgeDowntime} }

func judgeDowntime(s *scene) (Finding, error) {
	if len(s.h.Meta.Load) == 0 {
		return Finding{}, fmt.Errorf("the record has no load")
	}
	at, err := s.situation()
	if err != nil {
		return Finding{}, err
	}
	var all []Finding
	for _, plan := range s.h.Meta.Load {
		f, err := s.laneAsModelled(at, plan)
		if err != nil {
			return Finding{}, err
		}
		all = append(all, f)
	}
	joined := together(all)
	wants := make([]string, len(all))
	for i, f := range all {
		wants[i] = f.Want
	}
	joined.Want = strings.Join(wants, "; ")
	return joined, nil
}

func (s *scene) laneAsModelled(at model.Situation, plan history.LanePlan) (Finding, error) {
	loss, err := s.w.Loss(s.h.Meta.Fault, at, plan)
	if err != nil {
		return Finding{}, err
	}
	got, err := s.lostAfterDeed(plan.Lane)
	if err != nil {
		return Finding{}, err
	}
	limit, measured := loss.Span, got.span
	if loss.Share >= 1 {
		limit, measured = loss.Longest, got.longest
	}
	strangers := 0
	if hit := s.harmed(); len(hit) > 0 {
		strangers = s.badAnswersOf(plan.Lane, hit)
	}
	kept := keeps(loss, got)
	if kept && strangers == 0 {
		if err := doubt(loss, got, plan); err != nil {
			return Finding{}, err
		}
	}
	f := found(kept && strangers == 0, plan.Lane+": "+wantOf(loss), plan.Lane+": "+got.String(), limit.Reasons())
	if strangers > 0 {
		f.Got += fmt.Sprintf(", %d bad answers of pods that were not hit", strangers)
	}
	return f.measured(measured, limit), nil
}

// badAnswersOf counts a lane's bad answers since the deed that name a pod of no such name: a
// pod that was not hit has no reason to give any.
func (s *scene) badAnswersOf(lane string, hit []pod) int {
	n := 0
	for _, x := range s.lane(lane, s.deed.Earliest, s.end) {
		if x.Class.Failed() && x.Pod != "" && !slices.ContainsFunc(hit, func(p pod) bool { return p.name == x.Pod }) {
			n++
		}
	}
	return n
}

// doubt is an error if a loss that lies in what may be lost may as well not lie in it: it
// went on when nobody looked any more, or the generator stood still.
func doubt(l model.Loss, got lossSeen, plan history.LanePlan) error {
	exact := got
	exact.off, exact.longestOff = plan.Interval(), plan.Interval()
	limit, measured := l.Span.To, got.span
	if l.Share >= 1 {
		limit, measured = l.Longest.To, got.longest
	}
	switch {
	case got.failed > 0 && !keeps(l, exact):
		return fmt.Errorf("lane %s: the generator stood still in the outage: %s", plan.Lane, got)
	case limit == model.Forever:
		return nil
	case got.open:
		return fmt.Errorf("lane %s was still down at the end: how long it lasts is not known: %s", plan.Lane, got)
	}
	return got.sure(plan.Lane, max(0, limit-measured))
}

// keeps reports whether what was lost lies in what may be lost, as far as it
// could be measured.
func keeps(l model.Loss, got lossSeen) bool {
	switch {
	case l.Nothing():
		return got.failed == 0
	case got.failed == 0:
		return l.Span.From == 0
	case got.open && l.Span.To == model.Forever:
		return true // it lasted for as long as anybody looked
	case !near(l.Longest, got.longest, got.longestOff):
		return false
	case l.Share >= 1:
		return l.Span.To == model.Forever || got.span-got.off <= l.Span.To
	case l.ByChance:
		if _, most := model.Binomial(max(got.within, got.failed), l.Share); got.failed > most {
			return false
		}
	}
	return near(l.Span, got.span, got.off)
}

// near reports whether a length that may be off by so much may lie in the window.
func near(w model.Window, d, off time.Duration) bool {
	return d+off >= w.From && (w.To == model.Forever || d-off <= w.To)
}

// wantOf is a loss without its reasons, which stand in LimitFrom.
func wantOf(l model.Loss) string {
	switch {
	case l.Nothing():
		return "nothing lost"
	case l.Share >= 1:
		return "outage " + l.Longest.Range()
	}
	return fmt.Sprintf("up to %.0f%% of the slots for %s, longest outage up to %s", 100*l.Share, l.Span.Range(), short(l.Longest.To))
}

// situation is what the model must know of the app at the instant of the deed.
func (s *scene) situation() (model.Situation, error) {
	endpoints := s.endpointsAt(s.deed.Earliest)
	if len(endpoints) == 0 && s.h.Meta.Fault != "" {
		return model.Situation{}, fmt.Errorf("the record has no endpoint that was ready at the deed")
	}
	hit := s.harmed()
	nodes := map[string]bool{}
	at := model.Situation{Endpoints: len(endpoints)}
	for _, p := range endpoints {
		if slices.ContainsFunc(hit, func(h pod) bool { return h.uid == p.uid && h.name == p.name }) {
			at.Hit++
			nodes[p.node] = true
		}
	}
	of := slices.Concat(hit, endpoints) // a rollout hits no pod by name: any of the app will do
	if len(of) > 0 {
		at.Spec, at.Deployment = s.w.Spec(of[0].name, of[0].owner), s.w.DeploymentOf(of[0].owner)
		at.Owned, at.Node = of[0].owner != "", of[0].node
	}
	at.Nodes = max(len(nodes), 1)
	if s.inRollout() && at.Deployment != nil {
		if err := s.narrow(&at); err != nil {
			return model.Situation{}, err
		}
	}
	if model.HarmOf(s.h.Meta.Fault) == model.TrafficSwitches {
		return s.switched(at), nil
	}
	return at, nil
}

// narrow says that the deed fell into a rollout, which may go on until no more
// endpoints are left than its strategy asks for, those that were hit among them.
func (s *scene) narrow(at *model.Situation) error {
	counts, _ := s.at(history.SourceReplicas, "Deployment/"+at.Deployment.Name, s.deed.Earliest)
	b, err := boundsOf(at.Deployment, counts)
	at.Rolling, at.Endpoints = true, max(min(at.Endpoints, b.MinAvailable()), at.Hit)
	return err
}

// harmed lists the pods that the deed can have harmed: of a liveness endpoint
// that was given a status, only those whose status is no healthy one.
func (s *scene) harmed() []pod {
	hit := s.hit()
	if model.HarmOf(s.h.Meta.Fault) != model.LivenessFails {
		return hit
	}
	return slices.DeleteFunc(hit, func(p pod) bool {
		code, ok := s.liveCode(p)
		return ok && model.HealthyCode(code)
	})
}

// liveCode is the status that the deed gave to the pod's liveness endpoint, from
// the app's own log.
func (s *scene) liveCode(p pod) (int, bool) {
	i, ok := s.knob(p, "live-code")
	if !ok {
		return 0, false
	}
	code, err := strconv.Atoi(i.Attrs["value"])
	return code, err == nil
}

// knob is the first turn of a knob of the pod by the deed.
func (s *scene) knob(p pod, name string) (history.Interval, bool) {
	return first(s.app(p, history.AppKnob, s.deed.Earliest-logSlack), 0,
		func(i history.Interval) bool { return i.Attrs["knob"] == name })
}

// logSlack is how far an app's log and our marks may be apart: they are stamped by
// one kernel, but on nodes elsewhere by wall clocks.
const logSlack = 500 * time.Millisecond

// switched says of a switch of the Service which pods it turned to, and whether
// they were ready.
func (s *scene) switched(at model.Situation) model.Situation {
	next, ok := first(s.intervals(history.SourceService, ""), s.deed.Earliest, func(history.Interval) bool { return true })
	if !ok {
		return at
	}
	for _, p := range s.podsAt(s.deed.Earliest) {
		d := s.w.DeploymentOf(p.owner)
		if d == nil || !selects(next.State, d.Spec.Template.Labels) {
			continue
		}
		at.Spec, at.Node = &d.Spec.Template.Spec, p.node
		at.Standby = at.Standby || s.readyAt(p, s.deed.Earliest)
	}
	return at
}

// selects reports whether a selector, "app=web,color=blue", takes the labels.
func selects(selector string, labels map[string]string) bool {
	for _, want := range strings.Split(selector, ",") {
		name, value, ok := strings.Cut(want, "=")
		if !ok || cmp.Or(labels[name], "\x00") != value {
			return false
		}
	}
	return true
}
