package cluster

import (
	"context"
	"fmt"
)

// Kill ends all processes of the node at once, as a power cut does.
func (c *Cluster) Kill(ctx context.Context, name string) error {
	if _, err := c.docker(ctx, "kill", name); err != nil {
		return fmt.Errorf("kill %s: %w", name, err)
	}
	return nil
}

// Stop shuts a node down in good order: systemd ends its services first. Docker
// kills what is left after 10 s.
func (c *Cluster) Stop(ctx context.Context, name string) error {
	if _, err := c.docker(ctx, "stop", name); err != nil {
		return fmt.Errorf("stop %s: %w", name, err)
	}
	return nil
}

// bootScript waits, in a node, for what must be there before it is of use.
const bootScript = `for unit in ` + routeUnit + ` containerd.service kubelet.service; do
	until systemctl --quiet is-active $unit; do sleep 0.1; done
done
`

// Start powers a killed or stopped node on, under the address that it had, takes
// its link up, thaws it if it is frozen, and returns when its kubelet has
// started. Until it is Ready takes a little longer.
func (c *Cluster) Start(ctx context.Context, name string) error {
	if err := c.start(ctx, name); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	return nil
}

func (c *Cluster) start(ctx context.Context, name string) error {
	n, err := c.snapshot().find(name)
	if err != nil {
		return err
	}
	found, err := c.inspect(ctx, name)
	if err != nil {
		return err
	}
	if found[0].State.Running {
		if err := c.Thaw(ctx, name); err != nil {
			return err
		}
		if err := c.LinkUp(ctx, name); err != nil {
			return err
		}
	} else if err := c.powerOn(ctx, n); err != nil {
		return err
	}
	_, err = c.exec(ctx, name, bootScript, "timeout", "60", "bash")
	return err
}

// powerOn starts the node's container. Docker gives a container that was stopped
// the next free address, not the one that it had, unless it is asked for by name.
func (c *Cluster) powerOn(ctx context.Context, n node) error {
	network := networkName(c.Name())
	// It may be disconnected already, if we died here before.
	_, _ = c.docker(ctx, "network", "disconnect", "--force", network, n.Name)
	if _, err := c.docker(ctx, "network", "connect", "--ip", n.IP, network, n.Name); err != nil {
		return err
	}
	_, err := c.docker(ctx, "start", n.Name)
	return err
}
