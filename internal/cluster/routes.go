package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// The folder and the systemd unit by which a node finds its way: once at every
// boot, before anything of Kubernetes runs, from files. Nothing has to be asked,
// so it works while the API server is down. SyncRoutes writes the files whenever
// the set of nodes changes, which only we do.
const (
	netDir    = "/etc/seatrial"
	routeUnit = "seatrial-routes.service"
)

const routeUnitText = `[Unit]
Description=Routes to the pods of the other nodes, none to anywhere else
Before=containerd.service kubelet.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/sbin/ip -force -batch ` + netDir + `/routes
ExecStart=/usr/sbin/nft -f ` + netDir + `/services.nft
ExecStart=/bin/sh ` + netDir + `/resolver

[Install]
WantedBy=multi-user.target
`

// impatient makes the node's resolver give up on outside names after a second.
// Docker's DNS, which answers for the nodes' own names, stays silent when it
// cannot get out (moby 20.10), and 20 s of waiting for it would be the time that
// a wrong image name needs to become ErrImagePull.
const impatient = `grep -q timeout: /etc/resolv.conf || echo "options timeout:1 attempts:1" >> /etc/resolv.conf
`

func resolver(r record) string {
	if r.AllowEgress {
		return "exit 0\n"
	}
	return impatient
}

// routes are the commands for `ip -batch` on one node: the other nodes' pods by
// way of their node, and "unreachable" for the rest of the pod range. Without the
// last, a packet for a pod that is gone would follow the default route.
//
//	route replace unreachable 10.244.0.0/16
//	route replace 10.244.1.0/24 via 172.18.0.3
func routes(r record, on string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "route replace unreachable %s\n", r.PodSubnet)
	for _, n := range r.Nodes {
		if n.Name != on && n.PodCIDR != "" {
			fmt.Fprintf(&b, "route replace %s via %s\n", n.PodCIDR, n.IP)
		}
	}
	return b.String()
}

// serviceGuard turns back what is still addressed to a service when kube-proxy
// has had its turn. A route cannot do that: the way is looked up before kube-proxy
// rewrites the address, so an unreachable route would cut the node itself off
// from every service. The hooks' priority is just before the filter's (0), where
// kube-proxy in mode nftables would silently drop, and after rewriting (-100).
//
// Everything is in one transaction, so that running it again leaves no gap.
func serviceGuard(r record) string {
	const text = `table ip seatrial
delete table ip seatrial
table ip seatrial {
	chain output {
		type filter hook output priority -1; policy accept;
		ip daddr %[1]s counter reject with icmp type host-unreachable
	}
	chain forward {
		type filter hook forward priority -1; policy accept;
		ip daddr %[1]s counter reject with icmp type host-unreachable
	}
}
`
	return fmt.Sprintf(text, r.ServiceSubnet)
}

// routeScript installs the files on a node and applies them.
func routeScript(r record, on string) string {
	var b strings.Builder
	b.WriteString("set -e\nmkdir -p " + netDir + "\n")
	for _, f := range []struct{ path, text string }{
		{netDir + "/routes", routes(r, on)},
		{netDir + "/services.nft", serviceGuard(r)},
		{netDir + "/resolver", resolver(r)},
		{"/etc/systemd/system/" + routeUnit, routeUnitText},
	} {
		b.WriteString(hereFile(f.path, f.text))
	}
	b.WriteString("systemctl daemon-reload\nsystemctl --quiet enable " + routeUnit + "\nsystemctl restart " + routeUnit + "\n")
	return b.String()
}

// SyncRoutes tells every running node the way to the pods of all others. It is
// called whenever the set of nodes changes; calling it again is harmless.
func (c *Cluster) SyncRoutes(ctx context.Context) error {
	r := c.snapshot()
	return c.eachRunning(ctx, r.names(""), func(ctx context.Context, name string) error {
		if _, err := c.exec(ctx, name, routeScript(r, name), "bash"); err != nil {
			return fmt.Errorf("set the routes of %s: %w", name, err)
		}
		return nil
	})
}

// eachRunning does something with every one of the nodes that is running and not
// frozen, all at once.
func (c *Cluster) eachRunning(ctx context.Context, names []string, do func(context.Context, string) error) error {
	found, err := c.inspect(ctx, names...)
	if err != nil {
		return fmt.Errorf("look at the nodes: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, i := range found {
		if i.State.Running && !i.State.Paused {
			group.Go(func() error { return do(ctx, strings.TrimPrefix(i.Name, "/")) })
		}
	}
	return group.Wait()
}

// sortNodes puts the control plane first and the rest in the order of their
// names, "worker2" before "worker10".
func sortNodes(nodes []node) {
	slices.SortFunc(nodes, func(a, b node) int {
		if a.Role != b.Role {
			return strings.Compare(a.Role, b.Role) // "control-plane" < "worker"
		}
		if len(a.Name) != len(b.Name) {
			return len(a.Name) - len(b.Name)
		}
		return strings.Compare(a.Name, b.Name)
	})
}
