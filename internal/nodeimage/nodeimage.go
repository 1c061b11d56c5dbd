package nodeimage

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"

	"github.com/seatrial/seatrial/internal/host"
)

// Where an image came from.
const (
	SourceRegistry = "registry" // kind's published image
	SourceBuilt    = "built"    // made here, from source
)

// An Image is a node image that Docker on this machine has.
type Image struct {
	Ref     string `json:"ref"`     // what to give to kind, "localhost/seatrial-node:v1.36.3-0123456789ab"
	Version string `json:"version"` // Kubernetes version, "v1.36.3"
	ID      string `json:"id"`      // Docker's image id, "sha256:..."
	Source  string `json:"source"`  // SourceRegistry or SourceBuilt
	Size    int64  `json:"size"`    // unpacked, in bytes
}

// Options says how Ensure may get an image.
type Options struct {
	Source   string        // SourceRegistry or SourceBuilt to have only that; "" takes what there is
	Rebuild  bool          // pull or build again, from the components up
	Progress host.Progress // told what is being done; may be nil
	Dir      string        // the cache folder; "" means host.CacheDir()
}

// Ensure returns the node image of a Kubernetes version ("" means
// DefaultVersion), in this order: the one that Docker has already, kind's
// published one if a registry answers, one built from source. It needs a Docker
// daemon (host.EnsureDocker); building also needs Linux, root, Go, gcc and
// debootstrap, about 15 GB of disk and, the first time, about ten minutes.
//
// A build that is cancelled goes on where it stopped when Ensure is called again.
func Ensure(ctx context.Context, version string, opts Options) (Image, error) {
	r, err := recipeFor(version)
	if err != nil {
		return Image{}, err
	}
	w := newWorkshop(opts)
	if !opts.Rebuild {
		if im, ok := findImage(ctx, w, r, opts.Source); ok {
			return im, nil
		}
	}
	var pullErr error
	if opts.Source != SourceBuilt {
		im, err := w.pull(ctx, r)
		if err == nil || opts.Source == SourceRegistry {
			return im, err
		}
		pullErr = err
	}
	if ctx.Err() != nil {
		return Image{}, context.Cause(ctx)
	}
	im, err := w.buildImage(ctx, r)
	if err != nil && pullErr != nil {
		return Image{}, fmt.Errorf("no node image for %s: %w; nor from source: %w", r.Version, pullErr, err)
	}
	return im, err
}

func newWorkshop(opts Options) *workshop {
	w := &workshop{dir: opts.Dir, rebuild: opts.Rebuild, progress: opts.Progress}
	if w.dir == "" {
		w.dir = host.CacheDir()
	}
	return w
}

// findImage looks for an image that Docker has and that is what we would get.
func findImage(ctx context.Context, w *workshop, r recipe, source string) (Image, bool) {
	if source != SourceBuilt {
		if im, err := inspect(ctx, r.Published); err == nil {
			im.Version, im.Source = r.Version, SourceRegistry
			return im, true
		}
	}
	if source == SourceRegistry || w.findGo(ctx) != nil {
		return Image{}, false
	}
	digest, err := r.digest(w.goVersion)
	if err != nil {
		return Image{}, false
	}
	im, err := inspect(ctx, builtRef(r.Version, digest))
	im.Version, im.Source = r.Version, SourceBuilt
	return im, err == nil
}

// The repositories of what is built here. "localhost/" keeps Docker from looking
// for them in a public registry, where anybody could own the name.
const (
	builtRepository     = "localhost/seatrial-node"
	baseRepository      = "localhost/seatrial-node-base"
	publishedRepository = "kindest/node" // kind's own, as Docker lists it
)

// builtRef names a built image after all that it was made of.
func builtRef(version, digest string) string { return builtRepository + ":" + version + "-" + digest }

// inspect asks Docker for an image. It fails if Docker does not have it.
func inspect(ctx context.Context, ref string) (Image, error) {
	out, err := host.Output(ctx, "docker", "image", "inspect", "--format", "{{.Id}} {{.Size}}", ref)
	if err != nil {
		return Image{}, fmt.Errorf("find image %s: %w", ref, err)
	}
	im := Image{Ref: ref}
	if _, err := fmt.Sscan(out, &im.ID, &im.Size); err != nil {
		return Image{}, fmt.Errorf("find image %s: unexpected answer %q", ref, out)
	}
	return im, nil
}

// findGo learns the version of the Go toolchain, which is part of every digest.
func (w *workshop) findGo(ctx context.Context) error {
	if w.goVersion != "" {
		return nil
	}
	out, err := host.Output(ctx, "go", "env", "GOVERSION")
	if errors.Is(err, exec.ErrNotFound) {
		return errors.New("building a node image needs Go 1.26 or newer: https://go.dev/doc/install")
	}
	if err != nil {
		return fmt.Errorf("ask for Go's version: %w", err)
	}
	w.goVersion = out
	return nil
}

// canBuild says why a node image cannot be built on this machine, or nil.
func (w *workshop) canBuild(ctx context.Context) error {
	if runtime.GOOS != "linux" {
		return errors.New("only Linux can build a node image from source; give Docker a registry that answers")
	}
	if err := w.findGo(ctx); err != nil {
		return err
	}
	return host.EnsureTools(ctx, w.progress, buildTools...)
}

// buildTools are the programs that a build runs, with the Debian packages that
// bring them. gcc compiles the pause program, the one part that is not Go.
var buildTools = []host.Tool{
	{Program: "debootstrap", Package: "debootstrap"},
	{Program: "gcc", Package: "gcc"},
	{File: "/usr/include/stdio.h", Package: "libc6-dev"},
	{File: "/usr/share/keyrings/debian-archive-keyring.gpg", Package: "debian-archive-keyring"},
}

// digest names what a whole image is made of.
func (r recipe) digest(goVersion string) (string, error) {
	parts := []string{fmt.Sprint(revision), r.Version, rootfsDigest(), pauseFlags}
	for _, c := range r.goComponents() {
		d, err := c.digest(goVersion)
		if err != nil {
			return "", err
		}
		parts = append(parts, c.Name, d)
	}
	for _, name := range []string{"cni.template.json", "containerd.toml"} {
		b, err := nodeFiles.ReadFile("files/" + name)
		if err != nil {
			return "", err
		}
		parts = append(parts, string(b))
	}
	return digestOf(parts...), nil
}

// title is the recipe's name in progress lines.
func (r recipe) title() string { return "node image " + strings.TrimPrefix(r.Version, "v") }
