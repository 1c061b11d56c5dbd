package faults_test

import (
	"strings"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

// What kubectl says is written down with its exit code, one that is not 0 as well.
func TestKubectl(t *testing.T) {
	w := faulttest.NewWorld(web.App())
	w.Kubectl = func(arguments ...string) (string, int) {
		return "error: previous terminated container not found\nexit early", len(arguments)
	}
	site := w.Site()
	if err := site.Deed("x", []string{"web-1-a"}, func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := faults.Kubectl("logs --previous POD").Inject(t.Context(), site); err != nil {
		t.Fatal(err)
	}
	said := w.Record.Snapshot()
	if len(said) != 1 || said[0].Source != history.SourceCommand || said[0].Subject != "kubectl logs --previous web-1-a" ||
		said[0].State != "3" || said[0].Detail != "error: previous terminated container not found\nexit early" || said[0].To == history.Open {
		t.Errorf("%+v", said)
	}
}

func TestKubectlThatCannotBeAsked(t *testing.T) {
	w := faulttest.NewWorld(web.App())
	if err := faults.Kubectl("get pods").Inject(t.Context(), w.Site()); err == nil || !strings.Contains(err.Error(), "ask kubectl get pods") {
		t.Errorf("there is no kubectl: %v", err)
	}
	if err := faults.Kubectl("logs POD").Inject(t.Context(), w.Site()); err == nil || !strings.Contains(err.Error(), "no deed came before") {
		t.Errorf("no deed came before: %v", err)
	}
}
