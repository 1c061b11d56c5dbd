package faults_test

import (
	"context"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

// atSecondRevision has the Deployment web be at revision 2, version v2.
func atSecondRevision(w *faulttest.World) {
	ctx, deployments := context.Background(), w.Client().AppsV1().Deployments(faulttest.Namespace)
	d, err := deployments.Get(ctx, "web", metav1.GetOptions{})
	if err != nil {
		panic(err)
	}
	d.Spec = web.App(web.Replicas(3), web.Version("v2")).Objects(faulttest.Namespace).Deployments[0].Spec
	if _, err := deployments.Update(ctx, d, metav1.UpdateOptions{}); err != nil {
		panic(err)
	}
	annotate(w, "2")
}

func TestUndoTo(t *testing.T) {
	faulttest.Check(t, faults.UndoTo(1), faulttest.Case{
		Before: atSecondRevision,
		Sees: func(w *faulttest.World, deed history.Mark, _ int) {
			w.Record.State(history.Interval{Source: history.SourceReplicas, Subject: "Deployment/web", State: "3/3", From: deed.Latest,
				Attrs: history.Attrs{history.AttrRevision: "3"}})
		},
		Broken: isVersion("v1"),
	})
}

func TestUndoToARevisionThatIsNotThere(t *testing.T) {
	w := faulttest.NewWorld(web.App(web.Replicas(3)))
	if err := faults.UndoTo(7).Inject(t.Context(), w.Site()); err == nil {
		t.Error("there is no revision 7: no error")
	}
}
