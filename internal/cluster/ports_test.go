package cluster

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// living makes the folder that says that a cluster exists.
func living(t *testing.T, cluster string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(clustersDir(), cluster), 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestNoTwoClustersGetTheSamePorts(t *testing.T) {
	t.Setenv("SEATRIAL_STATE", t.TempDir())
	const clusters = 8
	bases := make(chan int, clusters)
	var all sync.WaitGroup
	for i := range clusters {
		name := fmt.Sprint("c", i)
		living(t, name)
		all.Go(func() {
			base, err := reservePorts(name)
			if err != nil {
				t.Error(err)
			}
			bases <- base
		})
	}
	all.Wait()
	close(bases)
	seen := map[int]bool{}
	for base := range bases {
		if seen[base] || (base-firstPort)%blockPorts != 0 {
			t.Errorf("block %d twice or out of line", base)
		}
		seen[base] = true
	}
}

func TestPortsInUseArePassedOver(t *testing.T) {
	t.Setenv("SEATRIAL_STATE", t.TempDir())
	living(t, "dev")
	base, err := reservePorts("dev")
	if err != nil {
		t.Fatal(err)
	}
	if err := releasePorts("dev"); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp4", fmt.Sprint("127.0.0.1:", base+7))
	if err != nil {
		t.Skip(err) // somebody took it in between
	}
	defer l.Close()
	if next, err := reservePorts("dev"); err != nil || next <= base {
		t.Errorf("got %d, %v, want one after %d", next, err, base)
	}
}

func TestPortsOfADeadClusterAreTakenOver(t *testing.T) {
	t.Setenv("SEATRIAL_STATE", t.TempDir())
	first, err := reservePorts("gone") // no folder: it is gone
	if err != nil {
		t.Fatal(err)
	}
	living(t, "dev")
	if base, err := reservePorts("dev"); err != nil || base != first {
		t.Errorf("got %d, %v, want %d", base, err, first)
	}
	if err := releasePorts("gone"); err != nil {
		t.Fatal(err)
	}
	if owner, err := os.ReadFile(blockFile(first)); err != nil || string(owner) != "dev" {
		t.Errorf("owner %q, %v: another's ports were released", owner, err)
	}
	if err := releasePorts("dev"); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(portsDir()); err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}
