package faults_test

import (
	"context"
	"encoding/json"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestCreatePods(t *testing.T) {
	faulttest.Check(t, faults.CreatePods(web.PrintedHTTP(), web.PrintedTCP()), faulttest.Case{
		Sees: state(history.SourcePod, "", "Pending", nil),
		Broken: func(w *faulttest.World) error {
			_, err := w.Client().CoreV1().Pods(faulttest.Namespace).Get(context.Background(), web.PrintedTCPPod, metav1.GetOptions{})
			return err
		},
	})
}

// What it created is among what the model sees.
func TestCreatedPodsAreApplied(t *testing.T) {
	w := faulttest.NewWorld(web.App(web.WithBarePod()))
	site := w.Site()
	var applied []corev1.Pod
	site.Applied = func(raw json.RawMessage) {
		var p corev1.Pod
		if err := json.Unmarshal(raw, &p); err != nil {
			t.Error(err)
		}
		applied = append(applied, p)
	}
	w.Record.State(history.Interval{Source: history.SourcePod, Subject: web.PrintedHTTPPod, State: "Pending"})
	if err := faults.CreatePods(web.PrintedHTTP()).Inject(t.Context(), site); err != nil {
		t.Fatal(err)
	}
	if len(applied) != 1 || applied[0].Name != web.PrintedHTTPPod || applied[0].Kind != "Pod" || applied[0].Spec.Containers[0].LivenessProbe == nil {
		t.Errorf("%+v", applied)
	}
}
