package faults_test

import (
	"context"
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

func isPaused(want bool) func(w *faulttest.World) error {
	return func(w *faulttest.World) error {
		d, err := w.Client().AppsV1().Deployments(faulttest.Namespace).Get(context.Background(), "web", metav1.GetOptions{})
		if err != nil {
			return err
		}
		if d.Spec.Paused != want {
			return fmt.Errorf("paused is %t", d.Spec.Paused)
		}
		return nil
	}
}

// progressing is what the Deployment's controller says of its progress.
func progressing(reason string) sees {
	return state(history.SourceDeployment, "/Progressing", "Unknown", history.Attrs{history.AttrReason: reason})
}

func TestPause(t *testing.T) {
	faulttest.Check(t, faults.Pause(), faulttest.Case{Sees: progressing("DeploymentPaused"), Broken: isPaused(true), Undone: isPaused(false)})
}
