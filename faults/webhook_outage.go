package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// What the API server makes of a webhook that does not answer.
const (
	WebhookIgnore = admissionv1.Ignore // goes on without it: fails open
	WebhookFail   = admissionv1.Fail   // refuses what it should have been asked about
)

// WebhookOutage has the API server ask an admission webhook about every pod of the
// trial's namespace that nobody answers for: its Service has no endpoint. In place once
// the API server has counted a call that failed. Then it injects the other fault, and
// waits until a call has failed again, for a pod that came of it.
func WebhookOutage(policy admissionv1.FailurePolicyType, then Fault) Fault {
	return webhookOutage{policy: policy, then: then}
}

// WebhookSlow is WebhookOutage with a webhook that takes every call and never answers: each
// pod waits for all of the time that a call may take.
func WebhookSlow(policy admissionv1.FailurePolicyType, then Fault) Fault {
	return webhookOutage{policy: policy, then: then, mute: true}
}

type webhookOutage struct {
	policy admissionv1.FailurePolicyType
	then   Fault
	mute   bool // somebody takes the calls
}

func (f webhookOutage) Card() Card {
	if f.mute {
		return Card{
			Name:     "controlplane/webhook-slow",
			Breaks:   fmt.Sprintf("an admission webhook, failurePolicy %s, that takes calls and never answers, for as long as %d s", f.policy, muteSeconds),
			ShowsAs:  "every pod is made that much later; apiserver_admission_webhook_fail_open_count rises; with failurePolicy Fail none is made",
			UndoneBy: "the webhook's configuration and its pod are deleted",
			Look:     "kubectl get pods --watch",
			Blinds:   f.then.Card().Blinds,
		}
	}
	return Card{
		Name:     "controlplane/webhook-outage",
		Breaks:   "an admission webhook, failurePolicy " + string(f.policy) + ", whose Service has no endpoint",
		ShowsAs:  "apiserver_admission_webhook_fail_open_count rises; with failurePolicy Fail no pod is made: FailedCreate, failed calling webhook",
		UndoneBy: "the webhook's configuration is deleted",
		Look:     "kubectl get events --field-selector reason=FailedCreate --watch",
		Blinds:   f.then.Card().Blinds,
	}
}

func (f webhookOutage) Needs() []kindconfigs.Trait { return f.then.Needs() }

func (f webhookOutage) Rights() []Right {
	var relay []Right
	if f.mute {
		relay = Allow("", "pods", "delete")
	}
	return slices.Concat(RightsOf(f.then), relay,
		In(Everywhere, Allow("admissionregistration.k8s.io", "validatingwebhookconfigurations", "create", "delete")),
		Allow("", "services", "create"), Allow("", "pods", "create"), []Right{{Verb: "get", URL: "/metrics", Namespace: Everywhere}})
}

const (
	// webhookService is the Service, in the trial's namespace, that has no endpoint, or a
	// mute one.
	webhookService = "seatrial-webhook"
	// webhookSeconds is how long a call may take; one that is refused takes none of it.
	webhookSeconds = 1
	// muteSeconds is the same for one that takes calls: all of it is waited for.
	muteSeconds = 3
	// webhookLook is how often the API server's counters are read. Nothing is measured by it.
	webhookLook = 500 * time.Millisecond
)

func (f webhookOutage) Inject(ctx context.Context, s *Site) error {
	hook := webhookName(s.Namespace)
	if err := s.Undo(s.step(UndoWebhook, "delete the configuration of webhook "+hook, "name", hook)); err != nil {
		return err
	}
	before, err := failedCalls(ctx, s.Client, hook)
	if err != nil {
		return err
	}
	if f.mute {
		if _, err := s.startRelay(ctx, "", func(port string) []string { return []string{"0s", port} }); err != nil {
			return err
		}
	}
	err = s.Deed("have every pod of "+s.Namespace+" depend on webhook "+hook, []string{hook}, func() error { return f.register(ctx, s, hook) })
	if err != nil {
		return err
	}
	// What registers a webhook is not what calls it: pods are tried until it is in force.
	least := time.Duration(0)
	if f.mute { // one that fails sooner has not reached who takes the calls
		least = muteSeconds * time.Second
	}
	before, err = f.untilFailed(ctx, s, hook, before, least, func() { s.tryPod(ctx) })
	if err != nil {
		return err
	}
	if err := f.then.Inject(ctx, s); err != nil {
		return fmt.Errorf("then %s: %w", f.then.Card().Name, err)
	}
	_, err = f.untilFailed(ctx, s, hook, before, 0, func() {})
	return err
}

// webhookName is the name of the webhook and of its configuration: it must have three
// parts at least (apis/admissionregistration/validation).
func webhookName(namespace string) string { return namespace + ".webhook.seatrial.dev" }

