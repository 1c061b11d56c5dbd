package cluster

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/journal"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

func fastOptions(t *testing.T) Options {
	t.Helper()
	p, err := kindconfigs.Find("fast")
	if err != nil {
		t.Fatal(err)
	}
	return Options{Name: "dev", Place: p, Image: "node:1"}
}

// nothingLeft checks that no folder is left. Docker's part is in the calls.
func nothingLeft(t *testing.T, f *fakeHost) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(clustersDir(), "dev")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the cluster's folder is left (%v)", err)
	}
	if !f.did("docker network rm seatrial-dev") {
		t.Errorf("the network was not removed; ran\n%s", strings.Join(f.calls, "\n"))
	}
}

func TestFailedCreationLeavesNothing(t *testing.T) {
	s, f := fake(t, map[string]answer{
		"docker info":                     {out: "2 2 24000000000"},
		"docker run":                      {out: "CapBnd:\t000001ffffffffff"},
		"docker network inspect":          {out: "172.20.0.0/16"},
		"iptables":                        {says: "iptables: No chain/target/match by that name."},
		"iptables --wait -t filter -v -S": {},
		"iptables --wait -t mangle -v -S": {},
	})
	o := fastOptions(t)
	var steps []journal.Step
	o.Journal = func(step journal.Step) error {
		if f.did("docker network create") {
			t.Error("something was made before its undo was journalled")
		}
		if r, err := loadRecord(filepath.Join(clustersDir(), "dev")); err != nil || r.Daemon != "2 2 24000000000" {
			t.Errorf("the record does not say which Docker has it: %+v, %v", r, err)
		}
		steps = append(steps, step)
		return nil
	}
	_, err := s.create(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), "create cluster dev: make a network without a way out:") {
		t.Errorf("error %v", err)
	}
	if len(steps) != 1 || steps[0].Kind != KindDelete || steps[0].Args["cluster"] != "dev" || steps[0].Args["id"] == "" {
		t.Errorf("journalled %+v", steps)
	}
	nothingLeft(t, f)
}

func TestInterruptedCreationLeavesNothing(t *testing.T) {
	s, f := fake(t, map[string]answer{"docker network inspect": {out: "172.20.0.0/16"}})
	ctx, cancel := context.WithCancelCause(t.Context())
	o := fastOptions(t)
	o.Journal = func(journal.Step) error { cancel(errors.New("interrupted")); return nil }
	if _, err := s.create(ctx, o); err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("error %v", err)
	}
	nothingLeft(t, f)
}

func TestJournalThatFailsStopsCreation(t *testing.T) {
	s, f := fake(t, nil)
	o := fastOptions(t)
	o.Journal = func(journal.Step) error { return errors.New("disk full") }
	if _, err := s.create(t.Context(), o); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("error %v", err)
	}
	if f.did("docker network create") || f.did("docker run") {
		t.Errorf("ran %q", f.calls)
	}
}

