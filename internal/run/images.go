package run

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/nodeimage"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// An archive is an image that is loaded into the nodes.
type archive struct{ ref, path string }

// buildAddOns gets the images that places ask for beside the node image, by place.
func (s *session) buildAddOns(ctx context.Context, places []kindconfigs.Place) (map[string][]archive, error) {
	all := map[string][]archive{}
	for _, p := range places {
		for _, name := range p.AddOns {
			image, err := nodeimage.AddOn(ctx, name, nodeimage.Options{Progress: s.view.Working})
			if err != nil {
				return nil, fmt.Errorf("place %s: add-on %s: %w", p.Name, name, err)
			}
			all[p.Name] = append(all[p.Name], archive{image.Ref, image.Archive})
		}
	}
	return all, nil
}

// buildApps builds the image of every app that the items need.
func (s *session) buildApps(ctx context.Context) ([]archive, error) {
	var all []archive
	known := map[string]bool{}
	for _, i := range s.items {
		image := i.Scenario.App.Image
		if known[image.Ref()] {
			continue
		}
		known[image.Ref()] = true
		b, err := buildApp(ctx, image, s.view.Working)
		if err != nil {
			return nil, err
		}
		all = append(all, archive{b.Ref, b.Path})
	}
	return all, nil
}

// load loads the images once into every node of the place.
func (p *place) load(ctx context.Context, images []archive) error {
	for _, image := range images {
		if err := p.ours.LoadImage(ctx, image.path); err != nil {
			return fmt.Errorf("load image %s: %w", image.ref, err)
		}
	}
	return nil
}

func buildApp(ctx context.Context, image workloads.Image, progress host.Progress) (workloads.Built, error) {
	var built workloads.Built
	err := progress.Do("app image "+image.Name, func(func(string)) (err error) {
		built, err = image.Build(ctx, filepath.Join(host.CacheDir(), "apps"))
		return err
	})
	return built, err
}
