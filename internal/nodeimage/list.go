package nodeimage

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seatrial/seatrial/internal/host"
)

// A Listed image is a node image that Docker has, and whether it is wanted.
type Listed struct {
	Image
	Current bool `json:"current"` // it is what Ensure returns for its version
	InUse   bool `json:"inUse"`   // a container of this machine runs it
}

// List returns the node images that Docker has, built and published ones, sorted
// by name. dir is the cache folder, "" means host.CacheDir().
func List(ctx context.Context, dir string) ([]Listed, error) {
	w := newWorkshop(Options{Dir: dir})
	refs, err := nodeRefs(ctx)
	if err != nil {
		return nil, err
	}
	current := w.currentRefs(ctx)
	var all []Listed
	for _, ref := range refs {
		im, err := inspect(ctx, ref)
		if err != nil {
			return nil, err
		}
		im.Version, im.Source = versionOf(ref)
		used, err := host.Output(ctx, "docker", "ps", "--all", "--quiet", "--filter", "ancestor="+ref)
		if err != nil {
			return nil, fmt.Errorf("ask who uses %s: %w", ref, err)
		}
		all = append(all, Listed{Image: im, Current: current[ref], InUse: used != ""})
	}
	return all, nil
}

// nodeRefs lists the names of all node images.
func nodeRefs(ctx context.Context) ([]string, error) {
	var refs []string
	for _, repo := range []string{builtRepository, publishedRepository} {
		out, err := host.Output(ctx, "docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", repo)
		if err != nil {
			return nil, fmt.Errorf("list node images: %w", err)
		}
		for _, ref := range strings.Fields(out) {
			if !strings.HasSuffix(ref, ":<none>") { // pulled by digest only, not by us
				refs = append(refs, ref)
			}
		}
	}
	slices.Sort(refs)
	return refs, nil
}

// versionOf reads an image's version and source from its name.
//
//	localhost/seatrial-node:v1.36.3-0123456789ab -> v1.36.3, built
//	kindest/node:v1.36.3                         -> v1.36.3, registry
func versionOf(ref string) (version, source string) {
	repo, tag := splitRef(ref)
	if repo != builtRepository {
		return tag, SourceRegistry
	}
	if i := strings.LastIndex(tag, "-"); i > 0 {
		tag = tag[:i]
	}
	return tag, SourceBuilt
}

// currentRefs are the names of what Ensure would return.
func (w *workshop) currentRefs(ctx context.Context) map[string]bool {
	current := map[string]bool{}
	haveGo := w.findGo(ctx) == nil
	for _, r := range recipes {
		current[strings.TrimPrefix(r.Published, "docker.io/")] = true
		if !haveGo {
			continue
		}
		if d, err := r.digest(w.goVersion); err == nil {
			current[builtRef(r.Version, d)] = true
		}
	}
	return current
}

// PruneOptions says how much Prune removes.
type PruneOptions struct {
	All      bool          // also what is current: images, programs, everything
	DryRun   bool          // only say what would go
	Progress host.Progress // told when another build has to be waited for; may be nil
	Dir      string        // the cache folder, "" means host.CacheDir()
}

// Pruned is what Prune removed, or would.
type Pruned struct {
	Images  []string `json:"images"`  // by name
	Folders []string `json:"folders"` // paths
	Freed   uint64   `json:"freed"`   // bytes of the folders; what images free depends on the layers they share
}

// Prune removes what no Ensure needs any more: images of older recipes that no
// container uses, programs of older recipes, the compiler's cache and leftovers
// of dead builds. Published images are left alone unless All is set. It waits for
// a build that is running.
func Prune(ctx context.Context, opts PruneOptions) (Pruned, error) {
	w := newWorkshop(Options{Dir: opts.Dir, Progress: opts.Progress})
	unlock, err := w.lock(ctx)
	if err != nil {
		return Pruned{}, err
	}
	defer unlock()
	p := Pruned{Images: []string{}, Folders: []string{}}
	listed, err := List(ctx, w.dir)
	if err != nil {
		return p, err
	}
	for _, l := range listed {
		if l.InUse || !opts.All && (l.Current || l.Source == SourceRegistry) {
			continue
		}
		if !opts.DryRun {
			if _, err := host.Output(ctx, "docker", "image", "rm", l.Ref); err != nil {
				return p, fmt.Errorf("remove image %s: %w", l.Ref, err)
			}
		}
		p.Images = append(p.Images, l.Ref)
	}
	return w.pruneFolders(ctx, p, opts)
}

// pruneFolders removes the cache folders that are not needed and adds them to p.
func (w *workshop) pruneFolders(ctx context.Context, p Pruned, opts PruneOptions) (Pruned, error) {
	doomed := []string{w.goCache()}
	keep := map[string]bool{}
	if !opts.All && w.findGo(ctx) == nil {
		keep = w.currentFolders()
	}
	entries, err := os.ReadDir(w.components())
	if err != nil && !os.IsNotExist(err) {
		return p, err
	}
	for _, e := range entries {
		if !keep[e.Name()] {
			doomed = append(doomed, filepath.Join(w.components(), e.Name()))
		}
	}
	for _, dir := range doomed {
		size, err := folderSize(dir)
		if err != nil {
			return p, err
		}
		if size == 0 {
			continue
		}
		if !opts.DryRun {
			if err := os.RemoveAll(dir); err != nil {
				return p, fmt.Errorf("remove %s: %w", dir, err)
			}
		}
		p.Folders, p.Freed = append(p.Folders, dir), p.Freed+size
	}
	return p, nil
}

// currentFolders are the names of the outputs that current recipes and add-ons
// are made from.
func (w *workshop) currentFolders() map[string]bool {
	keep := map[string]bool{rootfsName + "-" + rootfsDigest(): true}
	for _, r := range recipes {
		keep[pauseName+"-"+r.pauseDigest()] = true
		for _, c := range append(r.goComponents(), addOnComponents()...) {
			if d, err := c.digest(w.goVersion); err == nil {
				keep[c.title()+"-"+d] = true
			}
		}
	}
	return keep
}

// folderSize adds up the files below a folder; one that is not there has none.
func folderSize(dir string) (size uint64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		size += uint64(info.Size())
		return nil
	})
	if os.IsNotExist(err) {
		return 0, nil
	}
	return size, err
}
