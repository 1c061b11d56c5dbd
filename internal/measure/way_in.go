package measure

import (
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"

	"github.com/prometheus/procfs"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/load"
)

// A WayIn is a program on this machine through which all connections go. It accepts them
// itself, so that some failures behind it look like others.
type WayIn struct {
	Program string   `json:"program"`
	Hides   []string `json:"hides"` // classes that cannot be seen through it
}

// proxies are the programs with which container engines publish a port on this machine:
// Docker's, that of rootless Docker and Podman, and that of their machines on macOS.
var proxies = []string{"docker-proxy", "rootlesskit", "rootlessport", "gvproxy", "com.docker.backend"}

// commLength is how much of a program's name the kernel keeps (TASK_COMM_LEN, without the end).
const commLength = 15

// wayIn is the proxy that the URL leads to, whose host has these addresses, nil if it leads
// to none that we can see: to another machine, to a program of somebody else's where we are
// not root, on another system.
func wayIn(rawURL string, found []netip.Addr) *WayIn {
	u, err := url.Parse(rawURL)
	if err != nil || !slices.ContainsFunc(found, isLoopback) {
		return nil
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		return nil // what listens at 80 or 443 is a server
	}
	program, err := listener("/proc", port)
	if err != nil || !slices.ContainsFunc(proxies, func(p string) bool { return p[:min(len(p), commLength)] == program }) {
		return nil
	}
	return &WayIn{Program: program, Hides: load.Hides(history.ViaMappedPort)}
}

// listening is the state of a socket that accepts connections (include/net/tcp_states.h).
const listening = 0x0a

// listener is the name of the program that listens at the TCP port, as far as we may see it.
func listener(proc string, port uint64) (string, error) {
	fs, err := procfs.NewFS(proc)
	if err != nil {
		return "", err
	}
	var sockets []string
	for _, read := range []func() (procfs.NetTCP, error){fs.NetTCP, fs.NetTCP6} { //nolint:staticcheck // slow with many sockets, which does not matter once
		all, err := read()
		if err != nil && !os.IsNotExist(err) { // without IPv6 there is none
			return "", err
		}
		for _, s := range all {
			if s.LocalPort == port && s.St == listening {
				sockets = append(sockets, fmt.Sprintf("socket:[%d]", s.Inode))
			}
		}
	}
	processes, err := fs.AllProcs()
	if err != nil {
		return "", err
	}
	for _, p := range processes {
		files, err := p.FileDescriptorTargets()
		if err != nil {
			continue // not ours to look into, or gone
		}
		if slices.ContainsFunc(files, func(f string) bool { return slices.Contains(sockets, f) }) {
			return p.Comm()
		}
	}
	return "", fmt.Errorf("nobody that we may see listens at port %d", port)
}
