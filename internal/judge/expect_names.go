package judge

import (
	"fmt"
	"strconv"

	"github.com/seatrial/seatrial/internal/history"
)

// NamesHeal expects that answers which need a name (lane named) failed when the cluster's
// DNS was taken away, and that from the first that failed to the first good one after the
// last it took no longer than a CoreDNS that is started again takes.
func NamesHeal() Expectation { return expectation{"names-heal", judgeNames} }

func judgeNames(s *scene) (Finding, error) {
	plan, ok := planOf(s.h, history.LaneNamed)
	if !ok {
		return Finding{}, fmt.Errorf("the record has no load on lane %s", history.LaneNamed)
	}
	node, restarts, err := s.dnsRestarts()
	if err != nil {
		return Finding{}, err
	}
	w, err := s.w.NamesBack(node, restarts, plan)
	if err != nil {
		return Finding{}, err
	}
	got, err := s.lost(history.LaneNamed, s.lastDeed().Earliest-plan.Timeout, s.end)
	if err != nil {
		return Finding{}, err
	}
	f := found(got.failed > 0 && !got.open && got.span+got.off >= w.From && got.span-got.off <= w.To,
		"by name: failed, then good again after "+w.Range(), got.String(), w.Reasons())
	return f.measured(got.span, w), nil
}

// dnsRestarts is the most that a container of the cluster's DNS that was killed had been
// restarted before, and its node; of DNS that was taken away in another way, none.
func (s *scene) dnsRestarts() (node string, most int, err error) {
	for _, i := range s.intervals(history.SourceDNS, "") {
		n, err := strconv.Atoi(i.Attrs[history.AttrRestarts])
		if err != nil {
			return "", 0, fmt.Errorf("the record does not say how often %s was restarted before: %w", i.Subject, err)
		}
		if n >= most {
			node, most = i.Attrs[history.AttrNode], n
		}
	}
	return node, most, nil
}
