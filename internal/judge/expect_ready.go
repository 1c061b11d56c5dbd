package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
)

// NotBeforeReady expects that no request reached a pod before it was able to
// serve: nothing failed while pods came, no answer is older than the pod's own
// "ready" line, and Kubernetes did not call a pod ready before it was.
func NotBeforeReady() Expectation { return expectation{"not-before-ready", judgeNotBeforeReady} }

func judgeNotBeforeReady(s *scene) (Finding, error) {
	var wrong []string
	seen := 0
	for _, p := range s.pods() {
		lines := s.app(p, history.AppReady, p.from)
		if len(lines) == 0 {
			continue
		}
		seen++
		able := lines[0].From
		if called, ok := s.ready(p, p.from); ok && called < able {
			wrong = append(wrong, fmt.Sprintf("%s called ready %s before it could serve", p.name, short(able-called)))
		}
		early := slices.ContainsFunc(s.h.Samples, func(x history.Sample) bool {
			return x.Pod == p.name && !x.Class.Failed() && x.Sent+x.Took < able && x.Sent >= p.from
		})
		if early {
			wrong = append(wrong, p.name+" answered before its own ready line")
		}
	}
	if seen == 0 {
		return Finding{}, fmt.Errorf("no pod's log says when it was able to serve")
	}
	warm, ok := mark(s.h, history.PhaseSteady)
	if !ok {
		return Finding{}, fmt.Errorf("the record has no mark %q", history.PhaseSteady)
	}
	for _, lane := range laneNames(s.h) {
		got, err := s.lost(lane, warm.Latest, s.end)
		if err != nil {
			return Finding{}, err
		}
		if got.failed > 0 {
			wrong = append(wrong, lane+": "+got.String())
		}
	}
	got := fmt.Sprintf("%d pods, each ready after it could serve, nothing failed", seen)
	if len(wrong) > 0 {
		got = strings.Join(wrong, "; ")
	}
	return found(len(wrong) == 0, "no request before a pod is able to serve", got,
		"the readiness probe: not ready until it passes (kubelet/prober/worker.go, initial value Failure)"), nil
}
