package faults

import (
	"context"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// FailBusiness has the app answer 500 to everything but its probes, until that is undone.
func FailBusiness(choose Choice) Fault { return failBusiness{choose} }

type failBusiness struct{ choose Choice }

func (failBusiness) Card() Card {
	return Card{
		Name:     "app/fail-business",
		Breaks:   "every business answer is 500; the probes' endpoints answer as before",
		ShowsAs:  "callers get errors from a pod that is Running and Ready, unless a probe asks for business",
		UndoneBy: "business is answered again",
		Look:     "kubectl get pods; kubectl get endpointslices",
	}
}

func (failBusiness) Needs() []kindconfigs.Trait { return nil }

func (f failBusiness) Inject(ctx context.Context, s *Site) error {
	targets, err := s.turn(ctx, f.choose, "fail the business of", workloads.KnobFailBusiness, "true", "false")
	if err != nil {
		return err
	}
	for _, pod := range targets {
		s.Look(ctx, pod, web.Business)
	}
	return s.UntilApp(ctx, targets, history.AppSpoilt)
}
