package cluster

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Outside tells how each node looks to the Docker host: by node name, whether its
// container runs, and its bounds (see Bound), as Docker counts them.
func (c *Cluster) Outside(ctx context.Context) (map[string]map[string]string, error) {
	found, err := c.inspect(ctx, c.Names("")...)
	total, totalErr := c.memory(ctx)
	if err := errors.Join(err, totalErr); err != nil {
		return nil, fmt.Errorf("look at the nodes of cluster %s from outside: %w", c.Name(), err)
	}
	all := map[string]map[string]string{}
	for _, i := range found {
		all[strings.TrimPrefix(i.Name, "/")] = i.outside(total)
	}
	return all, nil
}

// outside says a bound that bounds nothing as Docker has it when none was ever set: what
// took it off may have left other figures (see Unbound).
func (i inspection) outside(total int64) map[string]string {
	b, pids := i.HostConfig, int64(0)
	if b.PidsLimit != nil {
		pids = *b.PidsLimit
	}
	cpu, memory := "none", "none"
	if b.CpuQuota > 0 || b.NanoCpus > 0 {
		cpu = fmt.Sprintf("quota %d period %d nano %d", b.CpuQuota, b.CpuPeriod, b.NanoCpus)
	}
	if b.Memory > 0 && b.Memory < total {
		memory = fmt.Sprintf("%d with swap %d", b.Memory, b.MemorySwap)
	}
	return map[string]string{
		"container":    i.State.Status,
		"bound/cpu":    cpu,
		"bound/memory": memory,
		"bound/pids":   fmt.Sprint(max(pids, 0)), // -1, 0 and nothing all mean that there is none
	}
}
