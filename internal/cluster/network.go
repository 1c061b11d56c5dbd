package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/host"
)

// Labels of what belongs to a cluster of ours in Docker.
const (
	labelCluster = "io.seatrial.cluster" // the cluster's name
	labelPlace   = "io.seatrial.place"
	labelExpires = "io.seatrial.expires" // RFC 3339; after that `seatrial recover` deletes it
)

// createNetwork makes the cluster's own network and returns its subnet.
//
// Docker lets a container keep its address over a restart only in networks whose
// subnet was asked for by name, but only Docker knows which ranges are free. So
// one is made, looked at, and made again with the range that Docker chose.
func (s shell) createNetwork(ctx context.Context, r record) (string, error) {
	const attempts = 5 // another process may take the range in between
	name := networkName(r.Name)
	for attempt := 1; ; attempt++ {
		if _, err := s.docker(ctx, networkArgs(r, "")...); err != nil {
			return "", fmt.Errorf("create network %s: %w", name, err)
		}
		subnet, err := s.docker(ctx, "network", "inspect", "-f", `{{range .IPAM.Config}}{{.Subnet}} {{end}}`, name)
		if err != nil {
			return "", fmt.Errorf("create network %s: %w", name, err)
		}
		if _, err := s.docker(ctx, "network", "rm", name); err != nil {
			return "", fmt.Errorf("create network %s: %w", name, err)
		}
		subnet = strings.Fields(subnet + " ")[0]
		_, err = s.docker(ctx, networkArgs(r, subnet)...)
		if err == nil {
			return subnet, nil
		}
		if attempt == attempts || !overlaps(err) {
			return "", fmt.Errorf("create network %s: %w", name, err)
		}
	}
}

// overlaps: moby's libnetwork/ipamapi, ErrPoolOverlap, has no other mark than its words.
func overlaps(err error) bool {
	var failed *host.CommandError
	return errors.As(err, &failed) && strings.Contains(failed.Output, "overlap")
}

func networkArgs(r record, subnet string) []string {
	args := []string{"network", "create", "--driver=bridge",
		"--label", labelCluster + "=" + r.Name,
		"--label", labelPlace + "=" + r.Place,
		"--label", labelExpires + "=" + r.Expires.Format(time.RFC3339),
		"--opt", "com.docker.network.bridge.name=" + bridgeName(r.Name),
		"--opt", fmt.Sprintf("com.docker.network.bridge.enable_ip_masquerade=%t", r.AllowEgress),
	}
	if subnet != "" {
		args = append(args, "--subnet", subnet)
	}
	return append(args, networkName(r.Name))
}

// freeAddress returns the lowest address of the subnet that no node of the record
// has. The first one is the gateway's (Docker's default).
//
//	172.18.0.0/16, nodes at .2 and .3 -> 172.18.0.4
func freeAddress(r record) (string, error) {
	subnet, err := netip.ParsePrefix(r.Subnet)
	if err != nil {
		return "", fmt.Errorf("subnet of cluster %s: %w", r.Name, err)
	}
	taken := map[string]bool{}
	for _, n := range r.Nodes {
		taken[n.IP] = true
	}
	for ip := subnet.Masked().Addr().Next().Next(); subnet.Contains(ip.Next()); ip = ip.Next() {
		if !taken[ip.String()] {
			return ip.String(), nil
		}
	}
	return "", fmt.Errorf("subnet %s of cluster %s is full", r.Subnet, r.Name)
}
