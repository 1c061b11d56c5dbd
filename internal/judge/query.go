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

// A scene is a history as expectations look at it: with the model's world, the
// deed, and where the record ends.
type scene struct {
	h     *history.History
	w     *model.World
	began history.Mark  // the first deed; see staged
	deed  history.Mark  // the fault; of a trial without one, the beginning of steady
	end   time.Duration // load stopped; nothing later is judged
}

// newScene looks at a history. An error says what evidence is missing.
func newScene(h *history.History) (*scene, error) {
	w, err := model.NewWorld(h.Meta)
	if err != nil {
		return nil, err
	}
	phase := history.PhaseFault
	if h.Meta.Fault == "" {
		phase = history.PhaseSteady
	}
	began, ok := mark(h, phase)
	if !ok {
		return nil, fmt.Errorf("the record has no mark %q", phase)
	}
	drain, ok := mark(h, history.PhaseDrain)
	if !ok {
		return nil, fmt.Errorf("the record has no mark %q: it is cut short", history.PhaseDrain)
	}
	return &scene{h: h, w: w, began: began, deed: staged(h, w, began), end: drain.Earliest}, nil
}

// mark returns the first mark of a phase.
func mark(h *history.History, phase history.Phase) (history.Mark, bool) {
	n := slices.IndexFunc(h.Marks, func(m history.Mark) bool { return m.Phase == phase })
	if n < 0 {
		return history.Mark{}, false
	}
	return h.Marks[n], true
}

// lastDeed is the last mark of the fault: of a fault with two deeds, the second.
func (s *scene) lastDeed() history.Mark {
	last := s.deed
	for _, m := range s.h.Marks {
		if m.Phase == history.PhaseFault && m.Earliest >= last.Earliest {
			last = m
		}
	}
	return last
}

// undone is when it was undone, or the end of the record if nothing was.
func (s *scene) undone() history.Mark {
	if m, ok := mark(s.h, history.PhaseRecover); ok {
		return m
	}
	return history.Mark{Earliest: s.end, Latest: s.end}
}

