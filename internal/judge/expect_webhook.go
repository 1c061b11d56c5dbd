package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// ReplacedDespiteWebhook expects of a pod that was deleted while an admission webhook did
// not answer that it was replaced all the same, inside the window that begins with its
// deletion: what failurePolicy Ignore promises. That the webhook was asked about a new
// pod, in vain, must be in the record.
func ReplacedDespiteWebhook() Expectation {
	return expectation{"replaced-despite-webhook", judgeDespiteWebhook}
}

func judgeDespiteWebhook(s *scene) (Finding, error) {
	last := s.lastDeed()
	asked, ok := first(s.intervals(history.SourceWebhook, ""), last.Earliest, func(history.Interval) bool { return true })
	if !ok {
		return Finding{}, fmt.Errorf("the record does not say that a call of the webhook failed after %s", offset(last.Earliest))
	}
	lost := slices.DeleteFunc(s.pods(), func(p pod) bool { return !slices.Contains(last.Targets, p.name) })
	f, err := each(lost, func(p pod) (Finding, error) { return s.replacedDespite(p, last) })
	f.Got += fmt.Sprintf("; %s calls of the webhook %s", asked.Attrs[history.AttrCount], asked.State)
	return f, err
}

func (s *scene) replacedDespite(lost pod, deed history.Mark) (Finding, error) {
	_, c, err := s.of(lost)
	if err != nil {
		return Finding{}, err
	}
	if len(s.w.Webhooks) == 0 {
		return Finding{}, fmt.Errorf("the record has no webhook that was registered")
	}
	w := s.w.ReplacedDespiteWebhooks(c)
	const what = "a replacement ready"
	var ready []time.Duration
	for _, p := range s.pods() {
		if p.owner != lost.owner || p.from < deed.Earliest || p.uid == lost.uid {
			continue
		}
		if t, ok := s.ready(p, p.from); ok && t < s.end {
			ready = append(ready, t)
		}
	}
	if len(ready) == 0 {
		return never(w, what, "none was ready before the end"+s.refusedFor(lost.owner)), nil
	}
	f := timed(w, deed, slices.Min(ready), what)
	f.Got += s.refusedFor(lost.owner)
	return f, nil
}

// refusedFor is what the owner's event says about pods that could not be made, for
// people; "" if it has none.
func (s *scene) refusedFor(owner string) string {
	i, ok := first(s.intervals(history.SourceEvent, owner), s.deed.Earliest, inState("FailedCreate"))
	if !ok {
		return ""
	}
	return ", FailedCreate: " + oneLine(i.Detail)
}
