package workloads_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/seatrial/seatrial/workloads"
)

func hello(source string, tags ...string) workloads.Image {
	return workloads.Image{Name: "hello", Tags: tags, Source: fstest.MapFS{
		"main.go":      {Data: []byte(source)},
		"main_test.go": {Data: []byte("not even Go")},
	}}
}

const helloSource = "package main\n\nfunc main() { println(\"hello\") }\n"

func TestRefFollowsTheSources(t *testing.T) {
	ref := hello(helloSource).Ref()
	if !strings.HasPrefix(ref, "seatrial.local/hello:") || len(ref) != len("seatrial.local/hello:")+12 {
		t.Errorf("ref %s", ref)
	}
	if again := hello(helloSource).Ref(); again != ref {
		t.Errorf("same sources, other ref: %s, %s", ref, again)
	}
	if other := hello(helloSource + "// changed\n").Ref(); other == ref {
		t.Error("other sources, same ref")
	}
}

func TestBuild(t *testing.T) {
	cache := t.TempDir()
	image := hello(helloSource, "v1", "v2")
	built, err := image.Build(context.Background(), cache)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{image.Ref(), "seatrial.local/hello:v1", "seatrial.local/hello:v2"}; built.Ref != want[0] || !slices.Equal(built.Refs, want) || !strings.HasPrefix(built.Digest, "sha256:") {
		t.Errorf("got %+v", built)
	}
	ids := map[string]bool{}
	for n, env := range []string{"", "VERSION=v1", "VERSION=v2"} {
		ids[checkArchive(t, built, built.Refs[n], env)] = true
	}
	if len(ids) != 3 || !ids[built.Digest] {
		t.Errorf("three images with contents of their own, one of them %s: got %v", built.Digest, ids)
	}

	first, err := os.ReadFile(built.Path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := image.Build(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if second, _ := os.ReadFile(again.Path); !bytes.Equal(first, second) {
		t.Error("the same sources gave other bytes")
	}
	if left, _ := filepath.Glob(filepath.Join(cache, ".build-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}

	t.Setenv("PATH", "") // what is in the cache needs no Go
	if cached, err := image.Build(context.Background(), cache); err != nil || cached.Digest != built.Digest {
		t.Errorf("from the cache: %+v, %v", cached, err)
	}
	if err := os.WriteFile(built.Path, first[:len(first)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := image.Build(context.Background(), cache); err == nil {
		t.Error("half an archive was taken for an image")
	}
}

// checkArchive reads one of the images in the archive as containerd does, and
// returns its ID.
func checkArchive(t *testing.T, built workloads.Built, ref, env string) string {
	t.Helper()
	manifest, err := tarball.LoadManifest(func() (io.ReadCloser, error) { return os.Open(built.Path) })
	if err != nil || len(manifest) != len(built.Refs) {
		t.Fatalf("manifest %+v, %v", manifest, err)
	}
	tag, err := name.NewTag(ref)
	if err != nil {
		t.Fatal(err)
	}
	img, err := tarball.ImageFromPath(built.Path, &tag)
	if err != nil {
		t.Fatal(err)
	}
	config, err := img.ConfigFile()
	if err != nil || config.OS != "linux" || config.Architecture != runtime.GOARCH || !slices.Equal(config.Config.Entrypoint, []string{"/hello"}) || config.Config.User != "65532:65532" || config.Created.Unix() != 0 || strings.Join(config.Config.Env, " ") != env {
		t.Errorf("%s: configuration %+v, %v", ref, config, err)
	}
	files := map[string]int64{}
	content := mutate.Extract(img)
	defer func() { _ = content.Close() }()
	for r := tar.NewReader(content); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = h.Mode
	}
	for name, mode := range map[string]int64{"hello": 0o755, "tmp": 0o1777, "var/log/app": 0o1777} {
		got, ok := files[name]
		if !ok {
			got, ok = files[name+"/"]
		}
		if !ok || got != mode {
			t.Errorf("%s: want mode %o, got %o (there: %v)", name, mode, got, files)
		}
	}
	id, err := img.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

func TestBuildSaysWhatIsWrong(t *testing.T) {
	_, err := hello("package main\n\nfunc main() { nonsense() }\n").Build(context.Background(), t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "undefined: nonsense") || !strings.Contains(err.Error(), "$ go build") {
		t.Errorf("got %v", err)
	}
	_, err = hello("package main\n\nimport _ \"example.org/other\"\n\nfunc main() {}\n").Build(context.Background(), t.TempDir())
	if err == nil {
		t.Error("a module from elsewhere must not be found")
	}
	t.Setenv("PATH", "")
	_, err = hello(helloSource).Build(context.Background(), t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "https://go.dev/doc/install") {
		t.Errorf("without Go: %v", err)
	}
}
