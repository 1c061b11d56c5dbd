package host

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lockRetry is how often a taken lock is tried again: flock(2) has no form that
// a context can end.
const lockRetry = 250 * time.Millisecond

// Lock takes the exclusive lock of a file, which is made if it is not there, and
// waits for whoever has it; busy is the step to report meanwhile. Call the
// function it returns to give the lock back. A process that dies gives it back
// too.
func Lock(ctx context.Context, path string, progress Progress, busy string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	try := func() error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
	if err = try(); errors.Is(err, syscall.EWOULDBLOCK) {
		err = progress.Do(busy, func(func(string)) error { return retry(ctx, try) })
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { _ = f.Close() }, nil
}

// retry calls try until it gives something else than "would block".
func retry(ctx context.Context, try func() error) error {
	tick := time.NewTicker(lockRetry)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
			if err := try(); !errors.Is(err, syscall.EWOULDBLOCK) {
				return err
			}
		}
	}
}

// WriteFile writes a file so that readers see the old or the new content and
// never a part. Its folder must be there.
func WriteFile(path string, content []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err := errors.Join(err, f.Chmod(mode), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
