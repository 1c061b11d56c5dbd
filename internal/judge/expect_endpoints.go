package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// LeftEndpoints expects that every pod that was harmed left the EndpointSlice
// inside the window that begins when it turned bad. Pods of another app, outside the
// Service, are none of them.
func LeftEndpoints() Expectation {
	return expectation{"left-endpoints", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		outside := func(p pod) bool { return s.w.Outside(p.name, p.owner) }
		return each(slices.DeleteFunc(hit, outside), s.leftEndpoints)
	}}
}

func (s *scene) leftEndpoints(p pod) (Finding, error) {
	since, w, err := s.leaving(p)
	if err != nil {
		return Finding{}, err
	}
	left, ok, err := s.left(p)
	if err != nil {
		return Finding{}, err
	}
	if !ok {
		return never(w, "out of the EndpointSlice", "never left it"), nil
	}
	return timed(w, since, left, "out of the EndpointSlice"), nil
}

// leaving is when the pod turned bad, and the window in which it leaves.
func (s *scene) leaving(p pod) (history.Mark, model.Window, error) {
	c := model.Serving(s.w.Spec(p.name, p.owner))
	if c == nil {
		return history.Mark{}, model.Window{}, fmt.Errorf("the objects say nothing about pod %s", p.name)
	}
	slice := model.Between(0, time.Second, "1s for the EndpointSlice")
	switch model.HarmOf(s.h.Meta.Fault) {
	case model.NodeSilent, model.KubeletStops, model.RuntimeStops:
		return s.deed, s.w.NodeLost(s.h.Meta.Fault, p.node).Late(time.Second, "1s to mark its pods not ready").Plus(slice), nil
	case model.PodGone:
		return s.deed, slice.Late(time.Second, "1s for the deletion to arrive"), nil
	case model.PodLetGo:
		return s.deed, slice.Late(time.Second, "1s for the label to arrive"), nil
	case model.ProcessEnds:
		return s.deed, model.Between(0, 2*time.Second, "1s relist + 1s for the status to arrive").Plus(slice), nil
	}
	bad, how, err := s.trouble(p)
	return instant(bad), model.Unready(c, how).Plus(slice), err
}

// left is when the pod was in the EndpointSlice as ready no longer. ok is false
// if it never left; an error says that the record never saw it there.
func (s *scene) left(p pod) (t time.Duration, ok bool, err error) {
	seen := false
	for _, i := range s.spells(history.SourceEndpoint, p.name) {
		if i.State != "ready" || !sameUID(i, p) || i.From > s.deed.Latest {
			continue
		}
		seen = true
		if i.To >= s.deed.Earliest && i.To < s.end {
			return i.To, true, nil
		}
	}
	if !seen {
		return 0, false, fmt.Errorf("the record never saw pod %s in the EndpointSlice", p.name)
	}
	return 0, false, nil
}

// back is when the pod was in the EndpointSlice as ready again, or the end.
func (s *scene) back(p pod, left time.Duration) time.Duration {
	i, ok := first(s.spells(history.SourceEndpoint, p.name), left, inState("ready"))
	if !ok {
		return s.end
	}
	return min(i.From, s.end)
}

// NoNewConnections expects that no new connection reaches a pod that was harmed
// later than propagation allows after it left the EndpointSlice. Connections
// that were there before are left alone by kube-proxy: those are counted only.
func NoNewConnections() Expectation {
	return expectation{"no-new-connections", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.noNewConnections)
	}}
}

func (s *scene) noNewConnections(p pod) (Finding, error) {
	w := s.w.Propagated()
	left, ok, err := s.left(p)
	if err != nil {
		return Finding{}, err
	}
	if len(s.fresh(s.deed.Latest, s.end)) == 0 {
		return Finding{}, fmt.Errorf("lane fresh has no slot after the deed")
	}
	const what = "last new connection"
	if !ok {
		n, _ := answers(s.fresh(s.deed.Latest, s.end), p)
		return never(w, what, fmt.Sprintf("it never left the EndpointSlice, %d new connections reached it", n)), nil
	}
	back := s.back(p, left)
	// Answers count by when their request was sent: the connection is as old.
	n, last := answers(s.fresh(left, back), p)
	late, _ := answers(s.fresh(left+w.To, back-history.RouteSlack), p) // routes may lead there again before we hear of it
	open, _ := answers(s.lane(history.LaneReused, left, back), p)
	if len(s.fresh(left+w.To, back)) == 0 {
		return Finding{}, fmt.Errorf("lane fresh has no slot between %s, by when no new connection may reach pod %s, and %s, when it was back", offset(left+w.To), p.name, offset(back))
	}
	f := found(late == 0, fmt.Sprintf("%s at most %s after it left", what, short(w.To)), fmt.Sprintf(
		"left at %s, %d new connections after that, %d of them late; %d requests on connections that were open before, which kube-proxy leaves alone",
		offset(left), n, late, open), w.Reasons())
	return f.measured(max(last-left, 0), w), nil
}

// answers counts the answers of a pod, bad ones too, and when the last of them was sent for.
func answers(samples []history.Sample, p pod) (n int, last time.Duration) {
	for _, x := range samples {
		if x.Pod == p.name {
			n, last = n+1, x.Sent
		}
	}
	return n, last
}
