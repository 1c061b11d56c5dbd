package faults

import (
	"context"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// Hang has whoever asks the app, probes included, wait for d. Then all of them are
// answered, by the same process: unlike a deadlock it ends by itself.
func Hang(choose Choice, d time.Duration) Fault { return hang{choose, d} }

type hang struct {
	choose Choice
	d      time.Duration
}

func (hang) Card() Card {
	return Card{
		Name:     "app/hang",
		Breaks:   "whoever asks the app waits, probes included, longer than they are willing to",
		ShowsAs:  "connections are accepted and not answered for a while; probes time out",
		UndoneBy: "its app is told to go on; it ends by itself, too",
		Look:     "kubectl get events --watch --field-selector reason=Unhealthy",
	}
}

func (hang) Needs() []kindconfigs.Trait { return nil }

// impatience is how long a look at what hangs is kept up.
const impatience = 500 * time.Millisecond

func (f hang) Inject(ctx context.Context, s *Site) error {
	targets, err := s.turn(ctx, f.choose, "hang for "+f.d.String()+" in", workloads.KnobHang, f.d.String(), "0s")
	if err != nil {
		return err
	}
	for _, pod := range targets {
		s.glance(ctx, pod, web.Live)
	}
	return s.UntilApp(ctx, targets, history.AppProbe, history.AttrPath, web.Live, history.AttrCode, history.CodeNone)
}

// glance is Look for so long that whoever is well has answered.
func (s *Site) glance(ctx context.Context, pod, path string) {
	ctx, cancel := context.WithTimeout(ctx, impatience)
	defer cancel()
	s.Look(ctx, pod, path)
}
