package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// NodeNotReady expects that every node that was killed was called NotReady inside
// the window that begins with its death.
func NodeNotReady() Expectation {
	return expectation{"node-not-ready", func(s *scene) (Finding, error) {
		return s.eachNode(func(node string) (Finding, error) {
			w := s.w.NodeLost(s.h.Meta.Fault, node)
			when, ok := s.notReady(node)
			if !ok {
				return never(w, "NotReady", "never called NotReady"), nil
			}
			return timed(w, s.deed, when, "NotReady"), nil
		})
	}}
}

// eachNode judges the nodes among the deed's targets.
func (s *scene) eachNode(judge func(node string) (Finding, error)) (Finding, error) {
	var all []Finding
	for _, node := range s.deed.Targets {
		if len(s.intervals(history.SourceNode, node)) == 0 {
			return Finding{}, fmt.Errorf("the record has no condition of node %s", node)
		}
		f, err := judge(node)
		if err != nil {
			return Finding{}, err
		}
		f.Got = node + ": " + f.Got
		all = append(all, f)
	}
	if len(all) == 0 {
		return Finding{}, fmt.Errorf("the record does not say which node was hit")
	}
	return together(all), nil
}

// notReady is when the node's condition Ready was True no longer.
func (s *scene) notReady(node string) (time.Duration, bool) {
	i, ok := first(s.spells(history.SourceNode, node), s.deed.Earliest, func(i history.Interval) bool { return i.State != "True" })
	return i.From, ok && i.From < s.end
}

// Evicted expects that every pod of the nodes that were killed was marked for
// deletion at its toleration after its node was called NotReady. Those that tolerate its
// loss for ever are none of them, here and wherever evictions are judged.
func Evicted() Expectation {
	return expectation{"evicted", func(s *scene) (Finding, error) {
		hit, err := s.mustEvict()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.evicted)
	}}
}

// mustEvict is mustHit without the pods that tolerate the loss of their node for ever.
func (s *scene) mustEvict() ([]pod, error) {
	hit, err := s.mustHit()
	return slices.DeleteFunc(hit, func(p pod) bool {
		spec := s.w.Spec(p.name, p.owner)
		return spec != nil && s.w.Evicted(s.h.Meta.Fault, spec, 1).To >= model.Forever
	}), err
}

func (s *scene) evicted(p pod) (Finding, error) {
	spec := s.w.Spec(p.name, p.owner)
	if spec == nil {
		return Finding{}, fmt.Errorf("the objects say nothing about pod %s", p.name)
	}
	since, ok := s.notReady(p.node)
	if !ok {
		return Finding{}, fmt.Errorf("the record does not say when node %s was called NotReady", p.node)
	}
	w := s.w.Evicted(s.h.Meta.Fault, spec, len(s.deed.Targets))
	const what = "evicted"
	if p.leaving >= s.end {
		if s.end-since < w.To {
			return Finding{}, fmt.Errorf("the record ends %s after NotReady, before an eviction is due (%s)", short(s.end-since), w.Range())
		}
		return never(w, what, "never marked for deletion"), nil
	}
	if s.leftToReturn(p) {
		return Finding{}, fmt.Errorf("pod %s was marked for deletion only after its node was started again", p.name)
	}
	// Two watches tell of the two ends, each with what it takes to arrive.
	return timed(w.Early(watchSlack, "1s between two watches"), instant(since), p.leaving, what), nil
}

// leftToReturn reports whether the pod was marked for deletion only once its node was back.
func (s *scene) leftToReturn(p pod) bool {
	back, ok := first(s.intervals(history.SourceNode, p.node), s.deed.Latest, inState("True"))
	return ok && back.From < p.leaving && slices.Contains(s.deed.Targets, p.node)
}
