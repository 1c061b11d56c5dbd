package nodeimage

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// fakeDocker puts a docker command first in PATH that runs the given lines. It
// notes its arguments in the file that is returned.
func fakeDocker(t *testing.T, script string) (calls func() string) {
	t.Helper()
	dir := t.TempDir()
	log := filepath.Join(dir, "calls")
	if err := os.WriteFile(filepath.Join(dir, "docker"), []byte("#!/bin/sh\necho \"$*\" >> "+log+"\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return func() string { b, _ := os.ReadFile(log); return string(b) }
}

func TestEnsureTakesWhatDockerHas(t *testing.T) {
	fakeDocker(t, `case "$*" in *kindest/node:v1.36.3) echo sha256:1 100;; *) exit 1;; esac`)
	im, err := Ensure(t.Context(), "", Options{Dir: t.TempDir()})
	if err != nil || im.Source != SourceRegistry || im.ID != "sha256:1" || im.Size != 100 || im.Version != DefaultVersion {
		t.Errorf("got %+v, %v", im, err)
	}
}

func TestEnsureTakesWhatIsBuilt(t *testing.T) {
	calls := fakeDocker(t, `case "$*" in *localhost/seatrial-node:v1.37.1-*) echo sha256:2 200;; *) exit 1;; esac`)
	im, err := Ensure(t.Context(), "v1.37.1", Options{Dir: t.TempDir()})
	if err != nil || im.Source != SourceBuilt || !strings.HasPrefix(im.Ref, "localhost/seatrial-node:v1.37.1-") {
		t.Errorf("got %+v, %v", im, err)
	}
	if strings.Contains(calls(), "pull") {
		t.Errorf("a cached image needed the network: %s", calls())
	}
}

func TestEnsureUnknownVersion(t *testing.T) {
	if _, err := Ensure(t.Context(), "v9", Options{}); err == nil || !strings.Contains(err.Error(), "v1.37.1") {
		t.Errorf("got %v", err)
	}
}

func TestRegistryIsAskedOnceInAWhile(t *testing.T) {
	asked, status := 0, http.StatusServiceUnavailable
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(status)
	}))
	defer server.Close()
	image := strings.TrimPrefix(server.URL, "http://") + "/kindest/node:v1"
	w := &workshop{dir: t.TempDir()}
	if err := w.askRegistry(t.Context(), image); err == nil || errors.Is(err, errSilent) {
		t.Errorf("first: got %v", err)
	}
	if err := w.askRegistry(t.Context(), image); !errors.Is(err, errSilent) || asked != 1 {
		t.Errorf("second: got %v after %d questions", err, asked)
	}
	status = http.StatusUnauthorized // what a registry answers to those without a token
	w.rebuild = true
	if err := w.askRegistry(t.Context(), image); err != nil || asked != 2 {
		t.Errorf("a rebuild asks again: got %v after %d questions", err, asked)
	}
	w.rebuild = false
	old := time.Now().Add(-2 * silentFor)
	if err := os.Chtimes(filepath.Join(w.dir, "registry-silent"), old, old); err != nil {
		t.Fatal(err)
	}
	if err := w.askRegistry(t.Context(), image); err != nil {
		t.Errorf("later: got %v", err)
	}
}

func TestSourceRegistryDoesNotBuild(t *testing.T) {
	fakeDocker(t, "exit 1")
	dir := t.TempDir()
	put(t, dir, "registry-silent")
	if _, err := Ensure(t.Context(), "", Options{Dir: dir, Source: SourceRegistry}); !errors.Is(err, errSilent) {
		t.Errorf("got %v", err)
	}
}

func TestVersionOf(t *testing.T) {
	for ref, want := range map[string][2]string{
		"localhost/seatrial-node:v1.36.3-0123456789ab": {"v1.36.3", SourceBuilt},
		"kindest/node:v1.36.3":                         {"v1.36.3", SourceRegistry},
	} {
		if v, s := versionOf(ref); v != want[0] || s != want[1] {
			t.Errorf("%s -> %s, %s", ref, v, s)
		}
	}
}

// pruneDocker has an old image, one that runs, and a published one.
const pruneDocker = `case "$*" in
"image ls"*seatrial-node) echo localhost/seatrial-node:v1.36.3-old; echo localhost/seatrial-node:v1.35.0-run;;
"image ls"*kindest/node) echo kindest/node:v1.36.3;;
"image inspect"*) echo sha256:1 100;;
"ps "*v1.35.0-run) echo c0ffee;;
esac`

func TestPrune(t *testing.T) {
	calls := fakeDocker(t, pruneDocker)
	dir := t.TempDir()
	w := newWorkshop(Options{Dir: dir})
	if err := w.findGo(t.Context()); err != nil {
		t.Skip(err)
	}
	current := pauseName + "-" + recipes[0].pauseDigest()
	put(t, w.goCache(), "00/x")
	put(t, w.components(), current+"/pause", "kubernetes-v1.30.0-old/kubelet")

	dry, err := Prune(t.Context(), PruneOptions{Dir: dir, DryRun: true})
	if err != nil || !slices.Equal(dry.Images, []string{"localhost/seatrial-node:v1.36.3-old"}) || len(dry.Folders) != 2 || dry.Freed != 4 {
		t.Errorf("dry run: %+v, %v", dry, err)
	}
	if !exists(w.goCache()) || strings.Contains(calls(), "image rm") {
		t.Error("a dry run removed something")
	}
	did, err := Prune(t.Context(), PruneOptions{Dir: dir})
	if err != nil || !slices.Equal(did.Images, dry.Images) || !slices.Equal(did.Folders, dry.Folders) {
		t.Errorf("%+v, %v; the dry run said %+v", did, err, dry)
	}
	if exists(w.goCache()) || !exists(filepath.Join(w.components(), current)) || !strings.Contains(calls(), "image rm localhost/seatrial-node:v1.36.3-old") {
		t.Errorf("wrong things are gone: %s", calls())
	}
	all, err := Prune(t.Context(), PruneOptions{Dir: dir, All: true})
	if err != nil || slices.Contains(all.Images, "localhost/seatrial-node:v1.35.0-run") || !slices.Contains(all.Images, "kindest/node:v1.36.3") || exists(filepath.Join(w.components(), current)) {
		t.Errorf("all: %+v, %v", all, err)
	}
}

func TestListMarksWhatIsUsed(t *testing.T) {
	fakeDocker(t, pruneDocker)
	listed, err := List(t.Context(), t.TempDir())
	if err != nil || len(listed) != 3 {
		t.Fatalf("got %+v, %v", listed, err)
	}
	for _, l := range listed {
		if l.InUse != (l.Ref == "localhost/seatrial-node:v1.35.0-run") || l.Current != (l.Ref == "kindest/node:v1.36.3") {
			t.Errorf("%+v", l)
		}
	}
}
