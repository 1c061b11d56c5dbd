package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/seatrial/seatrial/internal/host"
)

// A cluster gets a block of consecutive ports on 127.0.0.1: one per mapped node
// port, then the API server's.
//
// kind would look for free ports itself, among the ephemeral ones (from 32768 on,
// ip_local_port_range), and let go of them before Docker binds them. There they
// meet the connections of a load generator and the choice of a cluster that is
// created at the same time, and creation fails with "port is already allocated".
const (
	firstPort  = 20000
	endPort    = 32000
	blockPorts = NodePorts + 1
)

// portsDir holds a file per block in use: named after its first port, with the
// name of the cluster in it.
func portsDir() string { return filepath.Join(host.StateDir(), "ports") }

// reservePorts reserves a block for the cluster and returns its first port.
func reservePorts(cluster string) (int, error) {
	if err := os.MkdirAll(portsDir(), 0o700); err != nil {
		return 0, fmt.Errorf("reserve ports: %w", err)
	}
	for base := firstPort; base+blockPorts <= endPort; base += blockPorts {
		if taken, err := claim(base, cluster); err != nil {
			return 0, fmt.Errorf("reserve ports: %w", err)
		} else if taken {
			continue
		}
		if allFree(base) {
			return base, nil
		}
		if err := os.Remove(blockFile(base)); err != nil { // somebody else listens there
			return 0, fmt.Errorf("reserve ports: %w", err)
		}
	}
	return 0, fmt.Errorf("no %d consecutive ports from %d to %d are free on 127.0.0.1", blockPorts, firstPort, endPort)
}

func blockFile(base int) string { return filepath.Join(portsDir(), strconv.Itoa(base)) }

// claim makes the block's file, with its content from the first instant on. A file
// whose cluster is gone counts for nothing.
func claim(base int, cluster string) (taken bool, err error) {
	fresh, err := os.CreateTemp(portsDir(), ".new-")
	if err != nil {
		return false, err
	}
	defer os.Remove(fresh.Name())
	_, err = fresh.WriteString(cluster)
	if err := errors.Join(err, fresh.Close()); err != nil {
		return false, err
	}
	err = os.Link(fresh.Name(), blockFile(base))
	if !errors.Is(err, fs.ErrExist) {
		return false, err
	}
	owner, err := os.ReadFile(blockFile(base))
	if err != nil {
		return true, nil // it was released this instant: take another
	}
	if _, err := os.Stat(filepath.Join(clustersDir(), string(owner))); err == nil {
		return true, nil
	}
	return false, os.Rename(fresh.Name(), blockFile(base))
}

func allFree(base int) bool {
	for port := base; port < base+blockPorts; port++ {
		l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			return false
		}
		_ = l.Close()
	}
	return true
}

// releasePorts gives the cluster's block back.
func releasePorts(cluster string) error {
	entries, err := os.ReadDir(portsDir())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("release ports: %w", err)
	}
	var errs []error
	for _, e := range entries {
		path := filepath.Join(portsDir(), e.Name())
		if owner, err := os.ReadFile(path); err == nil && string(owner) == cluster && !strings.HasPrefix(e.Name(), ".") {
			errs = append(errs, os.Remove(path))
		}
	}
	return errors.Join(errs...)
}
