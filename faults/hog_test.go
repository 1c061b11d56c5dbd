package faults_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/workloads/web"
)

const (
	theHog      = "hog-1-a"
	theHogsNode = "worker"
)

// hogged tries a fault of the component hog that turns a knob of it, and is undone by
// the hog's going.
func hogged(knob, value string, sees sees) faulttest.Case {
	return faulttest.Case{
		App: web.App(web.Replicas(1), web.WithHog()), Sees: sees,
		Broken: func(w *faulttest.World) error {
			if got := w.Knob(theHog, knob); got != value || w.Knob("web-1-a", knob) != "" {
				return fmt.Errorf("%s of the hog is at %q", knob, got)
			}
			if id := w.Nodes.Armed(theHogsNode, "stop-"+theHog); !w.Nodes.Timed(theHogsNode, "stop-"+theHog) || id != theHog+"/web" {
				return fmt.Errorf("no timer stops the hog's container, but %q", id)
			}
			return nil
		},
		Undone: func(w *faulttest.World) error {
			if w.Nodes.Timed(theHogsNode, "stop-"+theHog) {
				return errors.New("the timer is there still")
			}
			list, err := w.Client().CoreV1().Pods(faulttest.Namespace).List(context.Background(), metav1.ListOptions{})
			if err == nil && (len(list.Items) != 1 || list.Items[0].Name != "web-1-a") {
				err = fmt.Errorf("there are %d pods", len(list.Items))
			}
			return err
		},
	}
}

// A component that does not run cannot be made to take anything.
func TestAHogThatIsNotThere(t *testing.T) {
	err := faults.CPUHog(web.Hog).Inject(t.Context(), faulttest.NewWorld(web.App()).Site())
	if err == nil || !strings.Contains(err.Error(), "no pod of hog runs") {
		t.Error(err)
	}
}
