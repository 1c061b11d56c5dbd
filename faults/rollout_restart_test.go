package faults_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
)

func TestRestart(t *testing.T) {
	faulttest.Check(t, faults.Restart(), faulttest.Case{Sees: rolled, Broken: func(w *faulttest.World) error {
		d, err := w.Client().AppsV1().Deployments(faulttest.Namespace).Get(context.Background(), "web", metav1.GetOptions{})
		if err != nil {
			return err
		}
		if _, err := time.Parse(time.RFC3339, d.Spec.Template.Annotations["kubectl.kubernetes.io/restartedAt"]); err != nil {
			return fmt.Errorf("restarted at: %w", err)
		}
		return isVersion("v1")(w)
	}})
}