// register creates the Service, which goes with the namespace, and the configuration.
func (f webhookOutage) register(ctx context.Context, s *Site, hook string) error {
	service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: webhookService, Namespace: s.Namespace},
		Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 443}}}}
	if f.mute {
		service.Spec.Selector = map[string]string{workloads.LabelComponent: relayName}
		service.Spec.Ports[0].TargetPort = intstr.FromInt32(relayPort)
	}
	if _, err := s.Client.CoreV1().Services(s.Namespace).Create(ctx, service, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("create service %s: %w", webhookService, err)
	}
	policy, none, seconds := f.policy, admissionv1.SideEffectClassNone, int32(webhookSeconds)
	if f.mute {
		seconds = muteSeconds
	}
	made, err := s.Client.AdmissionregistrationV1().ValidatingWebhookConfigurations().Create(ctx, &admissionv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: hook},
		Webhooks: []admissionv1.ValidatingWebhook{{
			Name:          hook,
			ClientConfig:  admissionv1.WebhookClientConfig{Service: &admissionv1.ServiceReference{Namespace: s.Namespace, Name: webhookService}},
			FailurePolicy: &policy, SideEffects: &none, TimeoutSeconds: &seconds, AdmissionReviewVersions: []string{"v1"},
			NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: s.Namespace}},
			Rules: []admissionv1.RuleWithOperations{{Operations: []admissionv1.OperationType{admissionv1.Create},
				Rule: admissionv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}}}},
		}},
	}, metav1.CreateOptions{})
	if err != nil {
		return fmt.Errorf("create the configuration of webhook %s: %w", hook, err)
	}
	made.SetGroupVersionKind(admissionv1.SchemeGroupVersion.WithKind("ValidatingWebhookConfiguration"))
	text, err := json.Marshal(made)
	if err != nil {
		return fmt.Errorf("encode the configuration of webhook %s: %w", hook, err)
	}
	s.Applied(text)
	return nil
}

// untilFailed waits until the API server has counted more failed calls than before,
// trying something in between that took so long at least, notes that, and returns how many
// it has counted.
func (f webhookOutage) untilFailed(ctx context.Context, s *Site, hook string, before int, least time.Duration, try func()) (int, error) {
	state := history.StateFailedOpen
	if f.policy == WebhookFail {
		state = history.StateRefused
	}
	for since := s.Clock.Now(); ; {
		tried := time.Now()
		try()
		took := time.Since(tried)
		n, err := failedCalls(ctx, s.Client, hook)
		if err == nil && n > before && took < least {
			before = n
		}
		if err == nil && n > before {
			s.Note(history.Interval{Source: history.SourceWebhook, Subject: hook, State: state, From: since, To: s.Clock.Now(),
				Attrs: history.Attrs{history.AttrCount: strconv.Itoa(n - before)}})
			return n, nil
		}
		select {
		case <-time.After(webhookLook):
		case <-ctx.Done():
			return 0, fmt.Errorf("wait for the API server to count a failed call of webhook %s, %d before (%s): %w", hook, before, fmt.Sprint(err), context.Cause(ctx))
		}
	}
}

// tryPod has the API server admit a pod of the app, and no more than that: whether it
// does is not the question.
func (s *Site) tryPod(ctx context.Context) {
	_, _ = s.Client.CoreV1().Pods(s.Namespace).Create(ctx, s.podOfApp(), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
}

// The API server's counters of calls that failed, by the webhook's name: of those after
// which it went on, and of those after which it refused
// (apiserver/pkg/admission/metrics/metrics.go).
var failedCounters = []string{"apiserver_admission_webhook_fail_open_count{", "apiserver_admission_webhook_rejection_count{"}

// failedCalls is how many calls of the webhook have failed, by the API server's own count.
func failedCalls(ctx context.Context, client kubernetes.Interface, hook string) (int, error) {
	text, err := client.CoreV1().RESTClient().Get().AbsPath("/metrics").DoRaw(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the API server's metrics: %w", err)
	}
	return countFailed(string(text), hook)
}

// countFailed sums up the webhook's lines among metrics in Prometheus' text format.
//
//	apiserver_admission_webhook_fail_open_count{name="a.b.c",type="validating"} 3 -> 3 for "a.b.c"
func countFailed(metrics, hook string) (int, error) {
	sum := 0
	for line := range strings.Lines(metrics) {
		of := func(counter string) bool { return strings.HasPrefix(line, counter) }
		if !slices.ContainsFunc(failedCounters, of) || !strings.Contains(line, fmt.Sprintf("name=%q", hook)) {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(line[strings.LastIndex(line, "}")+1:]), 64)
		if err != nil {
			return 0, fmt.Errorf("read the metric %q: %w", line, err)
		}
		sum += int(n)
	}
	return sum, nil
}

// undoWebhook deletes the webhook's configuration.
func undoWebhook(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	return ignoreGone(client.AdmissionregistrationV1().ValidatingWebhookConfigurations().Delete(ctx, args["name"], metav1.DeleteOptions{}))
}
