package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/seatrial/seatrial/workloads"
)

// The test binary is the server too: what only a process can show (signals,
// exit statuses, a log that outlives it) is shown by one.
func TestMain(m *testing.M) {
	if os.Getenv("TEST_AS_SERVER") == "1" {
		main()
		return
	}
	os.Exit(m.Run())
}

// a server is the app in a process of its own.
type server struct {
	t       testing.TB
	cmd     *exec.Cmd
	events  chan workloads.Event
	seen    []workloads.Event
	service string
	admin   string
}

// start runs the server in a folder that stands for its pod's volume.
func start(t testing.TB, pod string, env ...string) *server {
	t.Helper()
	port := freePort(t)
	s := &server{t: t, cmd: exec.Command(os.Args[0]), events: make(chan workloads.Event, 1000), admin: "http://127.0.0.1:" + port}
	s.cmd.Env = append(os.Environ(), append([]string{"TEST_AS_SERVER=1", "PORT=0", "ADMIN_PORT=" + port,
		"EVENTS=" + filepath.Join(pod, "events.jsonl"), "READY_FILE=" + filepath.Join(pod, "ready")}, env...)...)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill(); _ = s.cmd.Wait() })
	go func() {
		defer close(s.events)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if e, err := workloads.ParseEvent(lines.Bytes()); err == nil {
				s.events <- e
			}
		}
	}()
	return s
}

// freePort is one that nobody listens on at the moment; a race for it is possible, and unlikely.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// until waits for an event of the state on stdout.
func (s *server) until(state string) workloads.Event {
	s.t.Helper()
	limit := time.After(20 * time.Second)
	for {
		select {
		case e, ok := <-s.events:
			if !ok {
				s.t.Fatalf("the server ended before %q; it said %+v", state, s.seen)
			}
			s.seen = append(s.seen, e)
			if e.State == stateListen {
				s.service = "http://127.0.0.1:" + e.Attrs[attrPort]
			}
			if e.State == state {
				return e
			}
		case <-limit:
			s.t.Fatalf("no %q in time; the server said %+v", state, s.seen)
		}
	}
}

// status waits for the end and returns the exit status.
func (s *server) status() int {
	s.t.Helper()
	for e := range s.events {
		s.seen = append(s.seen, e)
	}
	err := s.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	return s.cmd.ProcessState.ExitCode()
}

func (s *server) turn(knob, value string) {
	s.t.Helper()
	resp, err := http.Post(s.admin+workloads.KnobPath(knob, value), "", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if body, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != 200 {
		s.t.Fatalf("turn %s: %d %s %v", knob, resp.StatusCode, body, err)
	}
}

func (s *server) terminate() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
}

// slow sends a request that takes as long as the server's ANSWER_TIME, and
// returns once it is in flight. The channel has its outcome.
func (s *server) slow() <-chan error {
	s.t.Helper()
	outcome := make(chan error, 1)
	conn, err := net.Dial("tcp", s.service[len("http://"):])
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	_, _ = fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: web\r\n\r\n")
	go func() {
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err == nil {
			_, err = io.ReadAll(resp.Body)
			if resp.StatusCode != 200 || !resp.Close {
				err = fmt.Errorf("status %d, connection to be closed: %v", resp.StatusCode, resp.Close)
			}
		}
		outcome <- err
	}()
	return outcome
}

func TestSIGTERMWithDrainLosesNothing(t *testing.T) {
	s := start(t, t.TempDir(), "DRAIN=1s", "ANSWER_TIME=1500ms")
	s.until(stateReady)
	s.terminate()
	s.until(stateSIGTERM)
	resp, err := http.Get(s.service + pathLive) // long before the server shuts down
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if !resp.Close {
		t.Error("a draining server must ask for its connections to be closed")
	}
	late := s.slow() // connected after SIGTERM: kube-proxy may be late
	if err := <-late; err != nil {
		t.Errorf("a request in the drain is lost: %v", err)
	}
	if code := s.status(); code != 0 {
		t.Errorf("want exit status 0, got %d", code)
	}
	end := s.seen[len(s.seen)-1]
	if end.State != stateExit || end.Attrs[attrInflight] != "0" || end.Attrs[attrCode] != "0" {
		t.Errorf("last event: %+v", end)
	}
}

func TestSIGTERMWithoutDrainCutsOff(t *testing.T) {
	s := start(t, t.TempDir(), "ANSWER_TIME=1h")
	s.until(stateReady)
	lost := s.slow()
	s.awaitInflight(1)
	s.terminate()
	if err := <-lost; err == nil {
		t.Error("the request in flight was answered")
	}
	if code := s.status(); code != 143 {
		t.Errorf("want exit status 143, got %d", code)
	}
	for _, e := range s.seen[len(s.seen)-2:] {
		if e.Attrs[attrInflight] != "1" {
			t.Errorf("want one in flight, got %+v", e)
		}
	}
}

