package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// SiblingUntouched expects that in every pod hit the containers beside the one that
// ended ran on in the same process, for as long as nothing else was done to the pod.
func SiblingUntouched() Expectation {
	return expectation{"sibling-untouched", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.siblingUntouched)
	}}
}

func (s *scene) siblingUntouched(p pod) (Finding, error) {
	from, until := s.deed.Earliest-logSlack, s.untilNext(p)
	ended, siblings, err := s.split(p, from, until)
	if err != nil {
		return Finding{}, err
	}
	if len(ended) == 0 || len(ended)+len(siblings) < 2 {
		return Finding{}, fmt.Errorf("of pod %s %d containers ended and %d did not, until %s: there is no sibling to look at", p.name, len(ended), len(siblings), offset(until))
	}
	var wrong []string
	if len(ended) > 1 {
		wrong = append(wrong, strings.Join(ended, " and ")+" were started again")
	}
	for _, c := range siblings {
		exits, _ := s.runsOf(p, c)
		for _, t := range exits {
			if t >= from && t < until {
				wrong = append(wrong, fmt.Sprintf("%s ended at %s", c, offset(t)))
			}
		}
	}
	got := fmt.Sprintf("%s ended, %s ran on until %s", strings.Join(ended, ", "), strings.Join(siblings, ", "), offset(until))
	if len(wrong) > 0 {
		got = strings.Join(wrong, "; ")
	}
	return found(len(wrong) == 0, "the other containers of the pod run on", got,
		"containers are restarted one by one; the sandbox and what is in it stay (kubelet/kuberuntime/kuberuntime_manager.go computePodActions)").counted(len(ended)), nil
}

// untilNext is until when nothing was done to the pod but by the first deed: the
// next deed, its end, or that of the record.
func (s *scene) untilNext(p pod) time.Duration {
	until := min(p.leaving, p.to, s.end)
	if last := s.lastDeed(); last.Earliest > s.deed.Latest {
		until = min(until, last.Earliest)
	}
	return until
}

// split names the pod's containers that were started again between two instants,
// by their restart count, and those that were not.
func (s *scene) split(p pod, from, until time.Duration) (ended, siblings []string, err error) {
	before, last := map[string]int{}, map[string]int{}
	for _, i := range s.containers(p) {
		n, ok := number(i, history.AttrRestarts)
		if !ok {
			return nil, nil, fmt.Errorf("the record has no restart count of %s", i.Subject)
		}
		name := strings.TrimPrefix(i.Subject, p.name+"/")
		if i.From <= from {
			before[name] = n
		}
		if i.From < until {
			last[name] = n
		}
	}
	for name, n := range last {
		if n > before[name] {
			ended = append(ended, name)
		} else {
			siblings = append(siblings, name)
		}
	}
	slices.Sort(ended)
	slices.Sort(siblings)
	return ended, siblings, nil
}

// VolumeKept expects that what the containers of a pod share outlived the end of
// one of them: the app's log, on an emptyDir, goes on with its next run instead of
// beginning anew, and the sibling, asked by kubectl exec, sees its file.
func VolumeKept() Expectation {
	return expectation{"volume-kept", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.volumeKept)
	}}
}

func (s *scene) volumeKept(p pod) (Finding, error) {
	was, is := 0, 0
	for _, i := range s.app(p, history.AppStart, p.from) {
		n, ok := number(i, history.AttrRun)
		switch {
		case !ok:
			return Finding{}, fmt.Errorf("the log of pod %s does not number its runs", p.name)
		case i.From < s.deed.Earliest-logSlack:
			was = n
		case is == 0:
			is = n
		}
	}
	asked, ok := first(s.commands("kubectl exec "), s.deed.Earliest, func(i history.Interval) bool { return strings.Contains(i.Subject, " "+p.name+" ") })
	if was == 0 || is == 0 || !ok {
		return Finding{}, fmt.Errorf("run %d of pod %s was in the log before, run %d after it; kubectl exec was asked: %t", was, p.name, is, ok)
	}
	return found(is == was+1 && asked.State == "0",
		fmt.Sprintf("the log goes on with run %d, and the other container sees it", was+1),
		fmt.Sprintf("run %d after run %d; exit code %s of %s %s", is, was, asked.State, asked.Subject, oneLine(asked.Detail)),
		"an emptyDir lives as long as its pod (kubelet/volume)"), nil
}

// commands are the questions that were asked in the trial and begin with the words.
func (s *scene) commands(begin string) []history.Interval {
	return slices.DeleteFunc(s.intervals(history.SourceCommand, ""), func(i history.Interval) bool {
		return !strings.HasPrefix(i.Subject, begin)
	})
}

// ContainersGone expects that every container of the pods that the last deed
// deleted ended inside its window, and that the pods are gone with them.
func ContainersGone() Expectation {
	return expectation{"containers-gone", func(s *scene) (Finding, error) {
		deed := s.lastDeed()
		hit := slices.DeleteFunc(s.podsAt(deed.Earliest), func(p pod) bool { return !slices.Contains(deed.Targets, p.name) })
		return each(hit, func(p pod) (Finding, error) { return s.containersGone(p, deed) })
	}}
}

func (s *scene) containersGone(p pod, deed history.Mark) (Finding, error) {
	spec := s.w.Spec(p.name, p.owner)
	if model.Serving(spec) == nil {
		return Finding{}, fmt.Errorf("the objects say nothing about pod %s", p.name)
	}
	var all []Finding
	for i := range spec.Containers {
		c := &spec.Containers[i]
		w := model.Stopped(spec, c, model.Deleted)
		what := c.Name + " ended"
		exits, starts := s.runsOf(p, c.Name)
		if len(exits)+len(starts) == 0 {
			return Finding{}, fmt.Errorf("the node's runtime said nothing of container %s of pod %s", c.Name, p.name)
		}
		switch end, ok := nextAfter(exits, deed.Earliest-logSlack); {
		case ok:
			all = append(all, timed(w, deed, end, what))
		case s.end-deed.Latest <= w.To:
			return Finding{}, fmt.Errorf("the record ends %s after the deletion of pod %s, before %s must have ended (%s)", short(s.end-deed.Latest), p.name, c.Name, w.Range())
		default:
			all = append(all, never(w, what, c.Name+" never ended"))
		}
	}
	f := inOne(all)
	if p.to >= s.end {
		f.Status, f.Got = Fail, f.Got+"; the pod is there still"
	}
	return f, nil
}
