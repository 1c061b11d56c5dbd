package run

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/internal/observe"
	"github.com/seatrial/seatrial/internal/trial/kube"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

func TestOnlyAPlaceThatOthersOutliveIsLeftEarly(t *testing.T) {
	var items []Item
	for _, place := range []string{"fast", "small-disk", "fast", "small-disk"} {
		items = append(items, Item{In: kindconfigs.Place{Name: place}})
	}
	var l left
	l.count(items)
	for n, step := range []struct {
		place string
		last  bool
	}{{"small-disk", false}, {"fast", false}, {"small-disk", true}, {"fast", false}} {
		if got := l.ended(step.place); got != step.last {
			t.Errorf("end %d, of %s: left early %t", n, step.place, got)
		}
	}
}

// A cluster that is to be kept, or is not ours to delete, stays.
func TestVacateKeepsWhatIsToBeKept(t *testing.T) {
	for name, change := range map[string]func(*session, *place){
		"kept":           func(s *session, _ *place) { s.Keep = true },
		"kept if failed": func(s *session, _ *place) { s.KeepFailed = true },
		"somebody's":     func(_ *session, p *place) { p.step = "" },
	} {
		s, view := bareSession(t)
		ready := make(chan struct{})
		close(ready)
		p := &place{step: "1", ready: ready, ours: onRecord(t, `{"name":"dev"}`)}
		s.clusters = map[string]*place{"fast": p}
		change(s, p)
		s.left.trials = map[string]int{"fast": 1, "zones": 1}
		s.vacate(t.Context(), "fast")
		if p.left || len(view.worked) > 0 {
			t.Errorf("%s: it was left", name)
		}
	}
}

// onRecord is a cluster of ours of which there is a record, and no machine.
func onRecord(t *testing.T, record string) *cluster.Cluster {
	t.Helper()
	t.Setenv("SEATRIAL_STATE", t.TempDir())
	dir := filepath.Join(host.StateDir(), "clusters", "dev")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "cluster.json"), []byte(record), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := cluster.Attach("dev")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// nobodys is a feed of no nodes.
func nobodys(t *testing.T) *observe.Feed {
	t.Helper()
	f, err := observe.NewFeed(t.Context(), observe.Runtime, func(context.Context, string, ...string) (io.ReadCloser, error) { return nil, io.EOF })
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Whether anything left the network of a cluster that is deleted early is asked but once:
// the run is not green if nobody could tell.
func TestVacateTellsWhatLeft(t *testing.T) {
	s, _ := bareSession(t)
	c := onRecord(t, `{"name":"dev"}`)
	t.Setenv("PATH", t.TempDir()) // nothing to ask it with
	j, err := journal.Create(t.TempDir(), "r", journal.Info{})
	if err != nil {
		t.Fatal(err)
	}
	s.journal = j
	ready := make(chan struct{})
	close(ready)
	s.clusters = map[string]*place{"fast": {ours: c, step: "1", ready: ready, cluster: &kube.Cluster{Feed: nobodys(t), Routes: nobodys(t)}}}
	s.left.trials = map[string]int{"fast": 1, "zones": 1}
	s.room.slow = true
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	var still int // measured when the cluster was asked
	measured := s.lockstep.measure(ctx)
	context.AfterFunc(ctx, func() {
		s.mu.Lock()
		still = len(s.failed)
		s.mu.Unlock()
		measured()
	})
	s.vacate(t.Context(), "fast")
	if ctx.Err() == nil || still > 0 {
		t.Error("it is deleted beside a trial that is measured")
	}
	if err := s.broken(); err == nil || !strings.Contains(err.Error(), "not found in $PATH") {
		t.Errorf("%v, want that nobody could be asked", err)
	}
}

// A run that asks for another version than its cluster's is wrong, not silently of that one.
func TestAttachToAnotherVersion(t *testing.T) {
	s, _ := bareSession(t)
	onRecord(t, `{"name":"dev","place":"fast","version":"v1.36.3"}`)
	s.Cluster, s.Version = "dev", "v1.37.1"
	err := s.attach(t.Context(), []kindconfigs.Place{{Name: "fast"}})
	if err == nil || err.Error() != "cluster dev is of Kubernetes v1.36.3, and --version asks for v1.37.1" {
		t.Error(err)
	}
}
