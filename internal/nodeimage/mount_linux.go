package nodeimage

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// unmountBelow takes off every mount below dir (and at it), the deepest first.
func unmountBelow(dir string) error {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	defer f.Close()
	var below []string
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		if p := mountPoint(sc.Text()); p == dir || strings.HasPrefix(p, dir+"/") {
			below = append(below, p)
		}
	}
	if err := sc.Err(); err != nil {
		return err
	}
	slices.Reverse(below) // mountinfo lists mounts in the order they were made
	for _, p := range below {
		if err := unix.Unmount(p, unix.MNT_DETACH); err != nil {
			return fmt.Errorf("unmount %s: %w", p, err)
		}
	}
	return nil
}

// mountPoint reads the fifth field of a line of /proc/self/mountinfo, with the
// kernel's octal escapes undone (proc_pid_mountinfo(5)).
//
//	22 1 254:0 / /a\040b rw - ext4 /dev/vda rw -> "/a b"
func mountPoint(line string) string {
	f := strings.Fields(line)
	if len(f) < 5 {
		return ""
	}
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(f[4])
}
