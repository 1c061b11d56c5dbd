package judge

import (
	"cmp"
	"fmt"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// VersionsApart expects that two versions never answer in the same instant, on any
// lane: the old one's last answer was there before the first request that the new
// one answered was sent.
func VersionsApart() Expectation { return expectation{"versions-apart", judgeApart} }

func judgeApart(s *scene) (Finding, error) {
	old, err := s.oldVersion()
	if err != nil {
		return Finding{}, err
	}
	lastOld, firstNew := time.Duration(-1), history.Open
	for _, x := range s.h.Samples {
		switch {
		case x.Version == "" || x.Class.Skipped():
		case x.Version == old:
			lastOld = max(lastOld, x.Sent+x.Took)
		default:
			firstNew = min(firstNew, x.Sent)
		}
	}
	if firstNew == history.Open {
		return Finding{}, fmt.Errorf("no answer of another version than %s", old)
	}
	together := max(lastOld-firstNew, 0)
	w := model.Between(0, 0, "strategy Recreate: no new pod while an old one is there (controller/deployment/recreate.go oldPodsRunning)")
	f := found(together == 0, "the last answer of "+old+" before the first one of another version",
		fmt.Sprintf("last answer of %s at %s, first request that another version answered at %s: %s together",
			old, offset(lastOld), offset(firstNew), short(together)), w.Reasons())
	return f.measured(together, w), nil
}

// oldVersion is the version that answered last before anything was done.
func (s *scene) oldVersion() (string, error) {
	old := ""
	for _, x := range s.fresh(0, s.deed.Earliest) {
		old = cmp.Or(x.Version, old)
	}
	if old == "" {
		return "", fmt.Errorf("no answer before the deed names its version")
	}
	return old, nil
}

// hashesAt are the hashes of the templates that had pods at t.
func (s *scene) hashesAt(t time.Duration) map[string]bool {
	hashes := map[string]bool{}
	for _, p := range s.podsAt(t) {
		hashes[p.hash] = true
	}
	return hashes
}
