package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

const hook = "trial.webhook.seatrial.dev"

// webhooked is a webhook that does not answer from 10 s on; pod c is deleted at 12 s, and
// its replacement ready at an instant.
func webhooked(ready string) *historytest.Builder {
	b := calm("controlplane/webhook-outage", hook)
	b.Deed("12s", historytest.PodC)
	b.Apply(`{"kind":"ValidatingWebhookConfiguration","apiVersion":"admissionregistration.k8s.io/v1","webhooks":[{"name":"` + hook + `","timeoutSeconds":1}]}`)
	b.State(history.SourceWebhook, hook, "10.1s failed-open 10.6s -", "count=1").State(history.SourceWebhook, hook, "12.1s failed-open 13s -", "count=1")
	return pod(b, historytest.PodD, "w1", "7c", "12.3s Pending "+ready+" Running", ready+" True", ready+" ready")
}

func TestReplacedDespiteWebhook(t *testing.T) {
	e := judge.ReplacedDespiteWebhook()
	refused := webhooked("15s").Without(history.SourcePod, historytest.PodD).Without(history.SourceReady, historytest.PodD)
	refused.Instant(history.SourceEvent, "ReplicaSet/web-7c", "FailedCreate", "12.4s").Detail(history.SourceEvent, "ReplicaSet/web-7c", "failed calling webhook")
	unasked := webhooked("15s").Without(history.SourceWebhook, "").State(history.SourceWebhook, hook, "10.1s failed-open 10.6s -", "count=1")
	unregistered := webhooked("15s").Meta(func(m *history.Meta) { m.Applied = m.Applied[:1] })
	judgeAll(t, []judged{
		{"in time", e, webhooked("15s"), judge.Pass, "after 3.00s"},
		{"at the upper end", e, webhooked("26s"), judge.Pass, "1 calls of the webhook failed-open"},
		{"too late", e, webhooked("26.1s"), judge.Fail, "after 14.10s"},
		{"only after the undo", e, webhooked("66s"), judge.Fail, ""},
		{"never", e, refused, judge.Fail, "0 ready before the end, FailedCreate: failed calling webhook"},
		{"the webhook was not asked about a pod", e, unasked, judge.Invalid, "does not say that a call"},
		{"no webhook", e, unregistered, judge.Invalid, "no webhook that was registered"},
		{"nobody deleted", e, calm("controlplane/webhook-outage", hook).State(history.SourceWebhook, hook, "10.1s failed-open 13s -"), judge.Invalid, "no pod that was hit"},
	})
}
