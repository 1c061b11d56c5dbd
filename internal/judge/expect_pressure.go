package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

const pressureTaint = "node.kubernetes.io/disk-pressure:NoSchedule"

// full returns the node whose disk was filled and the spans of its DiskPressure
// since; an error says that the record has none of its conditions.
func (s *scene) full() (node string, pressure []history.Interval, err error) {
	for _, target := range s.deed.Targets {
		all := s.spells(history.SourceCondition, target+"/DiskPressure")
		if len(all) == 0 {
			continue
		}
		return target, slices.DeleteFunc(all, func(i history.Interval) bool {
			return i.State != "True" || i.From < s.deed.Earliest || i.From >= s.end
		}), nil
	}
	return "", nil, fmt.Errorf("the record has no condition DiskPressure of a node that was hit (targets %v)", s.deed.Targets)
}

// pressed is full, and an error if there never was pressure.
func (s *scene) pressed() (string, history.Interval, error) {
	node, pressure, err := s.full()
	if err == nil && len(pressure) == 0 {
		err = fmt.Errorf("node %s never came under disk pressure", node)
	}
	if err != nil {
		return "", history.Interval{}, err
	}
	return node, pressure[0], nil
}

// taints returns the spans in which the node had the taint of disk pressure.
func (s *scene) taints(node string) []history.Interval {
	return slices.DeleteFunc(s.spells(history.SourceTaint, node+"/"+pressureTaint), func(i history.Interval) bool {
		return i.From < s.deed.Earliest || i.From >= s.end
	})
}

// PressureSeen expects that a node whose disk was filled says DiskPressure inside its window.
func PressureSeen() Expectation {
	return expectation{"pressure-seen", func(s *scene) (Finding, error) {
		node, pressure, err := s.full()
		if err != nil {
			return Finding{}, err
		}
		w := s.w.DiskPressure(node)
		if len(pressure) == 0 {
			return never(w, "DiskPressure", "never"), nil
		}
		return timed(w, s.deed, pressure[0].From, "DiskPressure"), nil
	}}
}

// PressureTaint expects that the node under pressure is tainted NoSchedule.
func PressureTaint() Expectation {
	return expectation{"pressure-taint", func(s *scene) (Finding, error) {
		node, pressure, err := s.pressed()
		if err != nil {
			return Finding{}, err
		}
		w := s.w.PressureTainted(node)
		taints := s.taints(node)
		if len(taints) == 0 {
			return never(w, "taint", "never tainted"), nil
		}
		// Two watches tell of the two, in either order.
		return timed(w, instant(min(pressure.From, taints[0].From)), taints[0].From, "taint"), nil
	}}
}

// StaysPending expects that pods which need the node under pressure stay Pending
// for as long as its taint is there: deleting pods does not help. A gap in the
// taint that somebody's hand made is no gap in the pressure. What the scheduler writes into
// the conditions of each of them must say the words.
func StaysPending(words ...string) Expectation {
	return expectation{"stays-pending", func(s *scene) (Finding, error) { return judgePending(s, words) }}
}

func judgePending(s *scene, words []string) (Finding, error) {
	node, pressure, err := s.pressed()
	if err != nil {
		return Finding{}, err
	}
	taints := s.taints(node)
	if len(taints) == 0 {
		return Finding{}, fmt.Errorf("node %s was never tainted", node)
	}
	from, until := taints[0].From, min(pressure.To, s.end)
	var waiting, placed, refused []string
	var tried []pod
	for _, p := range s.pods() {
		if p.from < from || p.from >= until {
			continue // it was there before, or came when all was over
		}
		i, ok := first(s.intervals(history.SourcePod, p.name), p.from, inState("Running"))
		if ok && sameUID(i, p) && i.From < until-watchSlack && p.node == node {
			placed = append(placed, fmt.Sprintf("%s ran on %s at %s", p.name, node, offset(i.From)))
			continue
		}
		if ok && sameUID(i, p) && i.From < until-watchSlack {
			continue // another node took it
		}
		waiting = append(waiting, p.name)
		if at, ok := s.refusedOn(p, node); ok && slices.ContainsFunc(taints, func(t history.Interval) bool { return t.From+watchSlack < at && at < t.To-watchSlack }) {
			refused = append(refused, p.name)
		}
		if at, ok := s.sent(p); p.from < until-watchSlack && (!ok || at.From >= until-watchSlack) {
			tried = append(tried, p)
		}
	}
	if len(waiting)+len(placed) == 0 {
		return Finding{}, fmt.Errorf("no pod came while node %s was tainted", node)
	}
	if len(words) > 0 && len(tried)+len(placed)+len(refused) == 0 {
		return Finding{}, fmt.Errorf("no pod that came while node %s was tainted was left without a node", node)
	}
	got := fmt.Sprintf("%d pods came from %s to %s, none ran there", len(waiting), offset(from), offset(until))
	if len(placed) > 0 {
		got = strings.Join(placed, "; ")
	} else if len(refused) > 0 {
		got += fmt.Sprintf(", %d were sent there and refused though it was tainted: %s", len(refused), few(refused))
	}
	f := found(len(placed)+len(refused) == 0, "no new pod is sent to the node under pressure", got, "taint "+pressureTaint)
	for _, word := range words {
		f.Want += fmt.Sprintf(", Unschedulable: %q", word)
		if silent := s.unsaid(tried, word); len(silent) > 0 {
			f.Status, f.Got = Fail, f.Got+fmt.Sprintf(", nobody says %q of %s", word, few(silent))
		}
	}
	return f, nil
}

