package cluster

import (
	"context"
	"fmt"
	"strings"
)

// Outside tells how each node looks to the Docker host: by node name, whether its
// container runs, and its bounds (see Bound), as Docker counts them.
func (c *Cluster) Outside(ctx context.Context) (map[string]map[string]string, error) {
	found, err := c.inspect(ctx, c.Names("")...)
	if err != nil {
		return nil, fmt.Errorf("look at the nodes of cluster %s from outside: %w", c.Name(), err)
	}
	all := map[string]map[string]string{}
	for _, i := range found {
		all[strings.TrimPrefix(i.Name, "/")] = i.outside()
	}
	return all, nil
}

func (i inspection) outside() map[string]string {
	b, pids := i.HostConfig, int64(0)
	if b.PidsLimit != nil {
		pids = *b.PidsLimit
	}
	return map[string]string{
		"container":    i.State.Status,
		"bound/cpu":    fmt.Sprintf("quota %d period %d nano %d", b.CpuQuota, b.CpuPeriod, b.NanoCpus),
		"bound/memory": fmt.Sprintf("%d with swap %d", b.Memory, b.MemorySwap),
		"bound/pids":   fmt.Sprint(max(pids, 0)), // -1, 0 and nothing all mean that there is none
	}
}
