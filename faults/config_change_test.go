package faults_test

import (
	"context"
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/observe"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestConfigChange(t *testing.T) {
	read := func(w *faulttest.World) map[string]string {
		c, err := w.Client().CoreV1().ConfigMaps(faulttest.Namespace).Get(context.Background(), web.ConfigName, metav1.GetOptions{})
		if err != nil {
			panic(err)
		}
		return c.Data
	}
	faulttest.Check(t, faults.ConfigChange(web.ConfigVersion("v2")), faulttest.Case{
		App: web.App(web.VersionFromConfig("v1")),
		Before: func(w *faulttest.World) {
			w.Record.State(history.Interval{Source: history.SourceConfig, Subject: web.ConfigName, State: observe.ConfigDigest(read(w))})
		},
		Sees: func(w *faulttest.World, deed history.Mark, _ int) {
			w.Record.State(history.Interval{Source: history.SourceConfig, Subject: deed.Targets[0], State: observe.ConfigDigest(read(w)), From: deed.Latest})
		},
		Broken: func(w *faulttest.World) error {
			if data := read(w); data["version"] != "v2" {
				return fmt.Errorf("the ConfigMap says %v", data)
			}
			return nil
		},
	})
}
