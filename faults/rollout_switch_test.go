package faults_test

import (
	"context"
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestSwitch(t *testing.T) {
	app := web.App(web.Replicas(3), web.BlueGreen(web.Replicas(0)))
	selects := func(color string) func(w *faulttest.World) error {
		return func(w *faulttest.World) error {
			s, err := w.Client().CoreV1().Services(faulttest.Namespace).Get(context.Background(), "web", metav1.GetOptions{})
			if err != nil {
				return err
			}
			if s.Spec.Selector[web.LabelColor] != color {
				return fmt.Errorf("the service selects %v", s.Spec.Selector)
			}
			return nil
		}
	}
	deployments := app.Objects(faulttest.Namespace).Deployments
	for _, atOnce := range []bool{false, true} {
		faulttest.Check(t, faults.Switch{Label: web.LabelColor, To: web.Green, AtOnce: atOnce}, faulttest.Case{
			App: app,
			Before: func(w *faulttest.World) {
				for _, d := range deployments {
					complete(w, d.Name, 1)
				}
			},
			Sees: func(w *faulttest.World, _ history.Mark, _ int) {
				s, err := w.Client().CoreV1().Services(faulttest.Namespace).Get(context.Background(), "web", metav1.GetOptions{})
				if err != nil {
					panic(err)
				}
				w.Record.State(history.Interval{Source: history.SourceService, Subject: "web",
					State: metav1.FormatLabelSelector(metav1.SetAsLabelSelector(s.Spec.Selector))})
			},
			Broken: selects(web.Green), Undone: selects(web.Blue),
		})
		// Nobody has seen a pod of the other Deployment.
		faulttest.Waits(t, faults.Switch{Label: web.LabelColor, To: web.Green, AtOnce: atOnce}, faulttest.Case{App: app}, map[bool]int{true: 1, false: 0}[atOnce])
	}
}
