package workloads

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// recipe is raised whenever the same sources make another image.
const recipe = "2"

// An Image is an app's server as a container image, made without a registry and
// without Docker: one static binary and a few empty folders.
//
// Its tag is taken from the sources, so that manifests can name it before
// anything is built, and two builds of one source are one image.
type Image struct {
	Name   string   // the binary's name as well: "web" is run as /web
	Source fs.FS    // Go files of package main at its root, standard library only
	Tags   []string // further images of the same binary, each with its tag baked in as the variable VERSION: "v1", "v2"
}

// A Built image is a docker archive on disk.
type Built struct {
	Path   string   // of the archive, for `ctr images import` or `docker load`
	Ref    string   // "seatrial.local/web:0123456789ab"
	Refs   []string // Ref and those of the further tags
	Digest string   // the ID of the image Ref: "sha256:...", of its configuration
}

// Ref is the image's name by its content.
func (i Image) Ref() string { return i.Tag(i.sourceDigest()[:12]) }

// Tag is the image's name under another tag.
func (i Image) Tag(tag string) string { return "seatrial.local/" + i.Name + ":" + tag }

// Build makes the image, or finds it in the cache folder where the same sources
// were built before. It needs the Go tool on PATH, a network never.
func (i Image) Build(ctx context.Context, cache string) (Built, error) {
	built := Built{Ref: i.Ref(), Refs: []string{i.Ref()}}
	for _, tag := range i.Tags {
		built.Refs = append(built.Refs, i.Tag(tag))
	}
	built.Path = filepath.Join(cache, i.Name+"-"+i.sourceDigest()[:12]+"-"+runtime.GOARCH+".tar")
	if id, err := archiveID(built.Path, built.Ref); err == nil {
		built.Digest = id
		return built, nil
	}
	if err := i.make(ctx, cache, built); err != nil {
		return Built{}, fmt.Errorf("make image %s: %w", built.Ref, err)
	}
	id, err := archiveID(built.Path, built.Ref)
	if err != nil {
		return Built{}, fmt.Errorf("read image %s: %w", built.Ref, err)
	}
	built.Digest = id
	return built, nil
}

// make builds beside the final place and moves the archive there, so that a
// killed or a concurrent build leaves no half archive.
func (i Image) make(ctx context.Context, cache string, built Built) error {
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(cache, ".build-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary := filepath.Join(dir, i.Name)
	if err := i.compile(ctx, dir, binary); err != nil {
		return err
	}
	archive := filepath.Join(dir, "image.tar")
	if err := pack(binary, i.Name, i.variants(), archive); err != nil {
		return err
	}
	return os.Rename(archive, built.Path)
}

// variants are the image by its content, and one for each further tag.
func (i Image) variants() []variant {
	all := []variant{{refs: []string{i.Ref()}}}
	for _, tag := range i.Tags {
		all = append(all, variant{refs: []string{i.Tag(tag)}, env: []string{"VERSION=" + tag}})
	}
	return all
}

// archiveID reads the ID of one of the images in an archive; an error means that
// there is no such archive, or not a whole one.
func archiveID(path, ref string) (string, error) {
	tag, err := name.NewTag(ref)
	if err != nil {
		return "", err
	}
	img, err := tarball.ImageFromPath(path, &tag)
	if err != nil {
		return "", err
	}
	id, err := img.ConfigName()
	return id.String(), err
}

// sourceDigest is the hex SHA-256 of whatever makes the image what it is.
func (i Image) sourceDigest() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s %s %s\n", recipe, i.Name, strings.Join(i.Tags, ","))
	files, err := i.sources()
	if err != nil {
		panic("workloads: image " + i.Name + " has unreadable sources: " + err.Error()) // they are embedded
	}
	for _, f := range files {
		fmt.Fprintf(sum, "%s %d\n%s", f.name, len(f.text), f.text)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

type source struct {
	name string
	text []byte
}

// sources lists the Go files in the order of their names, tests left out.
func (i Image) sources() ([]source, error) {
	names, err := fs.Glob(i.Source, "*.go")
	if err != nil {
		return nil, err
	}
	var files []source
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(i.Source, name)
		if err != nil {
			return nil, err
		}
		files = append(files, source{path.Base(name), bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))})
	}
	return files, nil
}