func TestNamesThatAreTaken(t *testing.T) {
	s, f := fake(t, map[string]answer{"docker ps": {out: "dev-control-plane\n"}})
	if _, err := s.create(t.Context(), fastOptions(t)); !errors.Is(err, ErrExists) {
		t.Errorf("a cluster of the user's own: %v", err)
	}
	f.answers = nil
	if err := os.MkdirAll(filepath.Join(clustersDir(), "dev"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := s.create(t.Context(), fastOptions(t)); !errors.Is(err, ErrExists) {
		t.Errorf("a cluster of ours: %v", err)
	}
	if f.did("docker rm") || f.did("docker network rm") {
		t.Errorf("somebody else's cluster was touched: %q", f.calls)
	}
	for _, name := range []string{"", "Dev", "../dev", "-dev", strings.Repeat("x", 41)} {
		o := fastOptions(t)
		o.Name = name
		if _, err := s.create(t.Context(), o); err == nil || errors.Is(err, ErrExists) {
			t.Errorf("name %q: %v", name, err)
		}
	}
}

// saved is a cluster of ours on disk.
func saved(t *testing.T, s shell, r record) *Cluster {
	t.Helper()
	dir := filepath.Join(clustersDir(), r.Name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := r.save(dir); err != nil {
		t.Fatal(err)
	}
	c, err := s.attach(r.Name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDeleteRemovesEverythingInOrder(t *testing.T) {
	s, f := fake(t, map[string]answer{
		"docker ps --all --quiet":         {out: "abc123\n"},
		"docker unpause":                  {says: "Container dev-worker is not paused"},
		"iptables --wait -t filter -v -S": {out: listedRules},
	})
	f.once = map[string]answer{"docker ps --all --filter": {out: "dev-worker\ndev-control-plane\n"}}
	c := saved(t, s, devRecord())
	if err := c.Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.inOrder(t, "docker unpause", "docker rm --force --volumes dev-worker dev-control-plane abc123", "docker network rm seatrial-dev", "iptables --wait -t filter -D DOCKER-USER")
	nothingLeft(t, f)
}

func TestDeleteOfWhatIsNotThereIsNoError(t *testing.T) {
	s, f := fake(t, map[string]answer{"docker ps --all --filter label=" + kindLabel + " ": {out: "dev kind\ndev kind\n"}})
	if err := s.delete(t.Context(), "dev"); err != nil {
		t.Fatal(err)
	}
	if f.did("docker rm") {
		t.Error("a kind cluster of the user's own was deleted")
	}
	if err := s.delete(t.Context(), "../../etc"); err == nil {
		t.Error("a path was taken for a name")
	}
}

func TestDeleteKeepsTheRecordWhileDockerIsGone(t *testing.T) {
	s, _ := fake(t, map[string]answer{"docker": {says: "Cannot connect to the Docker daemon at unix:///var/run/docker.sock."}})
	c := saved(t, s, devRecord())
	if err := c.Delete(t.Context()); !errors.Is(err, ErrNoDocker) {
		t.Errorf("error %v", err)
	}
	if _, err := s.attach("dev"); err != nil {
		t.Errorf("nobody can delete it any more: %v", err)
	}
}

func TestDeleteGoesOnUntilNothingComesAnyMore(t *testing.T) {
	s, f := fake(t, nil)
	f.once = map[string]answer{"docker network rm": {says: "error while removing network: seatrial-dev has active endpoints"}}
	c := saved(t, s, devRecord())
	if err := c.Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, f)
}

func TestUndoOfAnEarlierClusterSparesALaterOne(t *testing.T) {
	s, f := fake(t, nil)
	saved(t, s, devRecord())
	undo := s.undoers()[KindDelete]
	if err := undo(t.Context(), map[string]string{"cluster": "dev", "id": "another"}); err != nil || len(f.calls) > 0 {
		t.Errorf("%v, ran %q", err, f.calls)
	}
	if err := undo(t.Context(), deleteStep(devRecord()).Args); err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, f)
	if err := undo(t.Context(), deleteStep(devRecord()).Args); err != nil {
		t.Errorf("second time: %v", err)
	}
}

// A cluster that the user has made with kind under the name of one of ours, which they
// removed with kind, is theirs.
func TestDeleteSparesAnotherClusterOfThatName(t *testing.T) {
	s, f := fake(t, map[string]answer{
		"docker ps --all --filter label=" + kindLabel + "=dev": {out: "dev-control-plane kind\ndev-worker kind,other\n"},
	})
	r := devRecord()
	r.Volumes = []string{"0a1b", "2c3d"}
	c := saved(t, s, r)
	if infos, err := s.list(t.Context()); err != nil || infos[0].State != StateGone {
		t.Errorf("%+v, %v", infos, err)
	}
	if err := c.Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f.did("docker rm") {
		t.Errorf("ran %q", f.calls)
	}
	f.inOrder(t, "docker network rm seatrial-dev", "docker volume rm --force 0a1b 2c3d")
	nothingLeft(t, f)
}

// What another Docker has is not deleted here, nor taken for gone.
func TestClusterOfAnotherDocker(t *testing.T) {
	s, f := fake(t, map[string]answer{"docker info --format {{.ID}}": {out: "b\n"}})
	r := devRecord()
	r.Daemon, r.Expires = "a", time.Now().Add(-time.Hour)
	c := saved(t, s, r)
	if err := c.Delete(t.Context()); err == nil || !strings.Contains(err.Error(), "another Docker has it, a, and this one is b") {
		t.Errorf("error %v", err)
	}
	if left, err := s.leftovers(t.Context(), time.Now()); err != nil || len(left) > 0 {
		t.Errorf("left over: %+v, %v", left, err)
	}
	if infos, err := s.list(t.Context()); err != nil || infos[0].State != StateElsewhere {
		t.Errorf("%+v, %v", infos, err)
	}
	if f.did("docker network rm") || f.did("iptables") {
		t.Errorf("ran %q", f.calls)
	}
	f.answers["docker info --format {{.ID}}"] = answer{out: "a\n"}
	if err := c.Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, f)
}

// Without a record the network's label tells whether its time is over.
func TestLeftoversByTheLabel(t *testing.T) {
	s, _ := fake(t, map[string]answer{"docker network ls": {out: "old 2026-09-01T09:00:00Z\nnew 2026-09-01T11:00:00Z\nodd \n"}})
	left, err := s.leftovers(t.Context(), time.Date(2026, 9, 1, 10, 0, 0, 0, time.UTC))
	if err != nil || len(left) != 3 {
		t.Fatalf("%+v, %v", left, err)
	}
	for _, l := range left {
		if l.Due != (l.Cluster == "old") {
			t.Errorf("%+v", l)
		}
	}
}

func TestGone(t *testing.T) {
	s, _ := fake(t, nil)
	c := saved(t, s, devRecord())
	for path, want := range map[string]bool{
		c.Kubeconfig(): false, filepath.Join(clustersDir(), "none", kubeconfigFile): true, "/nowhere/kubeconfig": false,
	} {
		if got := Gone(path); got != want {
			t.Errorf("%s: gone %t", path, got)
		}
	}
}

func TestListAndLeftovers(t *testing.T) {
	s, _ := fake(t, map[string]answer{
		"docker ps --all --filter label=" + kindLabel + "=dev": {out: "dev-worker\ndev-control-plane\n"},
		"docker ps --all --filter label=" + kindLabel + " ":    {out: "dev seatrial-dev\nstray seatrial-stray\nmine kind\n"},
		"docker network ls": {out: "dev\nsunk\n"},
	})
	now := time.Date(2026, 9, 1, 10, 0, 0, 0, time.UTC)
	r := devRecord()
	r.Created, r.Expires = now, now.Add(time.Hour)
	saved(t, s, r)
	infos, err := s.list(t.Context())
	if err != nil || len(infos) != 1 || infos[0].State != StateReady || infos[0].Nodes[0] != "dev-control-plane" {
		t.Errorf("%+v, %v", infos, err)
	}
	c, err := s.attach("dev")
	if err != nil {
		t.Fatal(err)
	}
	if info := c.Info(); info.State != StateReady || info.Kubeconfig != infos[0].Kubeconfig || !slices.Contains(info.Nodes, "dev-worker") || !slices.IsSorted(info.Nodes) {
		t.Errorf("it says of itself %+v, the list %+v", info, infos[0])
	}
	for at, want := range map[time.Time]string{
		now:                    "stray: nobody has a record of it; sunk: nobody has a record of it",
		now.Add(2 * time.Hour): "dev: expired 2026-09-01T11:00:00Z; stray: nobody has a record of it; sunk: nobody has a record of it",
	} {
		left, err := s.leftovers(t.Context(), at)
		var got []string
		for _, l := range left {
			got = append(got, l.Cluster+": "+l.Why)
		}
		if err != nil || strings.Join(got, "; ") != want {
			t.Errorf("%s: %q, %v, want %q", at, got, err, want)
		}
	}
}

func TestLeftWhy(t *testing.T) {
	now := time.Now()
	fresh := Info{State: StateReady, Created: now, Expires: now.Add(time.Hour)}
	underWay, gone, damaged := fresh, fresh, Info{}
	underWay.State = StateGone // creation has only begun
	gone.State, gone.Created = StateGone, now.Add(-time.Hour)
	for i, c := range []struct {
		info Info
		left bool
	}{{fresh, false}, {underWay, false}, {gone, true}, {damaged, true}} {
		if why := leftWhy(c.info, now); (why != "") != c.left {
			t.Errorf("%d: %q, left over %v", i, why, c.left)
		}
	}
}
