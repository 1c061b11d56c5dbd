package judge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// EvictedForDisk expects that every pod that was hit is evicted inside the window
// that begins when it wrote past its limit of ephemeral storage, by its own log, and for
// that reason.
func EvictedForDisk() Expectation {
	return expectation{"evicted-for-disk", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.evictedForDisk)
	}}
}

func (s *scene) evictedForDisk(p pod) (Finding, error) {
	w := s.w.EvictedForDisk()
	past, ok, err := s.wrotePast(p)
	if err != nil {
		return Finding{}, err
	}
	const what = "evicted"
	at, message, evicted := s.evictedAt(p)
	switch {
	case !ok:
		return Finding{}, fmt.Errorf("pod %s never wrote past its limit", p.name)
	case !evicted:
		return never(w, what, "never"), nil
	}
	f := timed(w, past, at, what)
	f.Got += ": " + strings.TrimSpace(message)
	if !strings.Contains(message, "ephemeral") {
		f.Status = Fail
	}
	return f, nil
}

// wrotePast is when the pod's log says that it had written more than its limit: after
// the last line that is below, not after the first above. A pod without a limit is past
// it from the deed on.
func (s *scene) wrotePast(p pod) (history.Mark, bool, error) {
	_, c, err := s.of(p)
	if err != nil {
		return history.Mark{}, false, err
	}
	limit := c.Resources.Limits.StorageEphemeral().Value()
	past := s.deed
	for _, i := range s.app(p, history.AppFill, s.deed.Earliest) {
		n, ok := number(i, history.AttrBytes)
		if !ok {
			return past, false, fmt.Errorf("the log of pod %s does not say how much it wrote", p.name)
		}
		if past.Latest = i.From; int64(n) > limit {
			return past, true, nil
		}
		past.Earliest = i.From
	}
	return past, false, nil
}

// EvictedInOrder expects that the pods of these Deployments, which were there at the
// deed, are evicted one after the other in this order, and no others.
func EvictedInOrder(deployments ...string) Expectation {
	return expectation{"evicted-in-order", func(s *scene) (Finding, error) { return s.evictedInOrder(deployments) }}
}

func (s *scene) evictedInOrder(deployments []string) (Finding, error) {
	type loss struct {
		of string
		at time.Duration
	}
	var lost []loss
	pods := s.podsAt(s.deed.Earliest)
	for _, p := range pods {
		of, _ := s.deploymentOf(p)
		if at, _, ok := s.evictedAt(p); ok {
			lost = append(lost, loss{of, at})
		}
	}
	if len(pods) == 0 {
		return Finding{}, fmt.Errorf("the record has no pod at the deed")
	}
	slices.SortFunc(lost, func(a, b loss) int { return cmp.Compare(a.at, b.at) })
	var order, said []string
	for _, l := range lost {
		order, said = append(order, l.of), append(said, l.of+" at "+offset(l.at))
	}
	got := strings.Join(said, ", ")
	if got == "" {
		got = "nobody was evicted"
	}
	return found(slices.Equal(order, deployments), strings.Join(deployments, " before ")+", and nobody else", got,
		"who uses more than it asked for first, by how much (kubelet/eviction/helpers.go rankMemoryPressure)"), nil
}

// evictedAt is when a kubelet evicted the pod, and its message.
func (s *scene) evictedAt(p pod) (at time.Duration, message string, ok bool) {
	i, ok := first(s.intervals(history.SourcePod, p.name), s.deed.Earliest, func(i history.Interval) bool {
		reason := i.Attrs[history.AttrReason]
		return sameUID(i, p) && (reason == history.ReasonEvicted || reason == history.ReasonByKubelet) && i.From < s.end
	})
	return i.From, i.Detail, ok
}
