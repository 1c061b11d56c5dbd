package cluster

import (
	"context"
	"fmt"
)

// podsWeight is the weight of a node's kubelet and pods against all else that runs in it,
// in systemd's measure (CPUWeight=, systemd.resource-control(5): 100 is the ordinary).
//
// On a machine of its own the pods have as much as it has processors, beside the system's
// services of which each has 100: kubelet's cgroup "kubepods" gets 1024 shares for each
// (pkg/kubelet/cm/node_container_manager_linux.go), 79 or 174 in this measure for two, as the
// runtime converts them. kind puts kubelet and pods together into one slice, which counts as
// a single service: while pods were started beside them, apps that need a fiftieth of a
// processor waited for it for hundreds of milliseconds. This gives the slice about what its
// parts have on a machine of their own; 1600 brought no more.
const podsWeight = 100 * (1 + nodeCPUs)

// weighPods sets the weight on those nodes, as far as they run, for good.
func (c *Cluster) weighPods(ctx context.Context, nodes ...string) error {
	return c.eachRunning(ctx, nodes, func(ctx context.Context, name string) error {
		weight := fmt.Sprintf("CPUWeight=%d", podsWeight)
		if _, err := c.exec(ctx, name, "", "systemctl", "set-property", "kubelet.slice", weight); err != nil {
			return fmt.Errorf("give the pods of %s their share of its processors: %w", name, err)
		}
		return nil
	})
}
