package nodeimage

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/seatrial/seatrial/internal/host"
)

// pauseFlags compile Kubernetes' pause program (build/pause/Makefile).
const pauseFlags = "-Os -Wall -static -DVERSION=v3.10 -s"

const pauseName = "pause"

func (r recipe) pauseDigest() string { return digestOf(platform(), r.Version, pauseFlags) }

// parts is what an image is assembled from.
type parts struct {
	rootfs   string            // tar archive of Debian
	kind     string            // folder of kind's sources
	pause    string            // folder with the pause program
	programs map[string]string // component name -> folder of its programs
}

// buildImage makes the node image from source.
func (w *workshop) buildImage(ctx context.Context, r recipe) (Image, error) {
	if err := w.canBuild(ctx); err != nil {
		return Image{}, err
	}
	unlock, err := w.lock(ctx)
	if err != nil {
		return Image{}, err
	}
	defer unlock()
	if !w.rebuild { // another process may have built it while we waited
		if im, ok := findImage(ctx, w, r, SourceBuilt); ok {
			return im, nil
		}
	}
	digest, err := r.digest(w.goVersion)
	if err != nil {
		return Image{}, err
	}
	if err := w.checkSpace(r); err != nil {
		return Image{}, err
	}
	p, err := w.gather(ctx, r)
	if err != nil {
		return Image{}, err
	}
	ref := builtRef(r.Version, digest)
	if err := w.progress.Do("assemble "+r.title(), func(detail func(string)) error {
		return w.assemble(ctx, r, p, ref, digest, detail)
	}); err != nil {
		return Image{}, err
	}
	im, err := inspect(ctx, ref)
	im.Version, im.Source = r.Version, SourceBuilt
	return im, err
}

// gather makes or finds everything that goes into the image: Debian on the side,
// because it mostly waits for the network, the Go programs one after another,
// because each build uses every core by itself.
func (w *workshop) gather(ctx context.Context, r recipe) (*parts, error) {
	p := &parts{programs: map[string]string{}}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		p.rootfs, err = w.rootfsTar(gctx)
		return err
	})
	g.Go(func() error {
		for _, c := range r.goComponents() {
			dir, err := w.build(gctx, c)
			if err != nil {
				return err
			}
			p.programs[c.Name] = dir
		}
		var err error
		if p.kind, err = w.moduleDir(gctx, kindComponent, "sigs.k8s.io/kind"); err != nil {
			return err
		}
		p.pause, err = w.buildPause(gctx, r)
		return err
	})
	if err := g.Wait(); err != nil {
		if ctx.Err() != nil { // Ctrl-C, said once and not as a failure of whatever ran
			return nil, context.Cause(ctx)
		}
		return nil, err
	}
	return p, nil
}

// buildPause compiles the program that holds a pod's namespaces, from the one C
// file of the Kubernetes module.
func (w *workshop) buildPause(ctx context.Context, r recipe) (string, error) {
	return w.output(ctx, pauseName, r.pauseDigest(), func(ctx context.Context, dir string, _ func(string)) error {
		src, err := w.moduleDir(ctx, r.Kubernetes, "k8s.io/kubernetes")
		if err != nil {
			return err
		}
		args := append([]string{"gcc"}, strings.Fields(pauseFlags)...)
		args = append(args, "-o", filepath.Join(dir, "pause"), filepath.Join(src, "build/pause/linux/pause.c"))
		if _, err := host.Output(ctx, args...); err != nil {
			return fmt.Errorf("compile pause: %w", err)
		}
		return nil
	})
}

// assemble makes the base image, the images that a cluster needs, and lets kind's
// builder put them together.
func (w *workshop) assemble(ctx context.Context, r recipe, p *parts, ref, digest string, detail func(string)) (err error) {
	dir, err := w.scratch("image")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	root := filepath.Join(dir, "root")
	if err := os.Mkdir(root, 0o755); err != nil {
		return err
	}
	detail("base image")
	if err := w.baseRoot(ctx, root, p.rootfs, p.kind, p.programs); err != nil {
		return err
	}
	detail("images of the control plane")
	release := filepath.Join(dir, "release.tar.gz")
	if err := w.writeRelease(ctx, r, p, root, dir, release); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(root, "bin/busybox")); err != nil { // it is in the helper image; kind's nodes have none
		return err
	}
	base := baseRepository + ":" + digest
	labels := map[string]string{versionLabel: r.Version, digestLabel: digest}
	if err := w.loadBase(ctx, root, filepath.Join(dir, "base.tar"), base, labels); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dropBase(ctx, base)) }()
	detail("kind build node-image")
	_, err = host.Cmd{
		Args: []string{filepath.Join(p.programs["kind"], "kind"), "build", "node-image", "--type", "file", "--base-image", base, "--image", ref, release},
		Env:  []string{"TMPDIR=" + dir}, // kind unpacks the release there and does not clear it away
	}.Run(ctx)
	if err != nil {
		return fmt.Errorf("build the node image: %w", err)
	}
	return nil
}

// The labels of a built image, which it has from its base image.
const (
	versionLabel = "seatrial.version"
	digestLabel  = "seatrial.digest"
)

// dropBase removes the base image's name (its layers live on in the node image)
// and whatever container an interrupted kind build left. It runs when ctx is
// already over, too.
func dropBase(ctx context.Context, base string) error {
	ctx = context.WithoutCancel(ctx)
	left, err := host.Output(ctx, "docker", "ps", "--all", "--quiet", "--filter", "ancestor="+base, "--filter", "name=kind-build-")
	if err != nil {
		return err
	}
	if ids := strings.Fields(left); len(ids) > 0 {
		if _, err := host.Output(ctx, append([]string{"docker", "rm", "--force", "--volumes"}, ids...)...); err != nil {
			return err
		}
	}
	_, err = host.Output(ctx, "docker", "image", "rm", base)
	return err
}

// writeRelease writes what a Kubernetes release looks like to kind's builder: a
// compressed tar with the version, three programs and four archives of images.
// Images that are not Kubernetes' own are in the last of these.
func (w *workshop) writeRelease(ctx context.Context, r recipe, p *parts, root, scratch, to string) error {
	files := map[string]string{} // name under kubernetes/server/bin -> file
	kube := p.programs["kubernetes"]
	for _, program := range []string{"kubeadm", "kubelet", "kubectl"} {
		files[program] = filepath.Join(kube, program)
	}
	archives, claimed, err := clusterImages(ctx, r, p, root)
	if err != nil {
		return err
	}
	for name, images := range archives {
		files[name] = filepath.Join(scratch, name)
		if err := writeArchiveFile(files[name], images, claimed[name]...); err != nil {
			return err
		}
		defer os.Remove(files[name])
	}
	return writeReleaseTar(to, r.Version, files)
}

func writeReleaseTar(to, version string, files map[string]string) error {
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	zip, err := gzip.NewWriterLevel(out, gzip.NoCompression) // kind wants gzip; it unpacks it at once
	if err != nil {
		return err
	}
	tw := tar.NewWriter(zip)
	if err := writeEntry(tw, "kubernetes/version", int64(len(version)), strings.NewReader(version)); err != nil {
		return err
	}
	for name, file := range files {
		if err := writeTarFile(tw, "kubernetes/server/bin/"+name, file); err != nil {
			return err
		}
	}
	return errors.Join(tw.Close(), zip.Close())
}

func writeTarFile(tw *tar.Writer, name, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return writeEntry(tw, name, info.Size(), io.Reader(f))
}
