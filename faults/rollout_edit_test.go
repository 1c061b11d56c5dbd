package faults_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

// observed has the controller of an object see the generation that an edit made.
func observed(subject string) sees {
	return func(w *faulttest.World, deed history.Mark, n int) {
		w.Record.State(history.Interval{Source: history.SourceReplicas, Subject: subject, State: "3/3", From: deed.Latest,
			Attrs: history.Attrs{"generation": fmt.Sprint(n), "observed": fmt.Sprint(n)}})
	}
}

// Two changes are two edits, of which the second keeps what the first did.
func TestEdit(t *testing.T) {
	faulttest.Check(t, faults.Edit(web.Version("v2"), web.AnswerTime(time.Second)), faulttest.Case{
		Sees: observed("Deployment/web"),
		Broken: func(w *faulttest.World) error {
			if len(w.Deeds()) != 2 {
				return fmt.Errorf("%d edits", len(w.Deeds()))
			}
			return isVersion("v2")(w)
		},
	})
}

func TestEditOfABareReplicaSet(t *testing.T) {
	faulttest.Check(t, faults.Edit(web.Version("v2")), faulttest.Case{
		App: web.App(web.Replicas(2), web.AsReplicaSet()), Sees: observed("ReplicaSet/web"),
		Broken: func(w *faulttest.World) error {
			r, err := w.Client().AppsV1().ReplicaSets(faulttest.Namespace).Get(context.Background(), "web", metav1.GetOptions{})
			if err != nil {
				return err
			}
			for _, e := range r.Spec.Template.Spec.Containers[0].Env {
				if e.Name == "VERSION" && e.Value == "v2" {
					return nil
				}
			}
			return fmt.Errorf("the template is %+v", r.Spec.Template)
		},
	})
}
