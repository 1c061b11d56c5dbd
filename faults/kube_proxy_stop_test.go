package faults_test

import (
	"context"
	"fmt"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

// kube-proxy's DaemonSet excludes the node, leaves the others alone, and gets it back.
func TestKubeProxyStop(t *testing.T) {
	want := func(strategy appsv1.DaemonSetUpdateStrategyType, excluded bool) func(*faulttest.World) error {
		return func(w *faulttest.World) error {
			d, err := w.Client().AppsV1().DaemonSets("kube-system").Get(t.Context(), "kube-proxy", metav1.GetOptions{})
			if err != nil {
				return err
			}
			if affinity := d.Spec.Template.Spec.Affinity; d.Spec.UpdateStrategy.Type != strategy || (affinity != nil) != excluded {
				return fmt.Errorf("strategy %s, affinity %v", d.Spec.UpdateStrategy.Type, affinity)
			}
			return nil
		}
	}
	faulttest.Check(t, faults.KubeProxyStop(), faulttest.Case{
		Before: func(w *faulttest.World) {
			d := &appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Name: "kube-proxy", Namespace: "kube-system"}}
			d.Spec.UpdateStrategy.Type = appsv1.RollingUpdateDaemonSetStrategyType
			must(w.Client().AppsV1().DaemonSets("kube-system").Create(context.Background(), d, metav1.CreateOptions{}))
		},
		Sees:   state(history.SourceRuntime, "", "exit", history.Attrs{history.AttrContainerID: "c-kube-proxy"}),
		Broken: want(appsv1.OnDeleteDaemonSetStrategyType, true), Undone: want(appsv1.RollingUpdateDaemonSetStrategyType, false),
	})
}
