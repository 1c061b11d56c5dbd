package faults_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestContainerKill(t *testing.T) {
	got := func(want ...string) func(w *faulttest.World) error {
		return func(w *faulttest.World) error {
			for _, signal := range want {
				if !strings.Contains(w.Nodes.Signals(), signal) {
					return fmt.Errorf("signals %q, want %q", w.Nodes.Signals(), signal)
				}
			}
			return nil
		}
	}
	started := func(w *faulttest.World) {
		for _, pod := range w.Pods() {
			w.Record.State(history.Interval{Source: history.SourceContainer, Subject: pod + "/web", State: "running", Attrs: history.Attrs{history.AttrRestarts: "0"}})
		}
	}
	faulttest.Check(t, faults.ContainerKill{}, faulttest.Case{App: web.App(web.Replicas(1)), Before: started,
		Sees: state(history.SourceContainer, "/web", "terminated", nil), Broken: got("KILL to web-1-a/web on worker")})
	// A restart that was too quick for anybody to see the end shows by its count.
	again := state(history.SourceContainer, "/web", "running", history.Attrs{history.AttrRestarts: "1"})
	faulttest.Check(t, faults.ContainerKill{Signal: "SEGV", Choose: faults.AllPods}, faulttest.Case{Before: started,
		Sees: again, Broken: got("SEGV to web-1-a/web on worker", "SEGV to web-1-b/web on worker2")})
	// The other container of the pod is not the one.
	sidecar := faults.ContainerKill{Container: web.SidecarName}
	app := web.App(web.Replicas(1), web.WithSidecar())
	faulttest.Check(t, sidecar, faulttest.Case{App: app, Before: started, Sees: state(history.SourceContainer, "/sidecar", "terminated", nil),
		Broken: got("KILL to web-1-a/sidecar on worker")})
	faulttest.Unseen(t, sidecar, faulttest.Case{App: app, Before: started})
}

// On a node whose runtime is stopped nobody but the node's own processes tell.
func TestContainerKillBeneath(t *testing.T) {
	f := faults.Then(faults.ContainerdStop(nil), faults.ContainerKill{Choose: faults.OneOf("server"), Beneath: true})
	c := inNode("containerd", func(n *faulttest.Nodes, node string) bool { return n.Stopped(node, "containerd.service") })
	broken, down := c.Broken, c.Sees
	c.Sees = func(w *faulttest.World, deed history.Mark, n int) {
		if n == 1 {
			down(w, deed, n)
			return
		}
		w.Nodes.EndProcesses()
	}
	c.Broken = all(broken, func(w *faulttest.World) error {
		if !strings.Contains(w.Nodes.Signals(), "KILL to web-1-") {
			return fmt.Errorf("signals %q", w.Nodes.Signals())
		}
		return nil
	})
	faulttest.Check(t, f, c)
}

func TestContainerKillNeedsTheContainer(t *testing.T) {
	w := faulttest.NewWorld(web.App())
	err := faults.ContainerKill{Container: "nobody"}.Inject(t.Context(), w.Site())
	if err == nil || !strings.Contains(err.Error(), "has no container nobody") {
		t.Errorf("%v", err)
	}
}
