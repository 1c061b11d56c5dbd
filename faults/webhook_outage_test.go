package faults_test

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

// The API server's own count of failed calls shows that the webhook is asked in vain: for
// the pod that is tried, and for the replacement of the one that is deleted.
func TestWebhookOutage(t *testing.T) {
	const hook = faulttest.Namespace + ".webhook.seatrial.dev"
	want := func(n int) func(*faulttest.World) error {
		return func(w *faulttest.World) error {
			list, err := w.Client().AdmissionregistrationV1().ValidatingWebhookConfigurations().List(t.Context(), metav1.ListOptions{})
			if err != nil || len(list.Items) != n {
				return fmt.Errorf("%d webhooks are registered, want %d: %w", len(list.Items), n, err)
			}
			if n > 0 && list.Items[0].Name != hook {
				return fmt.Errorf("webhook %s, want %s", list.Items[0].Name, hook)
			}
			return nil
		}
	}
	f := faults.WebhookSlow(faults.WebhookIgnore, faults.PodDelete(faults.OnePod))
	faulttest.Check(t, f, faulttest.Case{
		Before: func(w *faulttest.World) { running(w); relays(w) },
		Sees: func(w *faulttest.World, deed history.Mark, n int) {
			w.Measure(fmt.Sprintf("apiserver_admission_webhook_fail_open_count{name=%q,type=\"validating\"} %d\n", hook, n))
			if n == 2 {
				gone(w, deed, n)
			}
		},
		Broken: want(1), Undone: want(0),
	})
	for counter, policy := range map[string]string{
		`fail_open_count{name=%q,type="validating"} %d`: "ignore",
		`rejection_count{error_type="calling_webhook_error",name=%q,operation="CREATE",rejection_code="0",type="validating"} %d`: "fail",
	} {
		f := faults.WebhookOutage(faults.WebhookIgnore, faults.PodDelete(faults.OnePod))
		if policy == "fail" {
			f = faults.WebhookOutage(faults.WebhookFail, faults.PodDelete(faults.OnePod))
		}
		faulttest.Check(t, f, faulttest.Case{
			Before: running,
			Sees: func(w *faulttest.World, deed history.Mark, n int) {
				w.Measure("# HELP\n" + fmt.Sprintf("apiserver_admission_webhook_"+counter, "another."+hook, 7) + "\n" +
					fmt.Sprintf("apiserver_admission_webhook_"+counter, hook, n) + "\n")
				if n == 2 {
					gone(w, deed, n)
				}
			},
			Broken: want(1), Undone: want(0),
		})
	}
}
