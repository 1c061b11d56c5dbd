package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
)

// StopsAtFirst expects that a rollout whose new pods do not stay available stops
// at the first: until it is undone there are never more new pods than maxSurge
// allows, and no old one goes. It says nothing where no new pod was ready and died.
func StopsAtFirst() Expectation { return expectation{"stops-at-first", judgeStops} }

func judgeStops(s *scene) (Finding, error) {
	d, counts, err := s.rolled()
	if err != nil {
		return Finding{}, err
	}
	bounds, err := boundsOf(d, counts[0])
	if err != nil {
		return Finding{}, err
	}
	old, undone := s.hashesAt(s.deed.Earliest), s.undone().Earliest
	var news, went []string
	died := false
	for _, p := range s.pods() {
		owner := s.w.DeploymentOf(p.owner)
		if owner == nil || owner.Name != d.Name || p.from >= undone {
			continue
		}
		switch {
		case !old[p.hash]:
			news = append(news, p.name)
			died = died || s.wasReadyAndDied(p)
		case p.leaving >= s.deed.Earliest && p.leaving < undone:
			went = append(went, fmt.Sprintf("%s went at %s", p.name, offset(p.leaving)))
		}
	}
	if !died {
		return Finding{}, fmt.Errorf("no new pod was ready and died before the undo: the rollout had nothing to stop for")
	}
	got := fmt.Sprintf("%d new pods (%s), no old one went", len(news), strings.Join(news, ", "))
	if len(went) > 0 {
		got = fmt.Sprintf("%d new pods; %s", len(news), strings.Join(went, "; "))
	}
	return found(len(news) <= bounds.Surge && len(went) == 0, fmt.Sprintf("at most %d new pods, no old one goes", bounds.Surge), got,
		fmt.Sprintf("minReadySeconds %d; %s (controller/deployment/rolling.go)", d.Spec.MinReadySeconds, bounds.Because)).counted(len(news)), nil
}

// wasReadyAndDied reports whether the pod was ready, and a container of it ended
// after that, before the undo.
func (s *scene) wasReadyAndDied(p pod) bool {
	ready, ok := s.ready(p, p.from)
	return ok && slices.ContainsFunc(s.containers(p), func(i history.Interval) bool {
		return i.From > ready && i.From < s.undone().Earliest && (i.State == "terminated" || i.Attrs[history.AttrLastExit] != "")
	})
}
