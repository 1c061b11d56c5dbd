package workloads

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// user runs the server: 65532 is "nonroot" in the distroless images.
const user = "65532:65532"

// epoch is every time in an image, so that equal content gives equal bytes.
var epoch = time.Unix(0, 0).UTC()

// pack writes a docker archive with one layer: the binary at /NAME and folders
// to write to. The same binary gives the same bytes: all times are fixed.
func pack(binary, app string, refs []string, archive string) error {
	layer, err := layerOf(binary, app)
	if err != nil {
		return err
	}
	img, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return fmt.Errorf("append layer: %w", err)
	}
	img, err = configure(img, app)
	if err != nil {
		return fmt.Errorf("set image configuration: %w", err)
	}
	images := map[name.Reference]v1.Image{}
	for _, ref := range refs {
		tag, err := name.NewTag(ref)
		if err != nil {
			return err
		}
		images[tag] = img
	}
	return tarball.MultiRefWriteToFile(archive, images)
}

func configure(img v1.Image, app string) (v1.Image, error) {
	config, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", runtime.GOARCH
	config.Created = v1.Time{Time: epoch}
	config.Config = v1.Config{Entrypoint: []string{"/" + app}, User: user, WorkingDir: "/"}
	return mutate.ConfigFile(img, config)
}

// layerOf is the image's only layer. /tmp and /var/log/app are for whoever runs
// it; a volume is usually mounted over the latter.
func layerOf(binary, app string) (v1.Layer, error) {
	content, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, dir := range []string{"tmp/", "var/", "var/log/", "var/log/app/"} {
		mode := int64(0o755)
		if dir == "tmp/" || dir == "var/log/app/" {
			mode = 0o1777
		}
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: dir, Mode: mode, ModTime: epoch}); err != nil {
			return nil, err
		}
	}
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: app, Mode: 0o755, Size: int64(len(content)), ModTime: epoch}); err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(buf.Bytes())), nil
	})
}
