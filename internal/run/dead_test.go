package run

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/journal"
)

// A daemon is wanted where clusters are on record, and only there; what dead runs left is
// undone in any case, the cluster first.
func TestRecoverDeadWantsDockerForClusters(t *testing.T) {
	t.Setenv("SEATRIAL_STATE", t.TempDir())
	t.Setenv("DOCKER_HOST", "unix://"+filepath.Join(t.TempDir(), "nobody.sock"))
	if cluster.Unreached(t.Context()) {
		t.Error("nothing is on record, and a daemon is wanted")
	}
	if out, err := RecoverDead(t.Context(), nil, nil); err != nil || len(out) > 0 {
		t.Errorf("nothing was left: %+v, %v", out, err)
	}
	if err := os.MkdirAll(filepath.Join(host.StateDir(), "clusters", "dev"), 0o755); err != nil {
		t.Fatal(err)
	}
	if !cluster.Unreached(t.Context()) {
		t.Error("a cluster is on record, and no daemon is wanted")
	}
	var shown []string
	progress := func(s host.Step) {
		if s.Done {
			shown = append(shown, s.Name)
		}
	}
	died(t, journal.Step{Kind: cluster.KindDelete, Says: "delete cluster c"}, journal.Step{Kind: "inside", Says: "delete namespace n"})
	done := func(context.Context, map[string]string) error { return nil }
	out, err := RecoverDead(t.Context(), journal.Undoers{cluster.KindDelete: done, "inside": done}, progress)
	if err == nil || !strings.Contains(err.Error(), "DOCKER_HOST") {
		t.Errorf("%v, want that the daemon does not answer", err)
	}
	if len(out) != 1 || out[0].Fate != journal.Recovered {
		t.Errorf("%+v", out)
	}
	if got := strings.Join(shown, ", "); got != "undo: delete cluster c, undo: delete namespace n" {
		t.Errorf("shown: %s", got)
	}
}

// died leaves the journal of a dead run with those steps: a copy, for the lock of one that
// was made here is ours.
func died(t *testing.T, steps ...journal.Step) {
	t.Helper()
	j, err := journal.Create(t.TempDir(), "dead", journal.Info{Command: "seatrial run"})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		if _, err := j.Add(s); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(j.Path())
	if err == nil {
		err = os.MkdirAll(JournalDir(), 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(JournalDir(), filepath.Base(j.Path())), b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = j.Close()
}
