package judge

import (
	"fmt"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// The reasons of condition DisruptionTarget that are judged (k8s.io/api/core/v1).
const (
	byTaintManager = "DeletionByTaintManager"
	byEvictionAPI  = "EvictionByEvictionAPI"
)

// keepsTolerations: the taint manager deletes a pod only when it has been tolerated on
// its node for as long as it asks. What it says of the node counts from its first
// taint of effect NoExecute on, for the clock does not begin again with another one.
func (s *scene) keepsTolerations() Finding {
	const want = "no pod evicted from a tainted node before its toleration is over"
	in, n := s.counted(), 0
	var broken []string
	for _, p := range s.pods() {
		at, ok := s.because(p, byTaintManager)
		spec := s.w.Spec(p.name, p.owner)
		if !ok || !in.holds(at) || spec == nil || s.unseen(at, history.SourcePod, history.SourceTaint) {
			continue
		}
		taints := s.tainted(p.node, at)
		if len(taints) == 0 {
			n, broken = n+1, append(broken, fmt.Sprintf("%s was evicted at %s, %s had no taint that evicts", p.name, offset(at), p.node))
			continue
		}
		since := taints[0].From
		if since <= in.from || s.unseen(since, history.SourceTaint) {
			continue // it may have been there before anybody saw it
		}
		n++
		if least := s.tolerated(spec, taints); at+watchSlack-since < least {
			broken = append(broken, fmt.Sprintf("%s was evicted at %s, %s after %s was tainted, tolerated for %s",
				p.name, offset(at), short(at-since), p.node, short(least)))
		}
	}
	return kept(want, n, "evictions", broken, "spec.tolerations (controller/tainteviction/taint_eviction.go processPodOnNode)")
}

// because is when the pod's status first gave that reason.
func (s *scene) because(p pod, reason string) (time.Duration, bool) {
	i, ok := first(s.intervals(history.SourcePod, p.name), 0, func(i history.Interval) bool {
		return sameUID(i, p) && i.Attrs[history.AttrReason] == reason
	})
	return i.From, ok
}

// tainted are the taints of effect NoExecute that the node had at t, or last before, and
// those that came before them without a break, in order.
func (s *scene) tainted(node string, t time.Duration) []history.Interval {
	var spell []history.Interval
	var to time.Duration
	for _, i := range s.intervals(history.SourceTaint, "") {
		if on, taint, _ := strings.Cut(i.Subject, "/"); on != node || !strings.HasSuffix(taint, ":NoExecute") || i.From > t+watchSlack {
			continue
		}
		if len(spell) > 0 && i.From > to && i.From-to > watchSlack {
			spell = nil
		}
		if len(spell) == 0 {
			to = i.To
		}
		spell, to = append(spell, i), max(to, i.To)
	}
	return spell
}

// tolerated is the least time that any of the taints leaves the pod.
func (s *scene) tolerated(spec *model.PodSpec, taints []history.Interval) time.Duration {
	least := model.Forever
	for _, i := range taints {
		_, taint, _ := strings.Cut(i.Subject, "/")
		least = min(least, s.w.Tolerated(spec, strings.TrimSuffix(taint, ":NoExecute"), i.Detail))
	}
	return least
}