// intervals returns what a source says of a subject, in the order of time; an
// empty subject means all of them.
func (s *scene) intervals(source, subject string) []history.Interval {
	var found []history.Interval
	for _, i := range s.h.Intervals {
		if i.Source == source && (subject == "" || i.Subject == subject) {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(a, b history.Interval) int { return cmp.Compare(a.From, b.From) })
	return found
}

// spells is intervals with those joined that differ in particulars only: a
// spell is the whole time that a subject was in one state without a break.
func (s *scene) spells(source, subject string) []history.Interval {
	var all []history.Interval
	for _, i := range s.intervals(source, subject) {
		n := len(all) - 1
		if n >= 0 && all[n].Subject == i.Subject && all[n].State == i.State && all[n].To == i.From &&
			all[n].Attrs[history.AttrUID] == i.Attrs[history.AttrUID] && i.To > i.From {
			all[n].To = i.To
			continue
		}
		all = append(all, i)
	}
	return all
}

// at returns what a source says of a subject at t.
func (s *scene) at(source, subject string, t time.Duration) (history.Interval, bool) {
	for _, i := range s.intervals(source, subject) {
		if i.At(t) {
			return i, true
		}
	}
	return history.Interval{}, false
}

// first returns the first interval that begins at or after t and that the test takes.
func first(all []history.Interval, t time.Duration, test func(history.Interval) bool) (history.Interval, bool) {
	for _, i := range all {
		if i.From >= t && test(i) {
			return i, true
		}
	}
	return history.Interval{}, false
}

func inState(state string) func(history.Interval) bool {
	return func(i history.Interval) bool { return i.State == state }
}

// A pod is one pod of the record; of two that had the same name, each its own.
type pod struct {
	name, uid, node, owner, hash string
	from                         time.Duration // first seen
	to                           time.Duration // gone, or history.Open
	leaving                      time.Duration // marked for deletion, or done for good, or history.Open
}

// pods lists the pods of the record in the order in which they came.
func (s *scene) pods() []pod {
	var all []pod
	byUID := map[string]int{}
	for _, i := range s.intervals(history.SourcePod, "") {
		key := i.Subject + " " + i.Attrs[history.AttrUID]
		n, ok := byUID[key]
		if !ok {
			n = len(all)
			byUID[key] = n
			all = append(all, pod{name: i.Subject, uid: i.Attrs[history.AttrUID], from: i.From, leaving: history.Open})
		}
		p := &all[n]
		p.node = cmp.Or(i.Attrs[history.AttrNode], p.node)
		p.owner = cmp.Or(i.Attrs[history.AttrOwner], p.owner)
		p.hash = cmp.Or(i.Attrs[history.AttrHash], p.hash)
		p.to = i.To
		if i.State == "Terminating" || i.State == "Failed" || i.State == "Succeeded" {
			p.leaving = min(p.leaving, i.From)
		}
	}
	return all
}

// podsAt lists the pods that there were at t and that were not being deleted.
func (s *scene) podsAt(t time.Duration) []pod {
	return slices.DeleteFunc(s.pods(), func(p pod) bool { return p.from > t || p.to <= t || p.leaving <= t })
}

// hit lists the pods that the deed was done to: its targets, or those that ran
// on a node among its targets.
func (s *scene) hit() []pod {
	targets := s.deed.Targets
	return slices.DeleteFunc(s.podsAt(s.deed.Earliest), func(p pod) bool {
		return !slices.Contains(targets, p.name) && (p.node == "" || !slices.Contains(targets, p.node))
	})
}

// mustHit is hit, and an error if the record does not know the targets, all of them: pods
// that there were at the deed, or nodes.
func (s *scene) mustHit() ([]pod, error) {
	hit := s.hit()
	if len(hit) == 0 {
		return nil, fmt.Errorf("the record has no pod that was hit (targets %v)", s.deed.Targets)
	}
	for _, t := range s.deed.Targets {
		if !slices.ContainsFunc(hit, func(p pod) bool { return p.name == t || p.node == t }) && len(s.intervals(history.SourceNode, t)) == 0 {
			return nil, fmt.Errorf("the record does not know %s, which was hit (targets %v)", t, s.deed.Targets)
		}
	}
	return hit, nil
}

// readyAt reports whether the pod's condition Ready was True at t.
func (s *scene) readyAt(p pod, t time.Duration) bool {
	i, ok := s.at(history.SourceReady, p.name, t)
	return ok && i.State == "True" && sameUID(i, p)
}

// ready returns the first instant at or after t at which the pod was ready.
func (s *scene) ready(p pod, t time.Duration) (time.Duration, bool) {
	for _, i := range s.spells(history.SourceReady, p.name) {
		if i.State == "True" && sameUID(i, p) && i.To > t {
			return max(i.From, t), true
		}
	}
	return 0, false
}

// endpointsAt lists the pods to which the Service sent its traffic at t.
func (s *scene) endpointsAt(t time.Duration) []pod {
	return slices.DeleteFunc(s.pods(), func(p pod) bool {
		i, ok := s.at(history.SourceEndpoint, p.name, t)
		return !ok || i.State != "ready" || !sameUID(i, p)
	})
}

// containers returns what is known of the pod's containers, in the order of time.
func (s *scene) containers(p pod) []history.Interval {
	return slices.DeleteFunc(s.intervals(history.SourceContainer, ""), func(i history.Interval) bool {
		return !strings.HasPrefix(i.Subject, p.name+"/") || !sameUID(i, p)
	})
}

// restarts is the pod's restart count at t, all its containers together. An
// error says that the record does not know it.
func (s *scene) restarts(p pod, t time.Duration) (int, error) {
	count := map[string]int{}
	for _, i := range s.containers(p) {
		if i.From > t {
			break
		}
		n, err := strconv.Atoi(i.Attrs[history.AttrRestarts])
		if err != nil {
			return 0, fmt.Errorf("the record has no restart count of %s", i.Subject)
		}
		count[i.Subject] = n
	}
	if len(count) == 0 {
		return 0, fmt.Errorf("the record knows no container of pod %s", p.name)
	}
	sum := 0
	for _, n := range count {
		sum += n
	}
	return sum, nil
}

// restarted is how often the containers of the pod were restarted between two instants.
func (s *scene) restarted(p pod, from, to time.Duration) (int, error) {
	before, err := s.restarts(p, from)
	if err != nil {
		return 0, err
	}
	after, err := s.restarts(p, to)
	return after - before, err
}

// app returns the lines of the pod's own log that have the state, from t on.
func (s *scene) app(p pod, state string, t time.Duration) []history.Interval {
	return slices.DeleteFunc(s.intervals(history.SourceApp, p.name), func(i history.Interval) bool {
		return i.State != state || i.From < t
	})
}

// sameUID reports whether the interval is about this very pod; what says no UID
// is taken by its name.
func sameUID(i history.Interval, p pod) bool {
	uid := i.Attrs[history.AttrUID]
	return uid == "" || p.uid == "" || uid == p.uid
}

// number reads a count from an interval's attributes.
func number(i history.Interval, attr string) (int, bool) {
	n, err := strconv.Atoi(i.Attrs[attr])
	return n, err == nil
}

// boundsOf are the bounds of a Deployment's rollout at the time of one of its
// counts. An update may change its strategy: the record says which was in force
// where the observers saw it, else the applied object does.
func boundsOf(d *model.Deployment, counts history.Interval) (model.Bounds, error) {
	return model.RolloutBounds(inForce(d, counts))
}
