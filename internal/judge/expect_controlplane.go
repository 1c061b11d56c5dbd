package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// TrafficUnharmed expects of a fault of the control plane, after which a container was
// killed, that no slot failed on any lane but those that the killed container explains:
// under way when it ended, or due before it ran again, no route having changed.
func TrafficUnharmed() Expectation { return expectation{"traffic-unharmed", judgeUnharmed} }

func judgeUnharmed(s *scene) (Finding, error) {
	if len(s.h.Meta.Load) == 0 {
		return Finding{}, fmt.Errorf("the record has no load")
	}
	p, ended, err := s.victim()
	if err != nil {
		return Finding{}, err
	}
	_, c, err := s.of(p)
	if err != nil {
		return Finding{}, err
	}
	w := s.w.Restarted(p.node, 1).Plus(model.Boot(c))
	var all []Finding
	for _, plan := range s.h.Meta.Load {
		f, err := s.lossAt([]time.Duration{ended}, plan, w)
		if err != nil {
			return Finding{}, err
		}
		all = append(all, f)
	}
	return inOne(all), nil
}

// victim is the pod whose container the last deed killed, and when the node's runtime
// saw that container end.
func (s *scene) victim() (pod, time.Duration, error) {
	last := s.lastDeed()
	for _, p := range s.pods() {
		if !slices.Contains(last.Targets, p.name) {
			continue
		}
		if t, ok := s.exit(p, last.Earliest); ok {
			return p, t, nil
		}
		return pod{}, 0, fmt.Errorf("the node's runtime saw no container of pod %s end", p.name)
	}
	return pod{}, 0, fmt.Errorf("the record has no pod whose container was killed (targets %v)", last.Targets)
}

// RestartedWithoutAPI expects that the kubelet started the killed container again inside
// its window while the API server was away: before the undo, by the app's own log.
func RestartedWithoutAPI() Expectation {
	return expectation{"restarted-without-api", judgeRestartedWithoutAPI}
}

func judgeRestartedWithoutAPI(s *scene) (Finding, error) {
	p, ended, err := s.victim()
	if err != nil {
		return Finding{}, err
	}
	w := s.w.Restarted(p.node, 1)
	const what = "started again"
	start, ok := first(s.app(p, history.AppStart, ended), ended, func(history.Interval) bool { return true })
	if !ok || start.From >= s.end {
		return never(w, what, p.name+": never started again"), nil
	}
	f := timed(w, instant(ended), start.From, what)
	f.Got = p.name + ": " + f.Got
	if start.From >= s.undone().Earliest {
		f.Status, f.Got = Fail, f.Got+", after the undo"
	}
	return f, nil
}
