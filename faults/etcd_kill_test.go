package faults_test

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

// Writes go on across the death of etcd, and each that was acknowledged is told.
func TestEtcdKill(t *testing.T) {
	faulttest.Check(t, faults.EtcdKill(), faulttest.Case{
		Sees: state(history.SourceRuntime, "", "exit", history.Attrs{history.AttrContainerID: "c-etcd"}),
		Broken: func(w *faulttest.World) error {
			list, err := w.Client().CoreV1().ConfigMaps(faulttest.Namespace).List(t.Context(), metav1.ListOptions{})
			if err != nil || len(list.Items) < 40 || !strings.Contains(w.Nodes.Signals(), "KILL to c-etcd on control-plane") {
				return fmt.Errorf("%d written, signals %q, %w", len(list.Items), w.Nodes.Signals(), err)
			}
			return nil
		},
	})
}