// refusedOn is when the kubelet of the node to which the pod was sent would not run it
// (kubelet/eviction/eviction_manager.go Admit).
func (s *scene) refusedOn(p pod, node string) (time.Duration, bool) {
	i, ok := first(s.intervals(history.SourcePod, p.name), p.from, inState("Failed"))
	return i.From, ok && sameUID(i, p) && p.node == node
}

// TaintReturns expects that the taint of disk pressure, removed by hand, comes
// back while the pressure lasts.
func TaintReturns() Expectation { return expectation{"taint-returns", judgeTaintReturns} }

func judgeTaintReturns(s *scene) (Finding, error) {
	node, pressure, err := s.pressed()
	if err != nil {
		return Finding{}, err
	}
	w := s.w.PressureTainted(node)
	taints := s.taints(node)
	removed := slices.IndexFunc(taints, func(i history.Interval) bool { return i.To < min(pressure.To, s.undone().Earliest) })
	if removed < 0 {
		return Finding{}, fmt.Errorf("nobody removed the taint of node %s while it was under pressure", node)
	}
	gone := taints[removed].To
	if removed+1 == len(taints) || taints[removed+1].From >= min(pressure.To, s.end) {
		return never(w, "taint back", "removed at "+offset(gone)+", never back"), nil
	}
	return timed(w, instant(gone), taints[removed+1].From, "taint back"), nil
}

// PressurePasses expects that the pressure is over by itself, before anybody undoes what
// brought it: the kubelet takes away what it may.
func PressurePasses() Expectation {
	return expectation{"pressure-passes", func(s *scene) (Finding, error) {
		node, pressure, err := s.pressed()
		if err != nil {
			return Finding{}, err
		}
		w, what := s.w.PressurePasses(node), "pressure gone"
		undone := s.undone().Earliest
		if pressure.To < undone {
			return timed(w, instant(pressure.From), pressure.To, what), nil
		}
		if undone-pressure.From < w.To {
			return Finding{}, fmt.Errorf("it was undone %s after the pressure came, before it must have passed (%s)", short(undone-pressure.From), w.Range())
		}
		return never(w, what, "there until the undo"), nil
	}}
}

// PressureClears expects that the condition goes after the transition period
// once space was freed, and that its taint goes with it.
func PressureClears() Expectation { return expectation{"pressure-clears", judgeClears} }

func judgeClears(s *scene) (Finding, error) {
	node, _, err := s.pressed()
	if err != nil {
		return Finding{}, err
	}
	freed, ok := mark(s.h, history.PhaseRecover)
	if !ok {
		return Finding{}, fmt.Errorf("the record has no mark %q: space was never freed", history.PhaseRecover)
	}
	w := s.w.PressureCleared(node)
	const what = "pressure gone"
	_, spans, _ := s.full()
	last := spans[len(spans)-1]
	if last.To >= s.end {
		if s.end-freed.Earliest < w.To {
			return Finding{}, fmt.Errorf("the record ends %s after space was freed, before the pressure must be gone (%s)", short(s.end-freed.Earliest), w.Range())
		}
		return never(w, what, "there still at the end"), nil
	}
	f := timed(w, freed, last.To, what)
	taints := s.taints(node)
	if n := len(taints); n > 0 && taints[n-1].To-last.To > s.w.PressureTainted(node).To {
		f.Status, f.Got = Fail, f.Got+", but its taint stayed"
	}
	return f, nil
}

// MemoryPressureSeen expects that a node whose memory was taken says MemoryPressure
// inside its window.
func MemoryPressureSeen() Expectation {
	return expectation{"memory-pressure", func(s *scene) (Finding, error) {
		return s.eachNode(func(node string) (Finding, error) {
			w, what := s.w.MemoryPressure(node), "MemoryPressure"
			i, ok := first(s.spells(history.SourceCondition, node+"/MemoryPressure"), s.deed.Earliest, inState("True"))
			if !ok || i.From >= s.end {
				return never(w, what, "never"), nil
			}
			return timed(w, s.deed, i.From, what), nil
		})
	}}
}

// NoPressure expects that no node of a pod that was hit came under that pressure, a
// condition of its kubelet.
func NoPressure(condition string) Expectation {
	return expectation{"no-pressure", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		var wrong, nodes []string
		for _, p := range hit {
			if slices.Contains(nodes, p.node) {
				continue
			}
			nodes = append(nodes, p.node)
			all := s.spells(history.SourceCondition, p.node+"/"+condition)
			if len(all) == 0 {
				return Finding{}, fmt.Errorf("the record has no condition %s of node %s", condition, p.node)
			}
			if i, ok := first(all, s.deed.Earliest, inState("True")); ok && i.From < s.end {
				wrong = append(wrong, fmt.Sprintf("%s: %s at %s", p.node, condition, offset(i.From)))
			}
		}
		got := strings.Join(nodes, ", ") + ": never"
		if len(wrong) > 0 {
			got = strings.Join(wrong, "; ")
		}
		return found(len(wrong) == 0, "never "+condition, got, "the pod's own limit is met before its node's"), nil
	}}
}
