package nodeimage

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

func textImage(t *testing.T, text string) v1.Image {
	t.Helper()
	img, err := fileImage([]string{"/bin/x"}, fileEntry{Path: "bin/x", Content: text}, fileEntry{Path: "etc/a/b", Link: "/bin/x"})
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// entries reads a tar archive into memory, in order.
func entries(t *testing.T, r io.Reader) (names []string, content map[string][]byte) {
	t.Helper()
	content = map[string][]byte{}
	for tr := tar.NewReader(r); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return names, content
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
		if content[h.Name], err = io.ReadAll(tr); err != nil {
			t.Fatal(err)
		}
	}
}

// TestArchiveNames: kind takes the names from the first of "repositories" and
// manifest.json that it meets, so the first must list all, claimed ones too.
func TestArchiveNames(t *testing.T) {
	var b bytes.Buffer
	images := []namedImage{{"registry.k8s.io/one:v1", textImage(t, "1")}, {"docker.io/kindest/two:v2", textImage(t, "2")}}
	if err := writeArchive(&b, images, "docker.io/kindest/never-run:v3"); err != nil {
		t.Fatal(err)
	}
	names, content := entries(t, &b)
	if names[0] != "repositories" || names[len(names)-1] != "manifest.json" {
		t.Errorf("order is %v", names)
	}
	var repos map[string]map[string]string
	if err := json.Unmarshal(content["repositories"], &repos); err != nil {
		t.Fatal(err)
	}
	for repo, tag := range map[string]string{"registry.k8s.io/one": "v1", "docker.io/kindest/two": "v2", "docker.io/kindest/never-run": "v3"} {
		if _, ok := repos[repo][tag]; !ok {
			t.Errorf("%s:%s is not listed: %v", repo, tag, repos)
		}
	}
	if strings.Contains(string(content["manifest.json"]), "never-run") {
		t.Error("an image is announced that is not in the archive")
	}
}

func TestArchiveReadsBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.tar")
	same := textImage(t, "same")
	if err := writeArchiveFile(path, []namedImage{{"localhost/a:1", same}, {"localhost/b:1", same}, {"localhost/c:1", textImage(t, "other")}}); err != nil {
		t.Fatal(err)
	}
	tag, err := name.NewTag("localhost/c:1")
	if err != nil {
		t.Fatal(err)
	}
	img, err := tarball.ImageFromPath(path, &tag)
	if err != nil {
		t.Fatal(err)
	}
	config, err := img.ConfigFile()
	if err != nil || config.OS != "linux" || config.Config.Entrypoint[0] != "/bin/x" {
		t.Errorf("config %+v, %v", config, err)
	}
	layers, err := img.Layers()
	if err != nil || len(layers) != 1 {
		t.Fatalf("%d layers, %v", len(layers), err)
	}
	rc, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer rc.Close()
	names, content := entries(t, rc)
	if string(content["bin/x"]) != "other" || strings.Join(names, " ") != "bin/ bin/x etc/ etc/a/ etc/a/b" {
		t.Errorf("layer has %v", names)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if all, _ := entries(t, f); len(all) != 2+2*1+3 { // two lists, two layers once each, a configuration per image
		t.Errorf("a shared layer was written twice: %v", all)
	}
}

func TestSameContentSameDigest(t *testing.T) {
	a, err := textImage(t, "x").Digest()
	if err != nil {
		t.Fatal(err)
	}
	b, err := textImage(t, "x").Digest()
	if err != nil || a != b {
		t.Errorf("%s and %s, %v", a, b, err)
	}
}

func TestFileImageSaysWhatIsMissing(t *testing.T) {
	_, err := fileImage(nil, fileEntry{Path: "x", Source: "/no/such/file"})
	if err == nil || !strings.Contains(err.Error(), "/no/such/file") {
		t.Errorf("got %v", err)
	}
}

func TestSplitRef(t *testing.T) {
	for ref, want := range map[string][2]string{
		"registry.k8s.io/coredns/coredns:v1": {"registry.k8s.io/coredns/coredns", "v1"},
		"localhost:5000/a/b:v1":              {"localhost:5000/a/b", "v1"},
		"localhost:5000/a":                   {"localhost:5000/a", "latest"},
		"a":                                  {"a", "latest"},
	} {
		if repo, tag := splitRef(ref); repo != want[0] || tag != want[1] {
			t.Errorf("%s -> %s, %s", ref, repo, tag)
		}
	}
}

func TestShellImage(t *testing.T) {
	busybox := filepath.Join(t.TempDir(), "busybox")
	if err := os.WriteFile(busybox, []byte("b"), 0o755); err != nil {
		t.Fatal(err)
	}
	img, err := shellImage(busybox)
	if err != nil {
		t.Fatal(err)
	}
	layers, _ := img.Layers()
	rc, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer rc.Close()
	_, content := entries(t, rc)
	for _, need := range []string{"bin/sh", "bin/mkdir", "bin/rm"} { // the storage manifest's scripts use these
		if _, ok := content[need]; !ok {
			t.Errorf("no %s", need)
		}
	}
}
