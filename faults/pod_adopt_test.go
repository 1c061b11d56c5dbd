package faults_test

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestAdopt(t *testing.T) {
	faulttest.Check(t, faults.Adopt(), faulttest.Case{Before: running,
		Sees: state(history.SourcePod, "", "Pending", nil), Broken: labelled(appsv1.DefaultDeploymentUniqueLabelKey, "1", 4)})
}

func TestAdoptNeedsADeployment(t *testing.T) {
	w := faulttest.NewWorld(web.App(web.Bare()))
	if err := faults.Adopt().Inject(t.Context(), w.Site()); err == nil || !strings.Contains(err.Error(), "no deployment") {
		t.Errorf("%v", err)
	}
}
