package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// StartupGivesUp expects that a process whose boot never ends is ended by its
// startup probe, after as many failures as the threshold says and inside the
// window, and started again as the restart policy says. Judged are the runs since
// the deed that never became able to serve.
func StartupGivesUp() Expectation {
	return expectation{"startup-gives-up", func(s *scene) (Finding, error) {
		var all []Finding
		for _, p := range s.pods() {
			f, err := s.givenUp(p)
			if err != nil {
				return Finding{}, err
			}
			all = append(all, f...)
		}
		if len(all) == 0 {
			return Finding{}, fmt.Errorf("no run since the deed had enough time in vain for its startup probe to give up")
		}
		return together(all), nil
	}}
}

func (s *scene) givenUp(p pod) ([]Finding, error) {
	lives, err := s.lives(p)
	if err != nil || lives[len(lives)-1].start < s.deed.Earliest-logSlack {
		return nil, nil //nolint:nilerr // a pod that never ran has nothing to give up
	}
	spec, c, err := s.of(p)
	if err != nil {
		return nil, err
	}
	if c.StartupProbe == nil {
		return nil, fmt.Errorf("pod %s has no startup probe", p.name)
	}
	w := model.GivenUp(c.StartupProbe).Plus(model.Terminated(spec, c, model.StartupFailed))
	var all []Finding
	before := time.Duration(0)
	for _, l := range lives {
		_, able := l.at(history.AppReady)
		term, told := l.at(history.AppSIGTERM)
		if able || l.start < s.deed.Earliest-logSlack || !told && min(p.leaving, s.end)-l.start <= w.To {
			continue
		}
		f := never(w, "SIGTERM", "never told to stop")
		if told {
			f = timed(w, instant(l.start), term, "SIGTERM")
			f = startupFailures(f, l, c, term)
			f = s.thenRestarted(f, p, l, term, before)
			before, _ = s.ended(p, l, term)
		}
		f.Got = fmt.Sprintf("%s run %d: %s", p.name, l.n, f.Got)
		all = append(all, f)
	}
	return all, nil
}

// startupFailures adds how many failures the app saw, if it listened to see them.
func startupFailures(f Finding, l life, c *model.Container, term time.Duration) Finding {
	if _, listens := l.at(history.AppListen); !listens || c.StartupProbe.HTTPGet == nil {
		return f
	}
	n, want := len(failed(l.asked(c.StartupProbe), l.start, term)), int(c.StartupProbe.FailureThreshold)
	f.Got += fmt.Sprintf(", %d failures counted", n)
	// The first of them may have come before it listened.
	if n > want || n < want-1 {
		f.Status, f.Got = Fail, f.Got+fmt.Sprintf(" (want %d)", want)
	}
	return f
}

// BootedUndisturbed expects that the pods that were hit started again once, took
// longer until they were able to serve than their liveness probe would have let
// them, were not told to stop meanwhile, and were ready in time after that.
func BootedUndisturbed() Expectation {
	return expectation{"booted-undisturbed", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.bootedUndisturbed)
	}}
}

func (s *scene) bootedUndisturbed(p pod) (Finding, error) {
	_, c, err := s.of(p)
	if err != nil {
		return Finding{}, err
	}
	lives, err := s.lives(p)
	if err != nil {
		return Finding{}, err
	}
	if c.LivenessProbe == nil {
		return Finding{}, fmt.Errorf("pod %s has no liveness probe that could have disturbed it", p.name)
	}
	boots := slices.DeleteFunc(lives, func(l life) bool { return l.start < s.deed.Earliest-logSlack })
	if len(boots) == 0 {
		return Finding{}, fmt.Errorf("the log of pod %s has no start after the deed", p.name)
	}
	const want, from = "one start, undisturbed until it is able to serve", "startupProbe: no other probe before it has passed (kubelet/prober/worker.go doProbe)"
	able, ok := boots[0].at(history.AppReady)
	if _, told := boots[0].at(history.AppSIGTERM); told || len(boots) > 1 || !ok {
		return found(false, want, fmt.Sprintf("%d starts, the first of them told to stop: %t, able to serve: %t", len(boots), told, ok), from).counted(len(boots)), nil
	}
	allowed := model.GivenUp(c.LivenessProbe)
	if boot := able - boots[0].start; boot <= allowed.To {
		return Finding{}, fmt.Errorf("it took %s to boot, which liveness allows (%s)", short(boot), allowed.Range())
	}
	w := model.Started(c, model.Between(0, 0))
	ready, ok := s.ready(p, able)
	if !ok {
		return never(w, "ready", "never ready again"), nil
	}
	f := timed(w, instant(able), ready, "ready")
	f.Got = fmt.Sprintf("one start, able to serve after %s, %s", short(able-boots[0].start), f.Got)
	f.LimitFrom = from + "; " + f.LimitFrom
	return f.counted(len(boots)), nil
}

// StartupFirst expects that no other HTTP probe of a container asks before its
// startup probe has passed, and that the startup probe does not ask after that.
func StartupFirst() Expectation {
	return expectation{"startup-first", func(s *scene) (Finding, error) {
		var wrong []string
		lines := 0
		err := s.eachLife(func(p pod, c *model.Container, l life) {
			if c.StartupProbe == nil || c.StartupProbe.HTTPGet == nil || shares(c.StartupProbe, c.LivenessProbe) || shares(c.StartupProbe, c.ReadinessProbe) {
				return
			}
			lines += len(l.asked(c.StartupProbe))
			wrong = append(wrong, l.outOfTurn(p, c)...)
		})
		if err == nil && lines == 0 {
			err = fmt.Errorf("no pod's log has a startup probe of its own")
		}
		if err != nil {
			return Finding{}, err
		}
		got := fmt.Sprintf("%d startup probes, all before any other", lines)
		if len(wrong) > 0 {
			got = few(wrong)
		}
		return found(len(wrong) == 0, "startup before liveness and readiness", got, "kubelet/prober/worker.go doProbe: no other probe before it has passed, none of its own after"), nil
	}}
}

// outOfTurn lists the probes that came before the startup probe had passed, or
// after that although they are its own.
func (l life) outOfTurn(p pod, c *model.Container) []string {
	var all []string
	asked, passed := l.asked(c.StartupProbe), history.Open
	if good, ok := first(asked, 0, history.Interval.Answered); ok {
		passed = good.From
	}
	for _, i := range asked {
		if i.From > passed {
			all = append(all, fmt.Sprintf("the startup probe of %s asked again at %s", p.name, offset(i.From)))
		}
	}
	for _, other := range []*model.Probe{c.LivenessProbe, c.ReadinessProbe} {
		if other == nil {
			continue
		}
		for _, i := range l.asked(other) {
			if i.From < passed {
				all = append(all, fmt.Sprintf("%s was asked for %s at %s, before its startup probe had passed", p.name, i.Attrs[history.AttrPath], offset(i.From)))
			}
		}
	}
	return all
}

// eachLife goes through the lives of all pods that the objects and their logs tell of.
func (s *scene) eachLife(look func(p pod, c *model.Container, l life)) error {
	n := 0
	for _, p := range s.pods() {
		c := model.Serving(s.w.Spec(p.name, p.owner))
		lives, err := s.lives(p)
		if c == nil || err != nil {
			continue
		}
		for _, l := range lives {
			n++
			look(p, c, l)
		}
	}
	if n == 0 {
		return fmt.Errorf("no pod's log says when it started")
	}
	return nil
}
