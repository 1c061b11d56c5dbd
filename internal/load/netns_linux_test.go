package load

import (
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/seatrial/seatrial/internal/history"
)

// elsewhere serves on loopback of a network namespace of its own, and returns
// the namespace's file and the URL there.
func elsewhere(t *testing.T) (netns, url string) {
	t.Helper()
	type place struct {
		netns    string
		listener net.Listener
		err      error
	}
	made := make(chan place)
	leave := make(chan struct{})
	var settle func()
	settle = func() {
		runtime.LockOSThread() // and never unlocked: the thread dies with the goroutine
		if unix.Gettid() == unix.Getpid() {
			// The main thread stands for the whole process in /proc: leave it as it is.
			go settle()
			<-leave
			runtime.UnlockOSThread()
			return
		}
		var p place
		if p.err = unix.Unshare(unix.CLONE_NEWNET); p.err == nil {
			p.netns = fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid())
			p.netns = strings.Replace(p.netns, "self", fmt.Sprint(unix.Getpid()), 1)
			if p.err = loopbackUp(); p.err == nil {
				p.listener, p.err = net.Listen("tcp", "127.0.0.1:0")
			}
		}
		made <- p
		<-leave
	}
	go settle()
	p := <-made
	t.Cleanup(func() { close(leave) })
	if p.err != nil {
		t.Skipf("this machine gives us no network namespace: %v", p.err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(HeaderPod, "elsewhere")
	})}
	go func() { _ = server.Serve(p.listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return p.netns, "http://" + p.listener.Addr().String() + "/"
}

func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, request)
}

func TestProcessEntersANetworkNamespace(t *testing.T) {
	netns, url := elsewhere(t)
	plan := Plan{URL: url, Lanes: both(100, 2), MaxDuration: 500 * time.Millisecond, NetNS: netns, SourceAddrs: []string{"127.0.0.2", "127.0.0.3"}}
	p, got := started(t, plan)
	report, err := p.Wait()
	if err != nil {
		t.Fatal(err)
	}
	from := map[string]int{}
	for _, s := range got.lane(history.LaneFresh) {
		host, _, _ := net.SplitHostPort(s.Via)
		from[host]++
	}
	if report.Lane(history.LaneFresh).Failures() > 0 || report.Lane(history.LaneReused).Pods["elsewhere"] < 20 || from["127.0.0.2"] < 10 || from["127.0.0.3"] < 10 {
		t.Errorf("sent from %v: %+v", from, report)
	}
	if _, err := Run(t.Context(), plan, got.sample, got.gap); err == nil || !strings.Contains(err.Error(), "process of its own") {
		t.Errorf("run from the wrong namespace: %v", err)
	}
}

// A dial that fails has a local port too: that of the next turn.
func TestFailedDialsNameTheirPort(t *testing.T) {
	netns, _ := elsewhere(t)
	p, got := started(t, Plan{URL: "http://127.0.0.1:1/", Lanes: []Lane{{Name: history.LaneFresh, Rate: 50}}, MaxDuration: 300 * time.Millisecond, NetNS: netns})
	if _, err := p.Wait(); err != nil {
		t.Fatal(err)
	}
	ports, refused := map[string]bool{}, 0
	for _, s := range got.lane(history.LaneFresh) {
		if s.Class == history.ClassStall {
			continue // of this test on a busy machine: it may have been sent or not
		}
		if s.Class != history.ClassRefused || !strings.Contains(s.Via, ":") {
			t.Errorf("slot %d: %s from %q", s.Seq, s.Class, s.Via)
		}
		ports[s.Via] = true
		refused++
	}
	if refused == 0 || len(ports) != refused {
		t.Errorf("%d dials were refused from %d ports", refused, len(ports))
	}
}
