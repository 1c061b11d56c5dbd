package nodeimage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"github.com/seatrial/seatrial/internal/host"
)

// A workshop is the cache folder in which components are built and kept:
//
//	components/NAME-VERSION-DIGEST/   outputs, complete or absent
//	gocache/                          go build's cache, of our own
//	work/                             scratch; whatever is in it is left over once the lock is free
//	lock                              held by the one build at a time
type workshop struct {
	dir       string
	goVersion string // of the toolchain that builds, part of every digest
	rebuild   bool   // make every output again
	progress  host.Progress
}

func (w *workshop) goCache() string    { return filepath.Join(w.dir, "gocache") }
func (w *workshop) components() string { return filepath.Join(w.dir, "components") }
func (w *workshop) work() string       { return filepath.Join(w.dir, "work") }

// digestOf is a short name for a list of inputs: 12 hex digits of a SHA-256 over
// the parts, each preceded by its length so that no two lists run together.
func digestOf(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// output returns the folder components/name-digest, made by fill if it is not
// there. fill works in a scratch folder that is renamed once it is complete, so
// that an interrupted build leaves either the whole output or none.
func (w *workshop) output(ctx context.Context, name, digest string, fill func(ctx context.Context, dir string, detail func(string)) error) (string, error) {
	final := filepath.Join(w.components(), name+"-"+digest)
	if _, err := os.Stat(final); err == nil && !w.rebuild {
		w.progress.Cached(name)
		return final, nil
	}
	err := w.progress.Do(name, func(detail func(string)) error {
		dir, err := w.scratch("output-" + name)
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		if err := fill(ctx, dir, detail); err != nil {
			return err
		}
		if err := os.RemoveAll(final); err != nil {
			return err
		}
		return os.Rename(dir, final)
	})
	return final, err
}

// scratch makes a folder for one step's work. The caller removes it.
func (w *workshop) scratch(purpose string) (string, error) {
	if err := os.MkdirAll(w.work(), 0o755); err != nil {
		return "", err
	}
	if err := os.MkdirAll(w.components(), 0o755); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(w.work(), purpose+"-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755) // a root file system inherits it
}

// lock waits until no other process builds in this folder and clears what a dead
// build left in the scratch folder. Call the function it returns when done.
func (w *workshop) lock(ctx context.Context) (unlock func(), err error) {
	unlock, err = host.Lock(ctx, filepath.Join(w.dir, "lock"), w.progress, "wait for another build")
	if err != nil {
		return nil, err
	}
	if err := clearScratch(w.work()); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// clearScratch removes the scratch folder of a build that died. Mounts that it
// left inside (debootstrap mounts proc and sys) are taken off first, or removing
// the folder would reach into the host through them.
func clearScratch(dir string) error {
	if err := unmountBelow(dir); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("clear %s: %w", dir, err)
	}
	return nil
}
