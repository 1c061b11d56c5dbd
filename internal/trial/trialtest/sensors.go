package trialtest

import (
	"context"
	"fmt"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// sensor is the observer of everything in a world. What it sees the world writes
// down itself; the observer only is there, and can be made to fail.
type sensor struct {
	world *World
	early func() // before ready; nil: nothing
	late  func(ctx context.Context) error
}

// Name is the source that goes blind with it.
func (s *sensor) Name() string { return history.SourcePod }

// Observe is ready at once and stays until ctx ends, unless it was told otherwise.
func (s *sensor) Observe(ctx context.Context, _ *history.Recorder, ready func()) error {
	s.world.present(1)
	defer s.world.present(-1)
	if s.early != nil {
		s.early()
	}
	ready()
	if s.late != nil {
		return s.late(ctx)
	}
	<-ctx.Done()
	return nil
}

func (w *World) present(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.observers += n
}

// appear brings the pods up, and has the sensors see it.
func (w *World) appear() {
	now := w.rec.Clock().Now()
	w.mu.Lock()
	for n, p := range w.pods {
		routed := now
		if n > 0 {
			routed += w.RoutedLate
		}
		p.good, p.routed = timeline{{now, true}}, timeline{{routed, true}}
	}
	w.mu.Unlock()
	w.counts(now)
	for _, p := range w.pods {
		attrs := history.Attrs{history.AttrUID: "u-" + p.name, history.AttrNode: "w1", history.AttrOwner: owner, history.AttrHash: hash}
		w.rec.State(history.Interval{Source: history.SourcePod, Subject: p.name, State: "Running", From: now, Attrs: attrs})
		w.rec.State(history.Interval{Source: history.SourceContainer, Subject: p.name + "/web", State: "running", From: now,
			Attrs: history.Attrs{history.AttrUID: "u-" + p.name, history.AttrRestarts: "0"}})
		w.report(p, now, true)
	}
}

// report writes down that a pod is ready from now on, or is not.
func (w *World) report(p *pod, now time.Duration, ready bool) {
	condition, endpoint := "True", "ready"
	if !ready {
		condition, endpoint = "False", "notready"
	}
	uid := history.Attrs{history.AttrUID: "u-" + p.name}
	w.rec.State(history.Interval{Source: history.SourceReady, Subject: p.name, State: condition, From: now, Attrs: uid})
	w.rec.State(history.Interval{Source: history.SourceEndpoint, Subject: p.name, State: endpoint, From: now,
		Attrs: history.Attrs{history.AttrUID: "u-" + p.name, history.AttrService: service}})
}

// counts writes down what the controllers count.
func (w *World) counts(now time.Duration) {
	w.mu.Lock()
	all, good := len(w.pods), 0
	for _, p := range w.pods {
		if p.good.on(now) {
			good++
		}
	}
	w.mu.Unlock()
	for subject, uid := range map[string]string{"Deployment/web": "u-web", owner: "u-rs"} {
		attrs := history.Attrs{
			history.AttrUID: uid, history.AttrDesired: fmt.Sprint(all), history.AttrReplicas: fmt.Sprint(all), history.AttrUpdated: fmt.Sprint(all),
			history.AttrReadyCount: fmt.Sprint(good), history.AttrAvailable: fmt.Sprint(good), history.AttrRevision: "1",
			"generation": "1", "observed": "1",
		}
		if subject == owner {
			attrs[history.AttrHash], attrs[history.AttrOwner] = hash, "Deployment/web"
		}
		w.rec.State(history.Interval{Source: history.SourceReplicas, Subject: subject, State: fmt.Sprintf("%d/%d", good, all), From: now, Attrs: attrs})
	}
}
