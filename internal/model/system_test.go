package model_test

import (
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// The examples of the doc comments, of what breaks beside the app.

func TestReplacedDespiteWebhooks(t *testing.T) {
	second := int32(1)
	w := &model.World{Webhooks: []admissionv1.ValidatingWebhookConfiguration{{Webhooks: []admissionv1.ValidatingWebhook{{TimeoutSeconds: &second}}}}}
	ends(t, w.ReplacedDespiteWebhooks(&corev1.Container{}), 0, 10*s)
}

func TestNamesBack(t *testing.T) {
	probe := http(10, 1, 3)
	probe.SuccessThreshold = 1
	dns := appsv1.Deployment{TypeMeta: metav1.TypeMeta{Kind: "Deployment", APIVersion: "apps/v1"},
		ObjectMeta: metav1.ObjectMeta{Name: "coredns", Namespace: metav1.NamespaceSystem}}
	dns.Spec.Template.Spec.Containers = []corev1.Container{{Name: "coredns", ReadinessProbe: probe}}
	w := world(t, &dns)
	w.Settings.ProxyMinSync = s
	lane := history.LanePlan{Rate: 50, Timeout: 900 * time.Millisecond}
	got, err := w.NamesBack("w1", 0, lane)
	if err != nil || len(w.Deployments) != 0 {
		t.Fatalf("%v; Deployments of the app: %d", err, len(w.Deployments))
	}
	ends(t, got, 20*time.Millisecond, 27*s+900*time.Millisecond)
	if later, err := w.NamesBack("w1", 1, lane); err != nil || later.To <= got.To {
		t.Errorf("restarted before: %s, %v", later.Range(), err)
	}
	if _, err := (&model.World{}).NamesBack("w1", 0, lane); err == nil {
		t.Error("without a Deployment nothing is promised")
	}
}

func TestProxyBack(t *testing.T) {
	w := &model.World{Settings: history.Settings{ProxyMinSync: s}}
	ends(t, w.ProxyBack(4, history.LanePlan{Rate: 50}), 0, 3*s+57*20*time.Millisecond)
}

func TestRolledOutApart(t *testing.T) {
	grace := int64(10)
	d := deployment(3, rolling("1", "0"))
	d.Spec.Template.Spec.TerminationGracePeriodSeconds = &grace
	d.Spec.Template.Spec.Containers = []corev1.Container{{Lifecycle: &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: 2}}}}}
	w, err := model.RolledOutApart(d)
	if err != nil {
		t.Fatal(err)
	}
	ends(t, w, 4*s, 88*s)
}

// A pod that no Service's selector takes is outside; of one that nobody knows it is not said.
func TestOutside(t *testing.T) {
	web, other := model.Deployment{}, model.Deployment{}
	web.Name, web.Spec.Template.Labels = "web", map[string]string{"app": "web", "tier": "front"}
	other.Name, other.Spec.Template.Labels = "other", map[string]string{"app": "other"}
	w := &model.World{Deployments: []model.Deployment{web, other}}
	if w.Outside("other-7c-a", "ReplicaSet/other-7c") {
		t.Error("outside although there is no Service")
	}
	w.Services = []corev1.Service{{Spec: corev1.ServiceSpec{Selector: map[string]string{"app": "web"}}}, {}}
	for owner, want := range map[string]bool{"ReplicaSet/web-7c": false, "ReplicaSet/other-7c": true, "ReplicaSet/nobody-7c": false} {
		if got := w.Outside("x", owner); got != want {
			t.Errorf("a pod of %s is outside: %t, want %t", owner, got, want)
		}
	}
}
