package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// StuckUntilAdded expects of a rollout into which a node was added that its new pods were
// Pending, without a node, until that one was open, that the scheduler (condition PodScheduled) said
// so in those words, and that they were ready inside the window that begins then.
func StuckUntilAdded(words string) Expectation {
	return expectation{"stuck-until-added", func(s *scene) (Finding, error) {
		there, err := s.added()
		if err != nil {
			return Finding{}, err
		}
		d, _, err := s.rolled()
		if err != nil {
			return Finding{}, err
		}
		came := s.podsOfRollout(d, s.began, s.deed.Earliest)
		if len(came) == 0 {
			return Finding{}, fmt.Errorf("no new pod came before the node was added")
		}
		return each(came, func(p pod) (Finding, error) { return s.stuckUntil(p, there, words) })
	}}
}

// added is when the node that the deed added was open to pods: Ready, and without the
// taints that it had when it was.
func (s *scene) added() (time.Duration, error) {
	for _, node := range s.deed.Targets {
		ready, ok := first(s.intervals(history.SourceNode, node), s.deed.Earliest, inState("True"))
		if !ok || ready.From >= s.end {
			continue
		}
		open := ready.From
		for _, t := range s.intervals(history.SourceTaint, "") {
			if strings.HasPrefix(t.Subject, node+"/") && t.From <= ready.From && t.To < s.end {
				open = max(open, t.To)
			}
		}
		return open, nil
	}
	return 0, fmt.Errorf("the record does not say when a node that was added was Ready (targets %v)", s.deed.Targets)
}

func (s *scene) stuckUntil(p pod, there time.Duration, words string) (Finding, error) {
	_, c, err := s.of(p)
	if err != nil {
		return Finding{}, err
	}
	w, err := s.w.Unblocked("node/add", c)
	if err != nil {
		return Finding{}, err
	}
	const what = "ready"
	want := fmt.Sprintf("Pending until the node is open, %q, then %s after %s", words, what, w.Range())
	placed, ok := first(s.intervals(history.SourcePod, p.name), p.from, func(i history.Interval) bool { return i.Attrs[history.AttrNode] != "" })
	if ok && placed.From < there-watchSlack {
		got := fmt.Sprintf("on %s at %s, %s before the node that was added was open", placed.Attrs[history.AttrNode], offset(placed.From), short(there-placed.From))
		return found(false, want, got, w.Reasons()), nil
	}
	f := never(w, what, "never ready")
	if ready, ok := s.ready(p, p.from); ok && ready < s.end {
		f = timed(w, instant(there), max(ready, there), what)
	}
	f.Want = want
	if len(s.unsaid([]pod{p}, words)) > 0 {
		f.Status, f.Got = Fail, f.Got+fmt.Sprintf(", its condition PodScheduled never said %q", words)
	}
	return f, nil
}

// RolledOutOnceAdded expects that the rollout into which a node was added was complete
// inside the window that begins when that node was open: not before, and not too late.
func RolledOutOnceAdded() Expectation { return expectation{"rolled-out-once-added", judgeOnceAdded} }

func judgeOnceAdded(s *scene) (Finding, error) {
	there, err := s.added()
	if err != nil {
		return Finding{}, err
	}
	d, counts, err := s.rolled()
	if err != nil {
		return Finding{}, err
	}
	w, err := model.RolledOutApart(d)
	if err != nil {
		return Finding{}, err
	}
	const what = "rollout complete"
	began := slices.IndexFunc(counts, func(i history.Interval) bool { return i.From >= s.began.Earliest && !complete(i) })
	if began < 0 {
		return never(w, what, "it never began: all replicas stayed as they were"), nil
	}
	done, ok := first(counts, counts[began].From, complete)
	if !ok || done.From >= s.end {
		return never(w, what, "not complete at the end"+s.whyNotReady(d)), nil
	}
	return timed(w, instant(there), done.From, what), nil
}
