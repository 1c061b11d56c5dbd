package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// crashLoop is the reason by which the API says that a container waits for its back-off.
const crashLoop = "CrashLoopBackOff"

// RestartedInPlace expects that a container of every pod hit ended once and was
// started again in the same pod, once and at once: the first time there is no back-off.
func RestartedInPlace() Expectation {
	return expectation{"restarted-in-place", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.restartedInPlace)
	}}
}

func (s *scene) restartedInPlace(p pod) (Finding, error) {
	restarts, err := s.restarted(p, s.deed.Earliest, s.end)
	if err != nil {
		return Finding{}, err
	}
	exit, ok := s.exit(p, s.deed.Earliest-logSlack)
	if !ok {
		return Finding{}, fmt.Errorf("the node's runtime saw no container of pod %s end", p.name)
	}
	const what = "container started again"
	w := s.w.Restarted(p.node, 1)
	again, started := s.startOf(p, exit)
	if restarts == 0 || !started {
		if s.end-exit < w.To {
			return Finding{}, fmt.Errorf("the record ends %s after the container of pod %s did, before its restart is due (%s)", short(s.end-exit), p.name, w.Range())
		}
		return never(w, what, "never: "+s.stateOf(p)), nil
	}
	f := timed(w, instant(exit), again, what)
	f.Want += ", in the same pod, once"
	if restarts != 1 {
		f.Status, f.Got = Fail, f.Got+fmt.Sprintf("; %d restarts, want 1", restarts)
	}
	if held, ok := first(s.containers(p), exit, inReason(crashLoop)); ok && held.From < again {
		f.Status, f.Got = Fail, f.Got+"; "+crashLoop+" before it"
	}
	return f, nil
}

// startOf is the first start of one of the pod's containers after t, by the node's runtime.
func (s *scene) startOf(p pod, t time.Duration) (time.Duration, bool) {
	ours := s.idsOf(p, "")
	i, ok := first(s.intervals(history.SourceRuntime, p.node), t, func(i history.Interval) bool {
		return i.State == "start" && ours[i.Attrs[history.AttrContainerID]]
	})
	return i.From, ok && i.From < s.end
}

// idsOf are the runtime's names of all runs of the pod's container of that name; of
// all its containers if the name is "".
func (s *scene) idsOf(p pod, container string) map[string]bool {
	ids := map[string]bool{}
	for _, i := range s.containers(p) {
		if container == "" || i.Subject == p.name+"/"+container {
			ids[i.Attrs[history.AttrContainerID]] = true
		}
	}
	delete(ids, "")
	return ids
}

// stateOf says for people how the pod and its containers were last seen.
func (s *scene) stateOf(p pod) string {
	said := []string{"the pod is gone"}
	if i, ok := s.at(history.SourcePod, p.name, s.end); ok && sameUID(i, p) {
		said[0] = strings.TrimSpace("the pod is " + i.State + " " + i.Attrs[history.AttrReason])
	}
	for _, i := range s.containers(p) {
		if i.At(s.end) {
			said = append(said, strings.TrimSpace(fmt.Sprintf("%s %s %s", i.Subject, i.State, i.Attrs[history.AttrReason])))
		}
	}
	return strings.Join(said, ", ")
}

func inReason(reason string) func(history.Interval) bool {
	return func(i history.Interval) bool { return i.State == "waiting" && i.Attrs[history.AttrReason] == reason }
}

// BackedOff expects that the app's container in every pod hit ended again and again,
// and was started after each exit when the back-off of so many exits in a row
// allows: at once after the first, 10 s, 20 s, 40 s after the next, up to the cap
// in force. At least so many restarts must be in the record.
func BackedOff(restarts int) Expectation {
	return expectation{"backed-off", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, func(p pod) (Finding, error) { return s.backedOff(p, restarts) })
	}}
}

func (s *scene) backedOff(p pod, least int) (Finding, error) {
	c := model.Serving(s.w.Spec(p.name, p.owner))
	if c == nil {
		return Finding{}, fmt.Errorf("the objects say nothing about pod %s", p.name)
	}
	exits, starts := s.runsOf(p, c.Name)
	var all []Finding
	waited := false
	for n, exit := range exits {
		if exit < s.deed.Earliest-logSlack {
			continue
		}
		w := s.w.Restarted(p.node, n+1)
		what := fmt.Sprintf("start after exit %d", n+1)
		waited = waited || w.From > 0
		switch start, ok := nextAfter(starts, exit); {
		case ok:
			all = append(all, timed(w, instant(exit), start, what))
		case s.end-exit > w.To:
			all = append(all, never(w, what, "never"))
		}
	}
	if len(all) == 0 {
		return Finding{}, fmt.Errorf("the node's runtime saw no container of pod %s end and start again", p.name)
	}
	f := inOne(all)
	if f.Status == Pass && len(all) < least {
		return Finding{}, fmt.Errorf("the record has %d restarts of pod %s, it must have %d: %s", len(all), p.name, least, f.Got)
	}
	if _, told := first(s.containers(p), s.deed.Earliest, inReason(crashLoop)); waited && !told {
		f.Status, f.Got = Fail, f.Got+"; never called "+crashLoop
	}
	return f, nil
}

// inOne is together with everything that was wanted, and why.
func inOne(all []Finding) Finding {
	f := together(all)
	var wants, reasons []string
	for _, one := range all {
		wants, reasons = append(wants, one.Want), append(reasons, one.LimitFrom)
	}
	f.Want, f.LimitFrom = strings.Join(wants, "; "), strings.Join(reasons, "; ")
	return f
}

// runsOf are the ends and the starts of the pod's container that its node's runtime
// saw before the end of the record, in the order of time. Of a process that exits as
// it starts the runtime stamps the end first, by microseconds: no run ends before it began.
func (s *scene) runsOf(p pod, container string) (exits, starts []time.Duration) {
	ids, began := s.idsOf(p, container), map[string]time.Duration{}
	all := slices.DeleteFunc(s.intervals(history.SourceRuntime, p.node), func(i history.Interval) bool {
		return !ids[i.Attrs[history.AttrContainerID]] || i.From >= s.end
	})
	for _, i := range all {
		if i.State == "start" {
			starts = append(starts, i.From)
			began[i.Attrs[history.AttrContainerID]] = i.From
		}
	}
	for _, i := range all {
		if i.State == "exit" {
			exits = append(exits, max(i.From, began[i.Attrs[history.AttrContainerID]]))
		}
	}
	return exits, starts
}

// nextAfter is the first instant later than t.
func nextAfter(all []time.Duration, t time.Duration) (time.Duration, bool) {
	for _, at := range all {
		if at > t {
			return at, true
		}
	}
	return 0, false
}
