package cluster

import (
	"context"
	"strings"
	"testing"

	"github.com/seatrial/seatrial/internal/host"
)

func TestNetworkIsMadeWithTheRangeThatDockerChose(t *testing.T) {
	s, f := fake(t, map[string]answer{"docker network inspect": {out: "172.20.0.0/16 \n"}})
	subnet, err := s.createNetwork(t.Context(), devRecord())
	if err != nil || subnet != "172.20.0.0/16" {
		t.Fatalf("subnet %q, %v", subnet, err)
	}
	last := f.calls[len(f.calls)-1]
	for _, want := range []string{"--subnet 172.20.0.0/16", "--label io.seatrial.cluster=dev", "bridge.name=" + bridgeName("dev"), "masquerade=false", "seatrial-dev"} {
		if !strings.Contains(last, want) {
			t.Errorf("%q lacks %q", last, want)
		}
	}
}

func TestNetworkTriesAgainWhenTheRangeWasTaken(t *testing.T) {
	refusals := 2
	s := shell{run: func(_ context.Context, c host.Cmd) (string, error) {
		line := strings.Join(c.Args, " ")
		if strings.Contains(line, "--subnet") && refusals > 0 {
			refusals--
			return "", &host.CommandError{Args: c.Args, Output: "Error response from daemon: Pool overlaps with other one on this address space", Err: errExit1}
		}
		return "172.20.0.0/16", nil
	}}
	if _, err := s.createNetwork(t.Context(), devRecord()); err != nil || refusals != 0 {
		t.Errorf("%v with %d refusals left", err, refusals)
	}
	refusals = 99
	if _, err := s.createNetwork(t.Context(), devRecord()); err == nil || refusals < 90 {
		t.Errorf("gave up after %d, %v", 99-refusals, err)
	}
}

func TestFreeAddress(t *testing.T) {
	r := devRecord()
	if ip, err := freeAddress(r); err != nil || ip != "172.18.0.5" {
		t.Errorf("got %s, %v, want 172.18.0.5", ip, err)
	}
	r.Subnet = "172.18.0.0/29" // .2 to .6 for nodes
	for _, want := range []string{"172.18.0.5", "172.18.0.6"} {
		ip, err := freeAddress(r)
		if err != nil || ip != want {
			t.Fatalf("got %s, %v, want %s", ip, err, want)
		}
		r.Nodes = append(r.Nodes, node{IP: ip})
	}
	if ip, err := freeAddress(r); err == nil {
		t.Errorf("a full subnet gave %s", ip)
	}
}

func TestBridgeNameFitsAnInterface(t *testing.T) {
	a, b := bridgeName("dev"), bridgeName(strings.Repeat("a-very-long-name", 3))
	if len(a) > 15 || len(b) > 15 || a == b {
		t.Errorf("bridges %q and %q", a, b)
	}
}
