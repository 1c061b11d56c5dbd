package cluster

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// archive makes a docker archive and returns its path and its image's ID.
func archive(t *testing.T) (path, id string) {
	t.Helper()
	tag, err := name.NewTag("seatrial.local/web:1")
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "web.tar")
	if err := tarball.WriteToFile(path, tag, empty.Image); err != nil {
		t.Fatal(err)
	}
	digest, err := empty.Image.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	return path, digest.String()
}

func TestImagesAreLoadedOncePerNodeAndKept(t *testing.T) {
	path, id := archive(t)
	c, f := devCluster(t, map[string]answer{
		"docker exec -i dev-worker crictl inspecti":  {out: id + "\n"},
		"docker exec -i dev-worker2 crictl inspecti": {out: "sha256:another\n"}, // same name, other content
		"docker exec -i dev-control-plane crictl":    {says: "no such image"},
	})
	if err := c.LoadImage(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	for node, want := range map[string]bool{"dev-worker": false, "dev-worker2": true, "dev-control-plane": true} {
		if f.did("docker exec -i "+node+" ctr --namespace=k8s.io images import") != want {
			t.Errorf("%s: loaded %v, want %v", node, !want, want)
		}
	}
	kept := c.snapshot().Images
	if len(kept) != 1 {
		t.Fatalf("kept %v", kept)
	}
	if _, err := os.Stat(filepath.Join(c.dir, imagesDir, kept[0])); err != nil {
		t.Error(err)
	}
	if err := c.LoadImage(t.Context(), path); err != nil || len(c.snapshot().Images) != 1 {
		t.Errorf("kept %v, %v", c.snapshot().Images, err)
	}
}

func TestLoadOfNoArchiveIsAnError(t *testing.T) {
	c, _ := devCluster(t, nil)
	bad := filepath.Join(t.TempDir(), "bad.tar")
	if err := os.WriteFile(bad, []byte("no tar"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{bad, bad + "-missing"} {
		if err := c.LoadImage(t.Context(), path, "dev-worker"); err == nil {
			t.Errorf("%s was loaded", path)
		}
	}
}

func TestConfigID(t *testing.T) {
	for config, want := range map[string]string{
		"abc.json": "sha256:abc", "blobs/sha256/abc": "sha256:abc", "sha256:abc": "sha256:abc",
	} {
		if got := configID(config); got != want {
			t.Errorf("configID(%q) = %q, want %q", config, got, want)
		}
	}
}
