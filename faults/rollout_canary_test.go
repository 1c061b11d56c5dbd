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
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestCanary(t *testing.T) {
	tracks := func(want string) func(w *faulttest.World) error {
		return func(w *faulttest.World) error {
			list, err := w.Client().AppsV1().Deployments(faulttest.Namespace).List(context.Background(), metav1.ListOptions{})
			if err != nil {
				return err
			}
			var got []string
			for _, d := range list.Items {
				version := ""
				for _, e := range d.Spec.Template.Spec.Containers[0].Env {
					if e.Name == "VERSION" {
						version = e.Value
					}
				}
				got = append(got, fmt.Sprintf("%s %d of %s", d.Name, *d.Spec.Replicas, version))
			}
			if s := strings.Join(got, ", "); s != want {
				return fmt.Errorf("there are %s, want %s", s, want)
			}
			return nil
		}
	}
	both := func(w *faulttest.World, _ history.Mark, _ int) {
		complete(w, "web", 1)
		complete(w, "web-canary", 1)
	}
	for want, f := range map[string]faults.Canary{
		"web 9 of v1, web-canary 1 of v2":  {Changes: []workloads.Change{web.Version("v2")}, New: 1, Of: 10},
		"web 5 of v1, web-canary 5 of v1":  {New: 5, Of: 10},
		"web 0 of v1, web-canary 10 of v1": {New: 10, Of: 10},
	} {
		faulttest.Check(t, f, faulttest.Case{App: web.App(web.Replicas(10), web.Canary()), Sees: both, Broken: tracks(want)})
	}
}

func TestCanaryOfAnAppWithoutOne(t *testing.T) {
	w := faulttest.NewWorld(web.App())
	if err := (faults.Canary{New: 1, Of: 3}).Inject(t.Context(), w.Site()); err == nil || !strings.Contains(err.Error(), "no canary") {
		t.Errorf("got %v", err)
	}
}
