package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// GoneOnReturn expects of every pod of the nodes that were lost, and that was evicted
// meanwhile, that it is gone inside the window that begins when its node was called
// Ready again, and that it was sent no traffic from NotReady on: no double service.
func GoneOnReturn() Expectation {
	return expectation{"gone-on-return", func(s *scene) (Finding, error) {
		hit, err := s.mustEvict()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.goneOnReturn)
	}}
}

func (s *scene) goneOnReturn(p pod) (Finding, error) {
	spec, c, err := s.of(p)
	if err != nil {
		return Finding{}, err
	}
	lost, back, err := s.absence(p.node)
	if err != nil {
		return Finding{}, err
	}
	if p.leaving > back {
		return Finding{}, fmt.Errorf("pod %s was not evicted while its node was lost", p.name)
	}
	w := model.GoneOnReturn(spec, c)
	const what = "gone"
	if p.to >= s.end {
		if s.end-back < w.To {
			return Finding{}, fmt.Errorf("the record ends %s after node %s was back, before its pod must be gone (%s)", short(s.end-back), p.node, w.Range())
		}
		return never(w, what, "there still at the end"), nil
	}
	f := timed(w, instant(back), max(p.to, back), what)
	if again, ok := s.servedAgain(p, lost); ok {
		f.Status, f.Got = Fail, f.Got+", an endpoint again at "+offset(again)
	}
	n, last, err := s.servedLate(p)
	if err != nil {
		return Finding{}, err
	}
	if n > 0 {
		f.Status, f.Got = Fail, f.Got+fmt.Sprintf(", and it answered %d new connections after it had left the EndpointSlice, the last one at %s", n, offset(last))
	}
	return f, nil
}

// servedLate counts what a pod answered on lane fresh after routes had followed its
// leaving the EndpointSlice, and tells when the last of it was sent: a double service.
func (s *scene) servedLate(p pod) (n int, last time.Duration, err error) {
	left, ok, err := s.left(p)
	if err != nil {
		return 0, 0, err
	}
	if !ok {
		return 0, 0, fmt.Errorf("pod %s never left the EndpointSlice", p.name)
	}
	slots := s.fresh(left+s.w.Propagated().To, s.end)
	if len(slots) == 0 {
		return 0, 0, fmt.Errorf("lane fresh has no slot after pod %s had left every route", p.name)
	}
	n, last = answers(slots, p)
	return n, last, nil
}

// absence is when the node was first not Ready after the deed, and when it was again.
func (s *scene) absence(node string) (lost, back time.Duration, err error) {
	lost, ok := s.notReady(node)
	if !ok {
		return 0, 0, fmt.Errorf("the record does not say when node %s was called NotReady", node)
	}
	again, ok := first(s.spells(history.SourceNode, node), lost, inState("True"))
	if !ok || again.From >= s.end {
		return 0, 0, fmt.Errorf("the record does not say when node %s was Ready again", node)
	}
	return lost, again.From, nil
}

// servedAgain reports when the pod became a ready endpoint after its node was lost.
// The slice follows the node's condition by a moment.
func (s *scene) servedAgain(p pod, lost time.Duration) (time.Duration, bool) {
	i, ok := first(s.spells(history.SourceEndpoint, p.name), lost+watchSlack, inState("ready"))
	return i.From, ok && i.From < s.end && sameUID(i, p)
}

// BackInPlace expects of every pod of the nodes that were lost that it was not
// evicted: the same pod, on the same node, its containers started anew once, and ready
// inside the window that begins when the node was called Ready again.
func BackInPlace() Expectation {
	return expectation{"back-in-place", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.backInPlace)
	}}
}

func (s *scene) backInPlace(p pod) (Finding, error) {
	_, c, err := s.of(p)
	if err != nil {
		return Finding{}, err
	}
	_, back, err := s.absence(p.node)
	if err != nil {
		return Finding{}, err
	}
	w := model.BackInPlace(c)
	const what = "ready in the same pod"
	if p.leaving < s.end {
		return otherwise(w, what, "it was taken away at "+offset(p.leaving)), nil
	}
	restarts, err := s.restarted(p, s.deed.Earliest, s.end)
	if err != nil {
		return Finding{}, err
	}
	ready := s.spells(history.SourceReady, p.name)
	n := slices.IndexFunc(ready, func(i history.Interval) bool { return i.At(s.end) && i.State == "True" && sameUID(i, p) })
	if n < 0 {
		return never(w, what, "not ready at the end"), nil
	}
	f := timed(w, instant(back), max(ready[n].From, back), what)
	if f.Got += fmt.Sprintf(", %d restarts", restarts); restarts != 1 {
		f.Status, f.Got = Fail, f.Got+", want 1"
	}
	return f, nil
}
