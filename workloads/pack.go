package workloads

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// user runs the server: 65532 is "nonroot" in the distroless images.
const user = "65532:65532"

// epoch is every time in an image, so that equal content gives equal bytes.
var epoch = time.Unix(0, 0).UTC()

// A variant is an image of the binary: its names, and the variables that are baked
// in ("VERSION=v1"), which a container's own environment overrides.
type variant struct {
	refs []string
	env  []string
}

// Pack makes an image of a static binary that exists, as docker archive: it is run
// as /NAME. refs are the names of the image.
func Pack(binary, name string, refs []string, archive string) error {
	if err := pack(binary, name, []variant{{refs: refs}}, archive); err != nil {
		return fmt.Errorf("make image %s: %w", refs[0], err)
	}
	return nil
}

// pack writes a docker archive of the variants, which share their one layer: the
// binary at /NAME and folders to write to. The same binary gives the same bytes:
// all times are fixed.
func pack(binary, app string, variants []variant, archive string) error {
	layer, err := layerOf(binary, app)
	if err != nil {
		return err
	}
	content, digest, err := compressed(layer)
	if err != nil {
		return err
	}
	entries := []entry{{name: digest + ".tar.gz", content: content}}
	var manifest tarball.Manifest
	for _, v := range variants {
		config, id, err := configOf(layer, app, v.env)
		if err != nil {
			return err
		}
		entries = append(entries, entry{name: id + ".json", content: config})
		manifest = append(manifest, tarball.Descriptor{Config: id + ".json", RepoTags: v.refs, Layers: []string{digest + ".tar.gz"}})
	}
	return writeArchive(entries, manifest, archive)
}

// configOf is the configuration of an image of the layer, and its digest.
func configOf(layer v1.Layer, app string, env []string) (config []byte, id string, err error) {
	img, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return nil, "", fmt.Errorf("append layer: %w", err)
	}
	if img, err = configure(img, app, env); err != nil {
		return nil, "", fmt.Errorf("set image configuration: %w", err)
	}
	if config, err = img.RawConfigFile(); err != nil {
		return nil, "", err
	}
	sum, err := img.ConfigName()
	return config, sum.Hex, err
}

// writeArchive writes what `docker save` would. (The library's own writer for
// several tags writes them in a random order.)
func writeArchive(entries []entry, manifest tarball.Manifest, archive string) error {
	text, err := json.Marshal(manifest)
	if err != nil {
		return err
	}
	content, err := tarOf(append(entries, entry{name: "manifest.json", content: text}))
	if err != nil {
		return err
	}
	return os.WriteFile(archive, content, 0o644)
}

func compressed(layer v1.Layer) (content []byte, digest string, err error) {
	sum, err := layer.Digest()
	if err != nil {
		return nil, "", err
	}
	r, err := layer.Compressed()
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = r.Close() }()
	content, err = io.ReadAll(r)
	return content, sum.Hex, err
}

func configure(img v1.Image, app string, env []string) (v1.Image, error) {
	config, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", runtime.GOARCH
	config.Created = v1.Time{Time: epoch}
	config.Config = v1.Config{Entrypoint: []string{"/" + app}, User: user, WorkingDir: "/", Env: env}
	return mutate.ConfigFile(img, config)
}

// layerOf is the image's only layer. /tmp and /var/log/app are for whoever runs
// it; a volume is usually mounted over the latter.
func layerOf(binary, app string) (v1.Layer, error) {
	content, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	flat, err := tarOf([]entry{
		{name: "tmp/", mode: 0o1777}, {name: "var/", mode: 0o755}, {name: "var/log/", mode: 0o755},
		{name: "var/log/app/", mode: 0o1777}, {name: app, mode: 0o755, content: content},
	})
	if err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(flat)), nil
	})
}

// An entry is a file of an archive, or a folder if its name ends in a slash.
type entry struct {
	name    string
	mode    int64 // 0: 0644
	content []byte
}

func tarOf(entries []entry) ([]byte, error) {
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, e := range entries {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: e.name, Mode: e.mode, Size: int64(len(e.content)), ModTime: epoch}
		if strings.HasSuffix(e.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, fmt.Errorf("write %s: %w", e.name, err)
		}
		if _, err := w.Write(e.content); err != nil {
			return nil, fmt.Errorf("write %s: %w", e.name, err)
		}
	}
	err := w.Close()
	return buf.Bytes(), err
}
