package journal

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// openLock opens the lock file of a journal. Each of its bytes is a lock of its
// own. The locks belong to the open file, not to the process as those of POSIX
// do, so that two goroutines exclude each other too.
func openLock(journal string, _ int) (*os.File, error) {
	return os.OpenFile(journal+".lock", os.O_CREATE|os.O_RDWR, 0o600)
}

func tryLock(f *os.File, n int) (bool, error) {
	err := setLock(f, n, unix.F_WRLCK)
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		return false, nil
	}
	return err == nil, err
}

func unlock(f *os.File, n int) { _ = setLock(f, n, unix.F_UNLCK) }

func setLock(f *os.File, n int, kind int16) error {
	l := unix.Flock_t{Type: kind, Whence: io.SeekStart, Start: int64(n), Len: 1}
	for {
		err := unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &l)
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

func removeLocks(journal string) { _ = os.Remove(journal + ".lock") }
