package judge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// RolloutBlocked expects that no pod of a new version can be created, and that the
// Deployment says so: condition ReplicaFailure with reason FailedCreate and a
// message in those words ("exceeded quota"). Then that the rollout is called stuck
// at its deadline.
func RolloutBlocked(words string) Expectation {
	return expectation{"rollout-blocked", func(s *scene) (Finding, error) {
		d, _, err := s.rolled()
		if err != nil {
			return Finding{}, err
		}
		want := "ReplicaFailure: FailedCreate, " + words
		said := ""
		for _, i := range s.intervals(history.SourceDeployment, d.Name+"/ReplicaFailure") {
			if i.State != "True" || i.From < s.deed.Earliest || i.From >= s.undone().Earliest {
				continue
			}
			if i.Attrs[history.AttrReason] == "FailedCreate" && strings.Contains(i.Detail, words) {
				return s.stallsFor(want)
			}
			said = oneLine(i.Attrs[history.AttrReason] + ", " + i.Detail)
		}
		return never(model.Deadline(d), want+", then "+stuckReason, "ReplicaFailure: "+cmp.Or(said, "never")), nil
	}}
}

// RolloutUnready expects that a pod of the new version runs and is not ready for
// as long as the rollout is left alone, which its condition Ready says, and that
// the rollout is called stuck at its deadline.
func RolloutUnready() Expectation { return expectation{"rollout-unready", judgeUnready} }

func judgeUnready(s *scene) (Finding, error) {
	d, _, err := s.rolled()
	if err != nil {
		return Finding{}, err
	}
	const want = "a new pod that runs, Ready False with reason ContainersNotReady"
	news := s.newPods(s.undone().Earliest)
	if len(news) == 0 {
		return never(model.Deadline(d), want+", then "+stuckReason, "no new pod was there when it was undone"), nil
	}
	for _, p := range news {
		if wrong := s.notUnready(p); wrong != "" {
			return otherwise(model.Deadline(d), want+", then "+stuckReason, p.name+": "+wrong), nil
		}
	}
	return s.stallsFor(want)
}

// newPods lists the Deployments' pods that there are at t, of templates that had no
// pod at the deed.
func (s *scene) newPods(t time.Duration) []pod {
	old := s.hashesAt(s.deed.Earliest)
	return slices.DeleteFunc(s.podsAt(t), func(p pod) bool { return old[p.hash] || s.w.DeploymentOf(p.owner) == nil })
}

// notUnready says in which way the pod is not one that runs and is not ready; "" if it is.
func (s *scene) notUnready(p pod) string {
	t := s.undone().Earliest
	running := slices.ContainsFunc(s.containers(p), func(i history.Interval) bool { return i.At(t) && i.State == "running" })
	if !running {
		return "no container of it runs"
	}
	if when, ok := s.ready(p, p.from); ok && when < t {
		return "ready at " + offset(when)
	}
	i, ok := s.at(history.SourceReady, p.name, t)
	if reason := i.Attrs[history.AttrReason]; !ok || reason != "ContainersNotReady" {
		return fmt.Sprintf("its condition Ready gives the reason %q", reason)
	}
	return ""
}
