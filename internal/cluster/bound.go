package cluster

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// Bounds limit a node from outside. A zero value leaves that one as it is.
type Bounds struct {
	CPUs   float64 // cores
	Memory int64   // bytes; swap is bounded to the same, so that there is none
	PIDs   int64
}

// cpuPeriod is the period over which a node's cores are shared out, microseconds: five
// times the kernel's default, so that a burst of a node at rest does not use its quota
// up, and one that is used up is felt for longer than the noise of a machine.
const cpuPeriod = 500_000

// Bound limits what a node may take of the Docker host, so that a resource fault
// in it does not starve the load generator or wake the host's OOM killer.
func (c *Cluster) Bound(ctx context.Context, name string, b Bounds) error {
	args := []string{"update"}
	if b.CPUs > 0 {
		args = append(args, "--cpu-period", strconv.Itoa(cpuPeriod), "--cpu-quota", strconv.Itoa(int(b.CPUs*cpuPeriod)))
	}
	if b.Memory > 0 {
		m := strconv.FormatInt(b.Memory, 10)
		args = append(args, "--memory", m, "--memory-swap", m)
	}
	if b.PIDs > 0 {
		args = append(args, "--pids-limit", strconv.FormatInt(b.PIDs, 10))
	}
	if len(args) == 1 {
		return nil
	}
	if _, err := c.docker(ctx, append(args, name)...); err != nil {
		return fmt.Errorf("bound %s: %w", name, err)
	}
	return nil
}

// BoundCPU is Bound for the cores alone.
func (c *Cluster) BoundCPU(ctx context.Context, name string, cores float64) error {
	return c.Bound(ctx, name, Bounds{CPUs: cores})
}

// Unbound takes all bounds off a node.
func (c *Cluster) Unbound(ctx context.Context, name string) error {
	memory, err := c.memory(ctx)
	if err == nil {
		total := strconv.FormatInt(memory, 10)
		// Docker cannot take a memory limit away: 0 means "as it is", and -1 for swap
		// never reaches the cgroup of a container that has a limit (moby 20.10,
		// daemon/update_linux.go). So the node gets all there is.
		_, err = c.docker(ctx, "update", "--cpu-quota", "-1", "--memory", total, "--memory-swap", total, "--pids-limit", "-1", name)
	}
	if err != nil {
		return fmt.Errorf("take the bounds off %s: %w", name, err)
	}
	return nil
}

// memory is how much the Docker host has, bytes.
func (s shell) memory(ctx context.Context) (int64, error) {
	total, err := s.docker(ctx, "info", "--format", "{{.MemTotal}}")
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(total), 10, 64)
}

// tasksScript takes systemd's own limit off every container: it is 15 % of what the
// node may have (systemd-system.conf, DefaultTasksMax=), so that a small bound of the node
// would be one of each of its pods, whose kubelet sets none.
const tasksScript = `mkdir -p /etc/systemd/system.conf.d
printf '[Manager]\nDefaultTasksMax=infinity\n' >/etc/systemd/system.conf.d/seatrial.conf
systemctl daemon-reexec
`

// boundAll bounds the nodes of a place that has bounds, once it is up: what creates a
// node needs more than what keeps it.
func (c *Cluster) boundAll(ctx context.Context, bounds []kindconfigs.Bound) error {
	for _, b := range bounds {
		if b.PIDs > 0 {
			if _, err := c.exec(ctx, c.Name()+"-"+b.Node, tasksScript, "bash"); err != nil {
				return fmt.Errorf("have systemd of %s set no bounds of its own: %w", b.Node, err)
			}
		}
		if err := c.Bound(ctx, c.Name()+"-"+b.Node, Bounds{CPUs: b.CPUs, Memory: b.Memory, PIDs: b.PIDs}); err != nil {
			return err
		}
	}
	return nil
}

// boundPatches tell the kubelet of a node that is bounded what is its own of a machine
// that it sees as a whole, as flags, because kubeadm gives every node the same
// configuration file. One that is not bounded has nodeCPUs to give to pods, however large
// the machine is: what fits where, by requests, is then the same on every machine.
func boundPatches(bounds []kindconfigs.Bound, cluster, node string, f facts) []string {
	for _, b := range bounds {
		if cluster+"-"+b.Node != node {
			continue
		}
		patch := fmt.Sprintf(`kind: JoinConfiguration
nodeRegistration:
  kubeletExtraArgs:
    system-reserved: "cpu=%dm"
    eviction-hard: "memory.available<%dKi"
    eviction-pressure-transition-period: 20s
`, max(0, int64(1000*(float64(f.CPUs)-b.CPUs))), max(0, f.Memory-b.EvictAbove)/1024)
		if b.PodPIDs > 0 {
			patch += fmt.Sprintf("    pod-max-pids: %q\n", strconv.FormatInt(b.PodPIDs, 10))
		}
		return []string{patch}
	}
	if f.CPUs <= nodeCPUs {
		return nil
	}
	return []string{fmt.Sprintf("kind: JoinConfiguration\nnodeRegistration:\n  kubeletExtraArgs:\n    system-reserved: \"cpu=%d\"\n", f.CPUs-nodeCPUs)}
}

// nodeCPUs is how many cores a worker offers to the scheduler, if the machine has them.
const nodeCPUs = 2
