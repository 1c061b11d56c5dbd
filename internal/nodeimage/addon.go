package nodeimage

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// An addOn is an image that only some places need. It is built when a place first
// asks for it.
type addOn struct {
	Ref       string // the image's name, as upstream's manifests have it
	Program   string
	Component component
}

// addOns by the name that places use.
var addOns = map[string]addOn{
	"metrics-server": {
		Ref:     "registry.k8s.io/metrics-server/metrics-server:v0.9.0",
		Program: "metrics-server",
		Component: component{
			Name: "metrics-server", Version: "v0.9.0",
			Packages: []string{"sigs.k8s.io/metrics-server/cmd/metrics-server"},
		},
	},
	"skipper": { // an Ingress controller without any C
		Ref:     "ghcr.io/zalando/skipper:v0.22.0",
		Program: "skipper",
		Component: component{
			Name: "skipper", Version: "v0.22.0",
			Packages: []string{"github.com/zalando/skipper/cmd/skipper"},
		},
	},
}

// An AddOnImage is an image that is not part of the node image.
type AddOnImage struct {
	Ref     string `json:"ref"`     // its name in manifests
	Archive string `json:"archive"` // docker archive to load into the nodes that shall run it
}

// AddOns lists the names that AddOn knows.
func AddOns() []string {
	var names []string
	for n := range addOns {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// AddOn returns the image of an add-on, built from source if it is not there yet.
// It needs Go and no Docker. Its archive is loaded like any other image of a
// user's.
func AddOn(ctx context.Context, name string, opts Options) (AddOnImage, error) {
	a, ok := addOns[name]
	if !ok {
		return AddOnImage{}, fmt.Errorf("no add-on %q: known are %s", name, strings.Join(AddOns(), ", "))
	}
	w := newWorkshop(opts)
	if err := w.findGo(ctx); err != nil {
		return AddOnImage{}, err
	}
	unlock, err := w.lock(ctx)
	if err != nil {
		return AddOnImage{}, err
	}
	defer unlock()
	dir, err := w.buildAddOn(ctx, a)
	return AddOnImage{Ref: a.Ref, Archive: filepath.Join(dir, addOnArchive)}, err
}

// addOnArchive is the archive's name in the output folder, beside the program.
const addOnArchive = "image.tar"

// buildAddOn compiles the program and puts it into an archive beside itself.
func (w *workshop) buildAddOn(ctx context.Context, a addOn) (string, error) {
	digest, err := a.Component.digest(w.goVersion)
	if err != nil {
		return "", err
	}
	return w.output(ctx, a.Component.title(), digest, func(ctx context.Context, dir string, detail func(string)) error {
		if err := w.goBuild(ctx, a.Component, dir, detail); err != nil {
			return err
		}
		img, err := programImage(dir, a.Program)
		if err != nil {
			return fmt.Errorf("make image %s: %w", a.Ref, err)
		}
		return writeArchiveFile(filepath.Join(dir, addOnArchive), []namedImage{{Ref: a.Ref, Image: img}})
	})
}

// addOnComponents are what the add-ons are built from.
func addOnComponents() []component {
	var cs []component
	for _, n := range AddOns() {
		cs = append(cs, addOns[n].Component)
	}
	return cs
}
