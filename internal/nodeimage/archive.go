package nodeimage

import (
	"archive/tar"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// A namedImage is an image and its full name, "registry.k8s.io/etcd:3.6.8-0".
type namedImage struct {
	Ref   string
	Image v1.Image
}

// writeArchive writes images in the form of docker save, so that docker load and
// containerd read it. It writes "repositories" first, because kind's builder
// takes the names of an archive's images from that entry or from the first entry
// of manifest.json, whichever it meets first.
//
// claimed names are listed there too without being in the archive: kind would
// pull what is not listed. It is used for images that a cluster here never runs.
func writeArchive(w io.Writer, images []namedImage, claimed ...string) error {
	tw := tar.NewWriter(w)
	repositories := map[string]map[string]string{}
	claim := func(ref, id string) {
		repo, tag := splitRef(ref)
		if repositories[repo] == nil {
			repositories[repo] = map[string]string{}
		}
		repositories[repo][tag] = id
	}
	for _, ref := range claimed {
		claim(ref, "")
	}
	type entry struct {
		Config   string
		RepoTags []string
		Layers   []string
	}
	var manifest []entry
	for _, im := range images {
		id, err := im.Image.ConfigName()
		if err != nil {
			return err
		}
		claim(im.Ref, id.Hex)
		manifest = append(manifest, entry{Config: id.Hex + ".json", RepoTags: []string{im.Ref}})
	}
	if err := writeJSON(tw, "repositories", repositories); err != nil {
		return err
	}
	written := map[string]bool{} // images may share layers
	for i, im := range images {
		layers, err := writeImage(tw, im, manifest[i].Config, written)
		if err != nil {
			return fmt.Errorf("archive %s: %w", im.Ref, err)
		}
		manifest[i].Layers = layers
	}
	if err := writeJSON(tw, "manifest.json", manifest); err != nil {
		return err
	}
	return tw.Close()
}

// writeImage writes an image's configuration and layers and returns the layers'
// names in the archive.
func writeImage(tw *tar.Writer, im namedImage, config string, written map[string]bool) ([]string, error) {
	raw, err := im.Image.RawConfigFile()
	if err != nil {
		return nil, err
	}
	if err := writeEntry(tw, config, int64(len(raw)), strings.NewReader(string(raw))); err != nil {
		return nil, err
	}
	layers, err := im.Image.Layers()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, l := range layers {
		digest, err := l.Digest()
		if err != nil {
			return nil, err
		}
		name := digest.Hex + ".tar"
		names = append(names, name)
		if written[name] {
			continue
		}
		written[name] = true
		if err := writeLayer(tw, name, l); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// writeLayer writes a layer as it is, compressed or not; readers look at its
// first bytes.
func writeLayer(tw *tar.Writer, name string, l v1.Layer) error {
	size, err := l.Size()
	if err != nil {
		return err
	}
	rc, err := l.Compressed()
	if err != nil {
		return err
	}
	defer rc.Close()
	return writeEntry(tw, name, size, rc)
}

func writeJSON(tw *tar.Writer, name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return writeEntry(tw, name, int64(len(b)), strings.NewReader(string(b)))
}

func writeEntry(tw *tar.Writer, name string, size int64, content io.Reader) error {
	if err := tw.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: size, ModTime: epoch, Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err := io.Copy(tw, content)
	return err
}

// epoch is the time of every file that we archive, so that the same content has
// the same digest. It is not 1970-01-01: some tools take that for "unset".
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// splitRef takes an image name apart.
//
//	localhost:5000/a/b:v1 -> localhost:5000/a/b, v1
//	a/b                   -> a/b, latest
func splitRef(ref string) (repo, tag string) {
	if i := strings.LastIndex(ref, ":"); i > strings.LastIndex(ref, "/") {
		return ref[:i], ref[i+1:]
	}
	return ref, "latest"
}

// writeArchiveFile writes an archive into a file.
func writeArchiveFile(path string, images []namedImage, claimed ...string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := writeArchive(f, images, claimed...); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
