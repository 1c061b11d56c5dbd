package faults

import (
	"context"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// ReadinessFile removes the file that an exec readiness probe looks for. The app
// itself goes on answering as well as before. Its undo puts the file back.
func ReadinessFile(choose Choice) Fault { return readinessFile{choose} }

type readinessFile struct{ choose Choice }

func (readinessFile) Card() Card {
	return Card{
		Name:     "app/readiness-file",
		Breaks:   "the file that the readiness probe looks for is removed",
		ShowsAs:  "the pod is not ready and leaves the EndpointSlice; it is not restarted",
		UndoneBy: "the file is put back",
		Look:     "kubectl get endpointslices -o yaml --watch",
	}
}

func (readinessFile) Needs() []kindconfigs.Trait { return nil }

func (f readinessFile) Inject(ctx context.Context, s *Site) error {
	targets, err := s.turn(ctx, f.choose, "remove the ready file of", workloads.KnobReadyFile, "false", "true")
	if err != nil {
		return err
	}
	for _, pod := range targets {
		s.Look(ctx, pod, web.FileThere)
	}
	return s.UntilApp(ctx, targets, history.AppProbe, history.AttrPath, web.FileThere, history.AttrCode, "404")
}
