package reports

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/judge"
)

// A screen takes down what is written, by several goroutines.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestTerminalPlainLines(t *testing.T) {
	var s screen
	term := NewTerminal(&s, TerminalOptions{NoColor: true})
	term.Say("seed 7431")
	term.Phase("probes/deadlock", history.PhaseWarm, "50/s a lane")
	term.Traffic("probes/deadlock", 100, 0)
	term.Phase("probes/deadlock", history.PhaseDrain, "")
	term.Working(host.Step{Name: "build node image", Detail: "kubelet", Elapsed: 3 * time.Second})
	term.Working(host.Step{Name: "build node image", Detail: "etcd", Elapsed: 4 * time.Second}) // not again so soon
	term.Working(host.Step{Name: "build node image", Elapsed: 65 * time.Second, Done: true})
	term.Working(host.Step{Name: "a trifle", Elapsed: time.Second})
	term.Working(host.Step{Name: "a trifle", Elapsed: time.Second, Done: true})
	term.Working(host.Step{Name: "what is there already", Elapsed: time.Minute, Done: true, Cached: true})
	term.Working(host.Step{Name: "pull", Elapsed: time.Second})
	term.Working(host.Step{Name: "pull", Elapsed: time.Second, Done: true, Err: errors.New("no route")})
	if lines := term.view(); len(lines) != 0 {
		t.Errorf("work that has ended is still shown:\n%s", strings.Join(lines, "\n"))
	}
	for _, v := range sampleRun().Trials {
		term.Ended(v)
	}
	term.Close()
	term.Close() // twice does no harm
	got := s.String()
	for _, want := range []string{"seed 7431\n", "warm", "50/s a lane", "build node image 3.0s  kubelet\n", "build node image 1m05s\n", "pull 1.0s: no route\n",
		"PASS    probes/deadlock", "twin without liveness probe: FAIL", "FAIL    rollout/bad-image", "no-loss: want nothing lost", "SKIPPED nodes/node-killed", "needs 2 workers, has 1"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for _, banned := range []string{"\x1b", "etcd", "a trifle", "there already"} {
		if strings.Contains(got, banned) {
			t.Errorf("%q where there is no screen:\n%s", banned, got)
		}
	}
}

// Where there is no screen a trial's traffic is told now and then.
func TestTerminalPlainTraffic(t *testing.T) {
	var s screen
	term := NewTerminal(&s, TerminalOptions{NoColor: true})
	term.Phase("probes/deadlock", history.PhaseSteady, "")
	term.Traffic("probes/deadlock", 100, 0)
	term.mu.Lock()
	term.running[0].told = time.Now().Add(-plainEvery)
	term.mu.Unlock()
	term.Traffic("probes/deadlock", 200, 1)
	term.Traffic("probes/deadlock", 300, 1)
	term.Close()
	if got := s.String(); strings.Count(got, "requests") != 1 || !strings.Contains(got, " 100/s    200 requests    1 errors") {
		t.Errorf("want one line of traffic:\n%s", got)
	}
}

func TestTerminalQuiet(t *testing.T) {
	var s screen
	term := NewTerminal(&s, TerminalOptions{Quiet: true})
	term.Say("talk")
	term.Phase("a/b", history.PhaseWarm, "")
	term.Ended(judge.Skip("a/b", "why"))
	term.Close()
	if got := s.String(); got != "" {
		t.Errorf("quiet, and yet: %q", got)
	}
}

// view is what the live view shows: what takes long, then the trials on their way.
func TestTerminalView(t *testing.T) {
	var s screen
	term := NewTerminal(&s, TerminalOptions{NoColor: true, Width: 60})
	defer term.Close()
	if term.view() != nil {
		t.Error("a view of nothing")
	}
	term.Phase("probes/deadlock", history.PhaseSteady, "")
	term.Phase("nodes/node-killed", history.PhaseDeploy, "")
	term.Traffic("probes/deadlock", 400, 1)
	term.Traffic("probes/deadlock", 500, 3)
	term.Working(host.Step{Name: "load image", Detail: "2 of 4 nodes", Elapsed: 2 * time.Second})
	lines := term.view()
	if len(lines) != 4 || !strings.Contains(lines[1], "load image 2.0s  2 of 4 nodes") ||
		!strings.Contains(lines[2], "steady") || !strings.Contains(lines[2], "100/s    500 requests    3 errors") || strings.Contains(lines[3], "requests") {
		t.Errorf("view:\n%s", strings.Join(lines, "\n"))
	}
	term.Phase("nodes/node-killed", history.PhaseDrain, "")
	if lines := term.view(); len(lines) != 3 {
		t.Errorf("a trial that drains is still shown:\n%s", strings.Join(lines, "\n"))
	}
}

// On a screen the view is redrawn in place, and what is said scrolls above it.
func TestTerminalRedrawsInPlace(t *testing.T) {
	var b bytes.Buffer
	term := &Terminal{out: &b, opts: TerminalOptions{NoColor: true, Width: 40}, live: true, start: time.Now(),
		working: map[string]string{}, told: map[string]time.Time{}}
	term.Phase("probes/deadlock", history.PhaseWarm, "")
	term.Say("first")
	term.Say("second")
	got := b.String()
	if strings.Count(got, "\x1b[2A\x1b[J") != 1 {
		t.Errorf("between two lines the view must be erased once: %q", got)
	}
	for _, line := range strings.Split(got, "\n") {
		if n := len([]rune(strings.TrimPrefix(line, "\x1b[2A\x1b[J"))); n > 39 {
			t.Errorf("%d characters on a screen of 40: %q", n, line)
		}
	}
}
