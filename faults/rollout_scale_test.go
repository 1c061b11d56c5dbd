package faults_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

// What has its size already is not scaled, and nothing is done.
func TestScaleToTheSameSize(t *testing.T) {
	w := faulttest.NewWorld(web.App(web.Replicas(3)))
	err := faults.Scale(3).Inject(t.Context(), w.Site())
	if err == nil || !strings.Contains(err.Error(), "has 3 replicas already") || len(w.Deeds()) > 0 {
		t.Errorf("got %v after %d deeds", err, len(w.Deeds()))
	}
}

func TestScale(t *testing.T) {
	faulttest.Check(t, faults.Scale(5), faulttest.Case{
		Before: func(w *faulttest.World) { complete(w, "web", 1) }, // which wants 3
		Sees: func(w *faulttest.World, deed history.Mark, _ int) {
			w.Record.State(history.Interval{Source: history.SourceReplicas, Subject: "Deployment/web", State: "3/5", From: deed.Latest,
				Attrs: history.Attrs{"desired": "5", "generation": "2", "observed": "2"}})
		},
		Broken: func(w *faulttest.World) error {
			d, err := w.Client().AppsV1().Deployments(faulttest.Namespace).Get(context.Background(), "web", metav1.GetOptions{})
			if err != nil || *d.Spec.Replicas != 5 {
				return fmt.Errorf("%d replicas, %w", *d.Spec.Replicas, err)
			}
			return nil
		},
	})
}
