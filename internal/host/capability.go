package host

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// capSysResource is CAP_SYS_RESOURCE's number in linux/capability.h. Nested CI
// machines and dev containers often lack this one: with it missing a container
// cannot be privileged, nor may an OOM score be lowered.
const (
	capSysResource     = 24
	capSysResourceName = "CAP_SYS_RESOURCE"
)

// boundingSet reads the capabilities that a process can ever have from its
// /proc/PID/status: bit n is capability n.
func boundingSet(status string) (uint64, error) {
	for line := range strings.Lines(status) {
		if v, ok := strings.CutPrefix(line, "CapBnd:"); ok {
			return strconv.ParseUint(strings.TrimSpace(v), 16, 64)
		}
	}
	return 0, fmt.Errorf("no CapBnd in a process's status")
}

// lacksSysResource reports whether this process can never have CAP_SYS_RESOURCE.
// Where capabilities do not exist, nothing is lacking.
func lacksSysResource() bool {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return false
	}
	set, err := boundingSet(string(b))
	return err == nil && set&(1<<capSysResource) == 0
}
