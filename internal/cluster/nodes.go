package cluster

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// Names lists the nodes of a role (RoleControlPlane, RoleWorker), or all if the
// role is empty: the control plane first, workers in the order of their numbers.
func (c *Cluster) Names(role string) []string { return c.snapshot().names(role) }

// InternalIP is a node's address in the cluster's network. It is kept over restarts.
func (c *Cluster) InternalIP(name string) (string, error) {
	n, err := c.snapshot().find(name)
	return n.IP, err
}

// Exec runs a command in a node and returns its combined output. The error of a
// command that failed is a *host.CommandError.
func (c *Cluster) Exec(ctx context.Context, name string, command ...string) (string, error) {
	if _, err := c.snapshot().find(name); err != nil {
		return "", err
	}
	return c.exec(ctx, name, "", command...)
}

// NetNS is the path of a running node's network namespace, which root on the same
// kernel may enter.
func (c *Cluster) NetNS(ctx context.Context, name string) (string, error) {
	pid, err := c.pid(ctx, name)
	if err != nil {
		return "", fmt.Errorf("find the network namespace of %s: %w", name, err)
	}
	return netNS("/proc", pid), nil
}

func processDir(proc string, pid int) string { return filepath.Join(proc, strconv.Itoa(pid)) }

// netNS is the network namespace of a process, by the /proc that knows its number.
func netNS(proc string, pid int) string { return filepath.Join(processDir(proc, pid), "ns", "net") }

// PodNetNS is the path of the network namespace of the pod of a running container on a
// node, which root on the same kernel may enter. The container's process is known by the
// node's own numbers, so it is found through the node's /proc.
func (c *Cluster) PodNetNS(ctx context.Context, node, container string) (string, error) {
	what := fmt.Sprintf("find the network namespace of container %s on %s", container, node)
	out, err := c.Exec(ctx, node, "crictl", "inspect", "--output", "go-template", "--template", "{{.info.pid}}", container)
	if err != nil {
		return "", fmt.Errorf("%s: %w", what, err)
	}
	inside, err := strconv.Atoi(strings.TrimSpace(out))
	if err != nil {
		return "", fmt.Errorf("%s: its process is %q: %w", what, out, err)
	}
	pid, err := c.pid(ctx, node)
	if err != nil {
		return "", fmt.Errorf("%s: %w", what, err)
	}
	return netNS(filepath.Join(processDir("/proc", pid), "root", "proc"), inside), nil
}

// pid is the process id of the node's init on the Docker host.
func (c *Cluster) pid(ctx context.Context, name string) (int, error) {
	found, err := c.inspect(ctx, name)
	if err != nil {
		return 0, err
	}
	if !found[0].State.Running {
		return 0, fmt.Errorf("node %s is not running", name)
	}
	return found[0].State.Pid, nil
}

// LinkDown takes the host's end of the node's network link down: from then on
// nothing that the node sends or closes reaches anybody.
func (c *Cluster) LinkDown(ctx context.Context, name string) error {
	return c.setLink(ctx, name, "down")
}

// LinkUp takes it up again. A node that is not running has no link, which is no error.
func (c *Cluster) LinkUp(ctx context.Context, name string) error {
	found, err := c.inspect(ctx, name)
	if err != nil {
		return fmt.Errorf("take the link of %s up: %w", name, err)
	}
	if !found[0].State.Running {
		return nil
	}
	return c.setLink(ctx, name, "up")
}

func (c *Cluster) setLink(ctx context.Context, name, state string) error {
	index, err := c.peerIndex(ctx, name)
	if err == nil {
		// The interface of that index, whatever its name.
		script := fmt.Sprintf(`for d in /sys/class/net/*; do [ "$(cat $d/ifindex)" = %d ] && exec ip link set dev "${d##*/}" %s; done; echo "no interface %[1]d"; exit 1`, index, state)
		_, err = c.privileged(ctx, c.Image(), "sh", "-c", script)
	}
	if err != nil {
		return fmt.Errorf("take the link of %s %s: %w", name, state, err)
	}
	return nil
}

// peerIndex is the interface number of the host's end of the node's link.
func (c *Cluster) peerIndex(ctx context.Context, name string) (int, error) {
	pid, err := c.pid(ctx, name)
	if err != nil {
		return 0, err
	}
	out, err := c.privileged(ctx, c.Image(), "nsenter", "--target="+strconv.Itoa(pid), "--net", "ip", "-o", "link", "show", "dev", "eth0")
	if err != nil {
		return 0, err
	}
	return parsePeer(out)
}

// parsePeer reads the peer's number from `ip -o link show`.
//
//	"7: eth0@if8: <BROADCAST,UP> mtu 1500 ..." -> 8
func parsePeer(out string) (int, error) {
	_, rest, found := strings.Cut(out, "@if")
	number, _, colon := strings.Cut(rest, ":")
	if !found || !colon {
		return 0, fmt.Errorf("ip link said %q", out)
	}
	return strconv.Atoi(number)
}

// Freeze stops every process of the node where it is; the kernel goes on
// answering for it (ARP, TCP handshakes of listening sockets).
func (c *Cluster) Freeze(ctx context.Context, name string) error {
	if _, err := c.docker(ctx, "pause", name); err != nil {
		return fmt.Errorf("freeze %s: %w", name, err)
	}
	return nil
}

// Thaw lets a frozen node go on. One that is not frozen is left as it is.
func (c *Cluster) Thaw(ctx context.Context, name string) error {
	found, err := c.inspect(ctx, name)
	if err == nil && found[0].State.Paused {
		_, err = c.docker(ctx, "unpause", name)
	}
	if err != nil {
		return fmt.Errorf("thaw %s: %w", name, err)
	}
	return nil
}
