package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"golang.org/x/sync/errgroup"

	"github.com/seatrial/seatrial/internal/host"
)

const imagesDir = "images" // in the cluster's folder: what was loaded, for nodes that come later

// LoadImage loads the images of a docker archive into nodes, all of them if none
// is named. A node that has them already is left alone. The archive is kept with
// the cluster, for nodes that are added later.
func (c *Cluster) LoadImage(ctx context.Context, archive string, nodes ...string) error {
	if len(nodes) == 0 {
		nodes = c.Names("")
		kept, err := c.keep(archive)
		if err != nil {
			return fmt.Errorf("keep image archive %s: %w", archive, err)
		}
		archive = kept
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, name := range nodes {
		group.Go(func() error { return c.loadArchive(ctx, archive, name) })
	}
	return group.Wait()
}

// keep copies the archive into the cluster's folder under its digest.
func (c *Cluster) keep(archive string) (string, error) {
	in, err := os.Open(archive)
	if err != nil {
		return "", err
	}
	defer in.Close()
	dir := filepath.Join(c.dir, imagesDir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	fresh, err := os.CreateTemp(dir, ".new-")
	if err != nil {
		return "", err
	}
	defer os.Remove(fresh.Name())
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(fresh, sum), in)
	if err := errors.Join(err, fresh.Close()); err != nil {
		return "", err
	}
	name := hex.EncodeToString(sum.Sum(nil))[:16] + ".tar"
	if err := os.Rename(fresh.Name(), filepath.Join(dir, name)); err != nil {
		return "", err
	}
	return filepath.Join(dir, name), c.update(func(r *record) {
		if !slices.Contains(r.Images, name) {
			r.Images = append(slices.Clone(r.Images), name)
		}
	})
}

// pinned keeps an image from the kubelet's collection of unused ones, which takes all of
// them when a disk is full: no registry has it, nobody could bring it again.
const pinned = "io.cri-containerd.pinned=pinned"

// loadArchive loads an archive into one node unless it has all of its images.
func (c *Cluster) loadArchive(ctx context.Context, archive, name string) error {
	images, err := archiveImages(archive)
	if err != nil {
		return err
	}
	if c.hasImages(ctx, name, images) {
		return nil
	}
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = c.do(ctx, host.Cmd{Stdin: f, Args: []string{"docker", "exec", "-i", name,
		"ctr", "--namespace=k8s.io", "images", "import", "--all-platforms", "--digests", "--label", pinned, "-"}})
	if err != nil {
		return fmt.Errorf("load images %s into %s: %w", strings.Join(refs(images), ", "), name, explain(ctx, err))
	}
	return nil
}

// An image as the runtime knows it: its full name and its ID, the digest of its configuration.
type image struct{ ref, id string }

func refs(images []image) []string {
	var names []string
	for _, i := range images {
		names = append(names, i.ref)
	}
	return names
}

// archiveImages lists the images of a docker archive.
func archiveImages(archive string) ([]image, error) {
	manifest, err := tarball.LoadManifest(func() (io.ReadCloser, error) { return os.Open(archive) })
	if err != nil {
		return nil, fmt.Errorf("read image archive %s: %w", archive, err)
	}
	var images []image
	for _, m := range manifest {
		for _, ref := range m.RepoTags {
			images = append(images, image{ref: ref, id: configID(m.Config)})
		}
	}
	return images, nil
}

// configID is the image's ID from the name of its configuration in the archive:
// docker writes HEX.json or blobs/sha256/HEX, others sha256:HEX.
func configID(config string) string {
	hex := strings.TrimSuffix(filepath.Base(config), ".json")
	return "sha256:" + strings.TrimPrefix(hex, "sha256:")
}

// hasImages reports whether the node has all of the images, by name and content.
// A question that fails means no: loading again is harmless.
func (c *Cluster) hasImages(ctx context.Context, name string, images []image) bool {
	for _, i := range images {
		out, err := c.exec(ctx, name, "", "crictl", "inspecti", "--output", "go-template", "--template", "{{.status.id}}", i.ref)
		if err != nil || strings.TrimSpace(out) != i.id {
			return false
		}
	}
	return len(images) > 0
}

// LoadDockerImage loads an image of the local Docker into all nodes.
func (c *Cluster) LoadDockerImage(ctx context.Context, ref string) error {
	dir, err := os.MkdirTemp(c.dir, ".save-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	archive := filepath.Join(dir, "image.tar")
	if _, err := c.docker(ctx, "save", "--output", archive, ref); err != nil {
		return fmt.Errorf("save image %s from Docker: %w", ref, err)
	}
	return c.LoadImage(ctx, archive)
}
