package judge

import (
	"fmt"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// A canaryStep is what one deed made of a canary, until the next one.
type canaryStep struct {
	deed      history.Mark
	from      time.Duration // routes have followed
	until     time.Duration
	news, all int // ready endpoints: those of the canary, and of all
}

func (c canaryStep) share() float64 { return float64(c.news) / float64(c.all) }

// canarySteps lists the steps of the trial. The first target of each deed is the
// canary's Deployment.
func (s *scene) canarySteps() ([]canaryStep, error) {
	deeds := marksOf(s.h, history.PhaseFault)
	var steps []canaryStep
	for n, deed := range deeds {
		if len(deed.Targets) == 0 || s.w.Deployment(deed.Targets[0]) == nil {
			return nil, fmt.Errorf("a deed does not say which Deployment is the canary (targets %v)", deed.Targets)
		}
		step := canaryStep{deed: deed, until: s.undone().Earliest}
		if n+1 < len(deeds) {
			step.until = deeds[n+1].Earliest
		}
		step.from = s.routed(deed.Earliest, step.until)
		for _, p := range s.endpointsAt(step.until - 1) {
			step.all++
			if d := s.w.DeploymentOf(p.owner); d != nil && d.Name == deed.Targets[0] {
				step.news++
			}
		}
		if step.all == 0 {
			return nil, fmt.Errorf("the record has no endpoint that was ready at %s", offset(step.until))
		}
		steps = append(steps, step)
	}
	if len(steps) == 0 {
		return nil, fmt.Errorf("the record has no mark %q", history.PhaseFault)
	}
	return steps, nil
}

// routed is when new connections have followed the last change of the ready
// endpoints between two instants.
func (s *scene) routed(from, until time.Duration) time.Duration {
	last := from
	for _, i := range s.intervals(history.SourceEndpoint, "") {
		for _, t := range []time.Duration{i.From, i.To} {
			if i.State == "ready" && t >= from && t < until {
				last = max(last, t)
			}
		}
	}
	return last + s.w.Propagated().To
}

// CanaryShare expects that at each step the new version gives the share of the
// answers on lane fresh that its pods are of the endpoints: kube-proxy picks one
// at random for each connection, so the count is binomial. Each step must have
// enough answers to see half the share.
func CanaryShare() Expectation { return expectation{"canary-share", judgeCanaryShare} }

func judgeCanaryShare(s *scene) (Finding, error) {
	old, err := s.oldVersion()
	if err != nil {
		return Finding{}, err
	}
	steps, err := s.canarySteps()
	if err != nil {
		return Finding{}, err
	}
	var all []Finding
	var wants []string
	for _, step := range steps {
		f, err := s.canaryShare(step, old)
		if err != nil {
			return Finding{}, err
		}
		all, wants = append(all, f), append(wants, f.Want)
	}
	joined := together(all)
	joined.Want = strings.Join(wants, "; ")
	return joined, nil
}

func (s *scene) canaryShare(c canaryStep, old string) (Finding, error) {
	answers, news := 0, 0
	for _, x := range s.fresh(c.from, c.until) {
		if x.Version != "" {
			answers++
			if x.Version != old {
				news++
			}
		}
	}
	least, most := model.Binomial(answers, c.share())
	// At 0 and at 1 nothing is left to chance.
	if answers == 0 || c.share() < 1 && c.news > 0 && float64(least) <= c.share()/2*float64(answers) {
		return Finding{}, fmt.Errorf("%d answers after %s are too few to see half of %d/%d", answers, offset(c.from), c.news, c.all)
	}
	return found(news >= least && news <= most,
		fmt.Sprintf("%d of %d pods: %d..%d of %d answers", c.news, c.all, least, most, answers),
		fmt.Sprintf("from %s on %d of %d answers by the new version, %.1f%%", offset(c.from), news, answers, 100*float64(news)/float64(answers)),
		"an endpoint at random for each connection (kube-proxy), binomial, two-sided error 1e-7"), nil
}

// CanaryAborted expects that a bad canary fails at most its share of the requests
// on lane fresh, and that once it is aborted, which is the deed after it, nothing
// fails on any lane when its routes are gone and, on lane reused, its pods have
// stopped.
func CanaryAborted() Expectation { return expectation{"canary-aborted", judgeCanaryAborted} }

func judgeCanaryAborted(s *scene) (Finding, error) {
	steps, err := s.canarySteps()
	if err != nil {
		return Finding{}, err
	}
	if len(steps) < 2 || steps[0].news == 0 || steps[1].news > 0 {
		return Finding{}, fmt.Errorf("the first deed is no canary that the second one aborts")
	}
	bad, abort := steps[0], steps[1].deed
	lost, err := s.lost(history.LaneFresh, bad.deed.Earliest, abort.Earliest)
	if err != nil {
		return Finding{}, err
	}
	if lost.failed == 0 {
		return Finding{}, fmt.Errorf("the canary is not bad: nothing failed before it was aborted")
	}
	_, most := model.Binomial(lost.slots, bad.share())
	all := []Finding{found(lost.failed <= most, fmt.Sprintf("at most %d of %d requests failed, %d of %d pods being bad", most, lost.slots, bad.news, bad.all),
		fmt.Sprintf("%d failed", lost.failed), "an endpoint at random for each connection (kube-proxy), binomial, two-sided error 1e-7").counted(lost.failed)}
	wants := []string{all[0].Want}
	for _, plan := range s.h.Meta.Load {
		f := s.endsAfter(abort, plan, s.canaryGone(bad, plan))
		all, wants = append(all, f), append(wants, f.Want)
	}
	joined := together(all)
	joined.Want = strings.Join(wants, "; ")
	return joined, nil
}

// canaryGone is the window in which the last answer of an aborted canary comes.
func (s *scene) canaryGone(bad canaryStep, plan history.LanePlan) model.Window {
	w := s.w.ScaledDown()
	if plan.Lane == history.LaneReused {
		spec := &s.w.Deployment(bad.deed.Targets[0]).Spec.Template.Spec
		stopped := model.Stopped(spec, model.Serving(spec), model.Deleted)
		w = w.Late(stopped.To, "pinned connections until the pod stops: "+stopped.Reasons())
	}
	return w.Late(plan.Timeout, "a slot's time-out")
}

// endsAfter judges when the last request of a lane failed, counted from a mark.
func (s *scene) endsAfter(since history.Mark, plan history.LanePlan, w model.Window) Finding {
	last := since.Earliest
	failed := 0
	for _, x := range slotsOf(s.h, plan.Lane, span{since.Earliest, s.end}) {
		if x.failed() {
			failed, last = failed+1, x.due
		}
	}
	f := timed(w, since, last, plan.Lane+": the last error")
	f.Got += fmt.Sprintf(", %d errors", failed)
	return f
}
