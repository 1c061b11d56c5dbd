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

func TestReplaceByHand(t *testing.T) {
	faulttest.Check(t, faults.ReplaceByHand(web.Version("v2")), faulttest.Case{
		App:    web.App(web.Replicas(2), web.KeptByHand()),
		Before: running,
		Sees: func(w *faulttest.World, deed history.Mark, n int) {
			if n == 1 {
				gone(w, deed, n)
				return
			}
			for _, pod := range deed.Targets {
				w.Record.State(history.Interval{Source: history.SourceReady, Subject: pod, State: "True", Attrs: history.Attrs{history.AttrUID: "next-" + pod}})
			}
		},
		Broken: func(w *faulttest.World) error {
			for _, name := range []string{"web-blue-1", "web-blue-2"} {
				p, err := w.Client().CoreV1().Pods(faulttest.Namespace).Get(context.Background(), name, metav1.GetOptions{})
				if err != nil {
					return err
				}
				if s := fmt.Sprint(p.Spec.Containers[0].Env); !strings.Contains(s, "v2") {
					return fmt.Errorf("%s is not of the new version: %s", name, s)
				}
			}
			return nil
		},
	})
}

func TestReplaceByHandWithoutBarePods(t *testing.T) {
	w := faulttest.NewWorld(web.App())
	if err := faults.ReplaceByHand().Inject(t.Context(), w.Site()); err == nil || !strings.Contains(err.Error(), "no bare pod") {
		t.Errorf("got %v", err)
	}
}
