package faults_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

// webContainer is the app's container in the Deployment web.
func webContainer(w *faulttest.World) corev1.Container {
	d, err := w.Client().AppsV1().Deployments(faulttest.Namespace).Get(context.Background(), "web", metav1.GetOptions{})
	if err != nil {
		panic(err)
	}
	return d.Spec.Template.Spec.Containers[0]
}

// templateHas says whether the template has what makes the version bad: it must once the
// fault is in place, and no longer once it was undone.
func templateHas(bad func(w *faulttest.World) bool) (broken, undone func(w *faulttest.World) error) {
	return func(w *faulttest.World) error {
			if !bad(w) {
				return fmt.Errorf("the template is as it was")
			}
			return nil
		}, func(w *faulttest.World) error {
			if bad(w) {
				return fmt.Errorf("the template is bad still")
			}
			return barsLeft(w)
		}
}

// barsLeft says what stands in the way of pods still.
func barsLeft(w *faulttest.World) error {
	core := w.Client().CoreV1()
	quotas, err := core.ResourceQuotas(faulttest.Namespace).List(context.Background(), metav1.ListOptions{})
	if err != nil {
		return err
	}
	limits, err := core.LimitRanges(faulttest.Namespace).List(context.Background(), metav1.ListOptions{})
	if err != nil {
		return err
	}
	if n := len(quotas.Items) + len(limits.Items); n > 0 {
		return fmt.Errorf("%d quotas and limit ranges are left", n)
	}
	return nil
}

func hasVariable(name string) func(w *faulttest.World) bool {
	return func(w *faulttest.World) bool {
		for _, e := range webContainer(w).Env {
			if e.Name == name {
				return true
			}
		}
		return false
	}
}

// newPodWaits has a container of the new ReplicaSet's pod be in a state.
func newPodWaits(attrs history.Attrs) sees {
	return func(w *faulttest.World, deed history.Mark, n int) {
		rolled(w, deed, n)
		w.Record.State(history.Interval{Source: history.SourceContainer, Subject: "web-2-x/web", State: "waiting", Attrs: attrs})
	}
}

// creationRefused has the Deployment say that it cannot make pods.
func creationRefused(why string) sees {
	return func(w *faulttest.World, deed history.Mark, n int) {
		rolled(w, deed, n)
		w.Record.State(history.Interval{Source: history.SourceDeployment, Subject: "web/ReplicaFailure", State: "True",
			Detail: `pods "web-2-x" is forbidden: ` + why, Attrs: history.Attrs{history.AttrReason: "FailedCreate"}})
	}
}

func TestBadRollouts(t *testing.T) {
	second := func(w *faulttest.World) bool { _, version := version(w); return version == "v2" }
	unready := func(w *faulttest.World, deed history.Mark, n int) {
		rolled(w, deed, n)
		w.Record.Instant(history.Interval{Source: history.SourceApp, Subject: "web-2-x", State: history.AppProbe,
			Attrs: history.Attrs{history.AttrPath: web.Ready, history.AttrCode: "503"}})
	}
	for _, c := range []struct {
		name  string
		fault faults.Fault
		bad   func(w *faulttest.World) bool
		sees  sees
	}{
		{"bad image", faults.BadImage(), func(w *faulttest.World) bool { return strings.HasPrefix(webContainer(w).Image, "registry.invalid/") },
			newPodWaits(history.Attrs{history.AttrReason: "ErrImagePull"})},
		{"bad version", faults.BadVersion(web.CrashAfter(time.Second, 1)), hasVariable("CRASH_AFTER"), rolled},
		{"crash loop", faults.CrashLoopVersion(), hasVariable("CRASH_AT_START"), newPodWaits(history.Attrs{history.AttrLastExit: "1"})},
		{"readiness", faults.StuckReadiness(), hasVariable("WARM_UP"), unready},
		{"misconfig", faults.Misconfig(), hasVariable("SETTING"), newPodWaits(history.Attrs{history.AttrReason: "CreateContainerConfigError"})},
		{"permission", faults.Permission(), hasAbsentAccount, creationRefused(`error looking up service account st-test/absent: serviceaccount "absent" not found`)},
		{"quota", faults.Quota(), second, creationRefused("exceeded quota: seatrial-bar, requested: pods=1, used: pods=3, limited: pods=3")},
		{"limit range", faults.LimitRange(), second, creationRefused("maximum memory usage per Container is 16Mi, but limit is 128Mi")},
	} {
		t.Run(c.name, func(t *testing.T) {
			broken, undone := templateHas(c.bad)
			faulttest.Check(t, c.fault, faulttest.Case{Sees: c.sees, Broken: broken, Undone: undone})
		})
	}
}

func hasAbsentAccount(w *faulttest.World) bool {
	d, err := w.Client().AppsV1().Deployments(faulttest.Namespace).Get(context.Background(), "web", metav1.GetOptions{})
	return err == nil && d.Spec.Template.Spec.ServiceAccountName == "absent"
}