// awaitInflight asks until n requests are in flight: one that was sent may not
// have reached its handler yet.
func (s *server) awaitInflight(n int) {
	s.t.Helper()
	for range 1000 {
		resp, err := http.Get(s.admin + "/admin/")
		if err != nil {
			s.t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if want := fmt.Sprintf(`"inflight":%d`, n); strings.Contains(string(body), want) {
			return
		}
	}
	s.t.Fatalf("never %d in flight", n)
}

func TestSIGTERMIgnored(t *testing.T) {
	s := start(t, t.TempDir(), "IGNORE_SIGTERM=true")
	s.until(stateReady)
	s.terminate()
	s.until(stateSIGTERM)
	if code := probe(t, s.service+pathLive); code != 200 {
		t.Errorf("want an answer after SIGTERM, got %d", code)
	}
	s.turn(workloads.KnobIgnoreSIGTERM, "false")
	s.terminate()
	if code := s.status(); code != 143 {
		t.Errorf("want exit status 143, got %d", code)
	}
}

func probe(t testing.TB, url string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	req.Header.Set("User-Agent", "kube-probe/1.36")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

func TestRestartsInOnePod(t *testing.T) {
	pod := t.TempDir()
	first := start(t, pod)
	first.until(stateReady)
	first.turn(workloads.KnobBootTime, "300ms")
	first.turn(workloads.KnobExit, "7")
	if code := first.status(); code != 7 {
		t.Errorf("want exit status 7, got %d", code)
	}

	second := start(t, pod, "CRASH_AFTER=0s", "CRASH_CODE=3")
	began, listening := second.until(stateStart), second.until(stateListen)
	if began.Run != 2 || began.Mono <= first.seen[0].Mono {
		t.Errorf("want run 2, later than run 1, got %+v", began)
	}
	if boot := time.Duration(listening.Mono - began.Mono); boot < 300*time.Millisecond {
		t.Errorf("the boot time that was left took only %s", boot)
	}
	if code := second.status(); code != 3 {
		t.Errorf("want exit status 3, got %d", code)
	}

	third := start(t, pod, "CRASH_AT_START=true")
	if code := third.status(); code != 1 {
		t.Errorf("want exit status 1, got %d", code)
	}
	var got []string
	for _, e := range events(t, newLog(t, filepath.Join(pod, "events.jsonl")), 0) {
		got = append(got, fmt.Sprint(e.Run, " ", e.State))
	}
	want := []string{"1 start", "1 listen", "1 ready", "1 knob", "1 knob", "1 exit",
		"2 start", "2 listen", "2 ready", "2 exit", "3 start", "3 exit"}
	if !slices.Equal(got, want) {
		t.Errorf("the log says\n%v, want\n%v", got, want)
	}
}

func TestKilledForRealLeavesTheLog(t *testing.T) {
	pod := t.TempDir()
	s := start(t, pod)
	s.until(stateReady)
	s.turn(workloads.KnobDeadlock, "")
	_ = s.cmd.Process.Kill()
	_ = s.status()
	got := events(t, newLog(t, filepath.Join(pod, "events.jsonl")), 0)
	if !slices.ContainsFunc(got, func(e workloads.Event) bool { return e.State == stateStuck }) {
		t.Errorf("the stuck instant is lost: %+v", got)
	}
}

func TestSlowStartRefusesThenIsUnready(t *testing.T) {
	port := freePort(t)
	s := start(t, t.TempDir(), "PORT="+port, "BOOT_TIME=400ms", "WARM_UP=400ms")
	s.until(stateStart)
	if conn, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
		_ = conn.Close()
		t.Error("it listens before its boot is done")
	}
	s.until(stateListen)
	if live, ready := probe(t, s.service+pathLive), probe(t, s.service+pathReady); live != 200 || ready != 503 {
		t.Errorf("warming up: want live 200 and ready 503, got %d and %d", live, ready)
	}
	s.until(stateReady)
	if ready := probe(t, s.service+pathReady); ready != 200 {
		t.Errorf("want ready 200, got %d", ready)
	}
}

func TestSpinStarvesHandlers(t *testing.T) {
	s := start(t, t.TempDir())
	s.until(stateReady)
	s.turn(workloads.KnobSpin, "1")
	if e := s.until(stateStuck); e.Attrs[attrCause] != knobSpin {
		t.Errorf("got %+v", e)
	}
	client := http.Client{Timeout: 200 * time.Millisecond}
	if resp, err := client.Get(s.service + pathLive); err == nil {
		_ = resp.Body.Close()
		t.Errorf("a starved handler answered %d", resp.StatusCode)
	}
	s.turn(workloads.KnobExit, "0") // the admin port lives
	if code := s.status(); code != 0 {
		t.Errorf("want exit status 0, got %d", code)
	}
}
