package judge

import (
	"fmt"

	"github.com/seatrial/seatrial/internal/history"
)

// LateOnNode expects of pods that came to a Service while kube-proxy was away from the
// node that the load comes from, that none of them answered a new connection until
// kube-proxy was back, although all had been ready endpoints for longer than routes take
// elsewhere, and that each did inside the window that begins then.
func LateOnNode() Expectation { return expectation{"endpoints-late-on-node", judgeLateOnNode} }

func judgeLateOnNode(s *scene) (Finding, error) {
	plan, ok := planOf(s.h, history.LaneFresh)
	if !ok {
		return Finding{}, fmt.Errorf("the record has no load on lane %s", history.LaneFresh)
	}
	came := s.cameBlocked()
	if len(came) == 0 {
		return Finding{}, fmt.Errorf("no pod came between the deed and its undo")
	}
	all := len(s.endpointsAt(s.undone().Earliest))
	return each(came, func(p pod) (Finding, error) { return s.lateOnNode(p, all, plan) })
}

func (s *scene) lateOnNode(p pod, endpoints int, plan history.LanePlan) (Finding, error) {
	back, elsewhere := s.undone(), s.w.Propagated().To
	in, ok := first(s.spells(history.SourceEndpoint, p.name), p.from, inState("ready"))
	if !ok || in.From+elsewhere >= back.Earliest {
		return Finding{}, fmt.Errorf("pod %s was no ready endpoint for longer than routes take (%s) before the undo", p.name, short(elsewhere))
	}
	w := s.w.ProxyBack(endpoints, plan)
	const what = "first answer"
	for _, x := range s.fresh(in.From, s.end) {
		if x.Pod != p.name || x.Class.Failed() {
			continue
		}
		f := timed(w, back, max(x.Sent, back.Earliest), what)
		if x.Sent < back.Earliest {
			f.Status, f.Got = Fail, fmt.Sprintf("%s at %s, %s after it was an endpoint, before kube-proxy was back", what, offset(x.Sent), short(x.Sent-in.From))
			return f, nil
		}
		f.Got += fmt.Sprintf(", an endpoint for %s by then", short(x.Sent-in.From))
		return f, nil
	}
	if s.end-back.Latest < w.To {
		return Finding{}, fmt.Errorf("the record ends %s after kube-proxy was back, before %s must have answered (%s)", short(s.end-back.Latest), p.name, w.Range())
	}
	return never(w, what, "never before the end"), nil
}
