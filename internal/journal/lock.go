package journal

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// lockPoll is how often a taken lock is tried again. No time is measured here.
const lockPoll = 20 * time.Millisecond

// hold takes lock n of a journal and returns its release. It waits for another
// holder for at most the given time and then goes on without: locks keep two
// processes from doing the same at once, but a stopped process, or a lock file
// that cannot be opened, must never stand in the way of an undo.
func hold(journal string, n int, wait time.Duration) (release func()) {
	f, err := openLock(journal, n)
	if err != nil {
		return func() {}
	}
	late := time.After(wait)
	for {
		taken, err := tryLock(f, n)
		if taken || err != nil {
			return func() { unlock(f, n); f.Close() }
		}
		select {
		case <-late:
			return func() { f.Close() }
		case <-time.After(lockPoll):
		}
	}
}

// flock takes the lock of a whole file without waiting; how is LOCK_EX or
// LOCK_SH. It reports false if another holds it.
func flock(f *os.File, how int) (bool, error) {
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		case err != nil:
			return false, &os.PathError{Op: "flock", Path: f.Name(), Err: err}
		default:
			return true, nil
		}
	}
}

// alive reports whether the run that writes the journal lives: it holds the
// lock of the file for as long as it does, however it ends. Looking takes a
// shared lock, so that two who look do not take each other for the run.
func alive(journal string) (bool, error) {
	f, err := os.Open(journal)
	if err != nil {
		return false, err
	}
	defer f.Close()
	free, err := flock(f, syscall.LOCK_SH)
	return !free, err
}
