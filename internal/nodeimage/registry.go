package nodeimage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/seatrial/seatrial/internal/host"
)

const (
	// registryTimeout is how long the one question to the registry may take. A
	// registry that is there answers in a fraction of it.
	registryTimeout = 5 * time.Second
	// silentFor is how long a registry that did not answer is not asked again, so
	// that a machine without one pays the question once and not in every run.
	silentFor = 6 * time.Hour
)

// errSilent means that the registry did not answer a short while ago.
var errSilent = errors.New("the registry did not answer when it was last asked")

// pull gets kind's published image through Docker. The registry is asked first,
// with a short time-out, and not at all if it was silent a while ago: Docker's
// own pull can take minutes to give up.
func (w *workshop) pull(ctx context.Context, r recipe) (Image, error) {
	if err := w.askRegistry(ctx, r.Published); err != nil {
		return Image{}, err
	}
	err := w.progress.Do("pull "+r.Published, func(detail func(string)) error {
		said := newLineWriter(detail)
		defer said.Close()
		_, err := host.Cmd{Args: []string{"docker", "pull", r.Published}, Stdout: said}.Run(ctx)
		return err
	})
	if err != nil {
		return Image{}, fmt.Errorf("pull %s: %w", r.Published, err)
	}
	im, err := inspect(ctx, r.Published)
	im.Version, im.Source = r.Version, SourceRegistry
	return im, err
}

// askRegistry asks whether an image's registry is there, once in a while (or now,
// for a rebuild).
func (w *workshop) askRegistry(ctx context.Context, image string) error {
	memory := filepath.Join(w.dir, "registry-silent")
	if info, err := os.Stat(memory); err == nil && !w.rebuild && time.Since(info.ModTime()) < silentFor {
		return fmt.Errorf("%w (%s ago; remove %s to ask again)", errSilent, time.Since(info.ModTime()).Round(time.Minute), memory)
	}
	err := w.progress.Do("ask the registry of "+image, func(func(string)) error {
		return ping(ctx, image)
	})
	if err == nil || ctx.Err() != nil {
		return err
	}
	if mkErr := os.MkdirAll(w.dir, 0o755); mkErr == nil {
		_ = host.WriteFile(memory, []byte(err.Error()+"\n"), 0o644) // a memory only: without it the next run asks again
	}
	return fmt.Errorf("ask the registry of %s: %w", image, err)
}

// ping asks the registry of an image whether it is there. Any answer of the
// registry protocol will do, "401 Unauthorized" too: pulling then gets a token.
func ping(ctx context.Context, image string) error {
	ref, err := name.ParseReference(image)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, registryTimeout)
	defer cancel()
	registry := ref.Context().Registry
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, registry.Scheme()+"://"+registry.RegistryStr()+"/v2/", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusUnauthorized {
		return fmt.Errorf("get %s: %s", req.URL, resp.Status)
	}
	return nil
}
