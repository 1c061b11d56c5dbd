package nodeimage

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/seatrial/seatrial/internal/host"
)

// What a build needs of the disk, measured on cold and warm builds of both
// versions and rounded up: the build cache, the downloaded modules, scratch, and
// Docker's copy of the image.
const (
	coldSpace = 12 << 30 // nothing built before
	warmSpace = 4 << 30  // all programs there, only the image to assemble
)

// checkSpace fails if the cache folder's disk cannot hold what the build will
// write, before minutes of work end in "no space left on device".
func (w *workshop) checkSpace(r recipe) error {
	need := uint64(coldSpace)
	if !w.rebuild && w.allBuilt(r) {
		need = warmSpace
	}
	free, err := host.FreeSpace(w.dir)
	if err != nil {
		return fmt.Errorf("ask for free space: %w", err)
	}
	if free < need {
		return fmt.Errorf("building a node image needs %s free in %s, there are %s: free some space (seatrial image prune), or set SEATRIAL_CACHE to a folder on a larger disk",
			host.Bytes(need), w.dir, host.Bytes(free))
	}
	return nil
}

// allBuilt reports whether every program of the recipe is in the cache.
func (w *workshop) allBuilt(r recipe) bool {
	for _, c := range r.goComponents() {
		d, err := c.digest(w.goVersion)
		if err != nil {
			return false
		}
		if _, err := os.Stat(filepath.Join(w.components(), c.title()+"-"+d)); err != nil {
			return false
		}
	}
	return true
}
