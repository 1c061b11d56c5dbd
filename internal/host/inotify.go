package host

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// inotifyWanted is how many inotify instances kind recommends for several nodes
// (https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files):
// every node's systemd, kubelet and containerd take some, all from root's account.
const inotifyWanted = 512

const inotifyFile = "/proc/sys/fs/inotify/max_user_instances"

// inotifyInstances reads the limit of inotify instances per user.
func inotifyInstances() (int, error) {
	b, err := os.ReadFile(inotifyFile)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(b)))
}

// raiseInotify raises the limit where it is too small and we may. It is the one
// setting of the machine that seatrial changes, and it says so; where it does not
// work, doctor has the fix.
func raiseInotify(progress Progress) {
	n, err := inotifyInstances()
	if err != nil || n >= inotifyWanted || os.Geteuid() != 0 || runtime.GOOS != "linux" {
		return
	}
	if os.WriteFile(inotifyFile, []byte(strconv.Itoa(inotifyWanted)), 0o644) == nil && progress != nil {
		progress(Step{Name: fmt.Sprintf("raised fs.inotify.max_user_instances from %d to %d", n, inotifyWanted), Done: true})
	}
}
