package judge

import (
	"fmt"

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
	then := *s
	then.deed = last
	lost, err := then.mustHit()
	if err != nil {
		return Finding{}, err
	}
	f, err := each(lost, then.replacedDespite)
	f.Got += fmt.Sprintf("; %s calls of the webhook %s", asked.Attrs[history.AttrCount], asked.State)
	return f, err
}

func (s *scene) replacedDespite(lost pod) (Finding, error) {
	_, c, err := s.of(lost)
	if err != nil {
		return Finding{}, err
	}
	if len(s.w.Webhooks) == 0 {
		return Finding{}, fmt.Errorf("the record has no webhook that was registered")
	}
	f, err := s.replacedBy(lost, s.w.ReplacedDespiteWebhooks(c), func(pod) bool { return true })
	f.Got += s.refusedFor(lost.owner)
	return f, err
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
