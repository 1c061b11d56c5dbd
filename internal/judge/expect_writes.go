package judge

import (
	"fmt"

	"github.com/seatrial/seatrial/internal/history"
)

// WritesKept expects that every object whose writing was acknowledged is there at the
// end, as the observers' final list has it, and that some were acknowledged before the
// deed and some after it.
func WritesKept() Expectation { return expectation{"writes-kept", judgeWrites} }

func judgeWrites(s *scene) (Finding, error) {
	before, after, lost := 0, 0, []string{}
	for _, w := range s.intervals(history.SourceWrite, "") {
		if w.To <= s.deed.Earliest {
			before++
		} else if w.From >= s.deed.Latest {
			after++
		}
		if _, there := s.at(history.SourceConfig, w.Subject, s.end); !there {
			lost = append(lost, w.Subject)
		}
	}
	if before == 0 || after == 0 {
		return Finding{}, fmt.Errorf("%d writes were acknowledged before the deed and %d after it", before, after)
	}
	got := fmt.Sprintf("%d acknowledged before the deed, %d after it, none lost", before, after)
	if len(lost) > 0 {
		got = fmt.Sprintf("%d acknowledged and lost: %s", len(lost), few(lost))
	}
	return found(len(lost) == 0, "every acknowledged write there at the end", got, "etcd answers when a write is on disk (etcd: server/etcdserver/raft.go)"), nil
}
