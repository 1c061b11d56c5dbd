package cluster

import (
	"slices"
	"strings"
	"testing"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// What a kubelet is told fits what its node may take of the machine.
func TestKubeletsOfBoundNodesAreTold(t *testing.T) {
	bounds := []kindconfigs.Bound{
		{Node: "worker", CPUs: 0.5, Memory: 1 << 30, EvictAbove: 512 << 20, PIDs: 500, PodPIDs: 100},
		{Node: "worker2", CPUs: 4, EvictAbove: 64 << 30},
	}
	host := facts{CPUs: 2, Memory: 8 << 30}
	for node, want := range map[string][]string{
		"dev-worker":  {`system-reserved: "cpu=1500m"`, `eviction-hard: "memory.available<7864320Ki"`, `pod-max-pids: "100"`},
		"dev-worker2": {`system-reserved: "cpu=0m"`, `eviction-hard: "memory.available<0Ki"`}, // more than there is
		"dev-worker3": nil,
	} {
		got := strings.Join(boundPatches(bounds, "dev", node, host), "")
		for _, line := range want {
			if !strings.Contains(got, line) {
				t.Errorf("%s: no %s in %s", node, line, got)
			}
		}
		if (got == "") != (want == nil) || strings.Contains(got, "pod-max-pids") != (node == "dev-worker") {
			t.Errorf("%s: %s", node, got)
		}
	}
}

// A worker without bounds offers two cores to pods on a large machine and on a small one.
func TestWorkersOfferTheSameOnEveryMachine(t *testing.T) {
	for cpus, want := range map[int]string{1: "", 2: "", 3: `system-reserved: "cpu=1"`, 64: `system-reserved: "cpu=62"`} {
		got := strings.Join(boundPatches(nil, "dev", "dev-worker", facts{CPUs: cpus, Memory: 8 << 30}), "")
		if !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%d cores: %q, want %q", cpus, got, want)
		}
	}
}

func TestBoundAllNamesTheNodes(t *testing.T) {
	c, f := devCluster(t, nil)
	if err := c.boundAll(t.Context(), []kindconfigs.Bound{{Node: "worker", CPUs: 0.5, PIDs: 7}}); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(f.calls, func(call string) bool {
		return strings.Contains(call, "--cpu-quota 250000") && strings.Contains(call, "--pids-limit 7") && strings.HasSuffix(call, " dev-worker")
	}) {
		t.Errorf("%q", f.calls)
	}
}
