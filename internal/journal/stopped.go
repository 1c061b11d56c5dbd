package journal

import (
	"bytes"
	"fmt"
	"os"
	"time"
)

// stopped reports whether a process stands still by a signal (SIGSTOP) or under a debugger,
// as far as the kernel tells (man 5 proc_pid_stat: state T or t). Without /proc none does.
func stopped(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	// The state follows the name, which is in brackets and may hold anything.
	rest := bytes.TrimSpace(stat[bytes.LastIndexByte(stat, ')')+1:])
	return len(rest) > 0 && (rest[0] == 'T' || rest[0] == 't')
}

// patienceWith is how long a process is waited for that may be at the same undo: one that
// stands still does not go on with it.
func patienceWith(pid int) time.Duration {
	if stopped(pid) {
		return 0
	}
	return UndoTimeout
}
