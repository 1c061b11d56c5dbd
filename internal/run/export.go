package run

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/workloads/web"
)

// An Exported image is a file that holds an image, and by which flag it is used.
type Exported struct {
	Flag string `json:"flag"` // "image", "agent-image"
	Ref  string `json:"ref"`  // its name in the file
	File string `json:"file"`
}

// ExportImages writes the images that a run on a cluster of somebody else's needs to the
// folder, which is made if it is not there.
func ExportImages(ctx context.Context, dir string, progress host.Progress) ([]Exported, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	app, err := buildApp(ctx, web.Image(), progress)
	if err != nil {
		return nil, err
	}
	ref, archive, err := ownImage()
	if err != nil {
		return nil, err
	}
	all := []Exported{{"image", app.Ref, filepath.Join(dir, "web.tar")}, {"agent-image", ref, filepath.Join(dir, "seatrial.tar")}}
	for n, from := range []string{app.Path, archive} {
		if err := copyFile(all[n].File, from); err != nil {
			return nil, fmt.Errorf("write %s: %w", all[n].File, err)
		}
	}
	return all, nil
}

// copyFile copies a file; what was there before is replaced.
func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err = io.Copy(out, in); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}
