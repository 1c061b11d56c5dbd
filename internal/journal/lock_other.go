//go:build !linux

package journal

import (
	"os"
	"syscall"
)

// openLock opens the lock file of a journal. Where there are no byte locks that
// belong to the open file, all steps share one lock: one step at a time.
func openLock(journal string, n int) (*os.File, error) {
	return os.OpenFile(lockName(journal, n), os.O_CREATE|os.O_RDWR, 0o600)
}

func lockName(journal string, n int) string {
	if n == appendByte {
		return journal + ".append.lock"
	}
	return journal + ".lock"
}

func tryLock(f *os.File, _ int) (bool, error) { return flock(f, syscall.LOCK_EX) }

func unlock(f *os.File, _ int) { _ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }

func removeLocks(journal string) {
	_ = os.Remove(lockName(journal, appendByte))
	_ = os.Remove(lockName(journal, appendByte+1))
}
