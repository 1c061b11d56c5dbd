package measure

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Who listens at a port is found among all processes.
func TestListener(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("it looks into /proc")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := uint64(l.Addr().(*net.TCPAddr).Port)
	us := filepath.Base(os.Args[0])
	if got, err := listener("/proc", port); err != nil || got != us[:min(len(us), commLength)] {
		t.Errorf("%q, %v, want %q", got, err, us)
	}
	if way := wayIn("http://"+l.Addr().String()+"/", []netip.Addr{netip.MustParseAddr("127.0.0.1")}); way != nil {
		t.Errorf("a server is taken for a proxy: %+v", way)
	}
}

// A proxy is known by its name, as the kernel keeps it.
func TestWayInOfAProxy(t *testing.T) {
	proc := t.TempDir()
	for name, text := range map[string]string{
		"net/tcp": "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n" +
			"   0: 0100007F:7580 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0\n" +
			"   1: 0100007F:7582 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1\n",
		"41/comm": "curl\n", // a client of it: nobody listens there
		"42/comm": "docker-proxy\n",
	} {
		path := filepath.Join(proc, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for pid, socket := range map[string]string{"41": "socket:[4712]", "42": "socket:[4711]"} {
		if err := os.MkdirAll(filepath.Join(proc, pid, "fd"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(socket, filepath.Join(proc, pid, "fd", "7")); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := listener(proc, 30080); err != nil || got != "docker-proxy" {
		t.Errorf("%q, %v", got, err)
	}
	for _, port := range []uint64{30081, 30082} { // nobody's, a client's own
		if got, err := listener(proc, port); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("port %d", port)) {
			t.Errorf("%q, %v", got, err)
		}
	}
}
