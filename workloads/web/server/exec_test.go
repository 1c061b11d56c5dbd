package main

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/workloads"
)

// A file that holds a duration makes who looks at it hang; that it does is in the
// log before.
func TestExecProbeThatHangs(t *testing.T) {
	s := newSite(t)
	port := s.admin[strings.LastIndex(s.admin, ":")+1:]
	if code := s.turn(workloads.KnobReadyFile, "200ms"); code != 200 {
		t.Fatalf("turn: %d", code)
	}
	began, looked := time.Now(), make(chan int)
	go func() { looked <- exists(s.app.config.readyFile, func(string) string { return port }) }()
	s.await("that it hangs", func(e workloads.Event) bool { return e.Attrs[attrKind] == kindExec && e.Attrs[attrCode] == hanging })
	if code := <-looked; code != 0 || time.Since(began) < 200*time.Millisecond {
		t.Errorf("status %d after %s", code, time.Since(began))
	}
}

// What the server does not know it does not run.
func TestUnknownCommand(t *testing.T) {
	if _, err := parseConfig([]string{"/bin/sh", "-c", "sleep 600"}, func(string) string { return "" }); err == nil || !strings.Contains(err.Error(), `"/bin/sh"`) {
		t.Errorf("it runs: %v", err)
	}
}

// The tutorials' command: the file is printed, and its absence is an error.
func TestCat(t *testing.T) {
	s := start(t, t.TempDir())
	s.until(stateReady)
	file := ""
	for _, v := range s.cmd.Env {
		if name, value, _ := strings.Cut(v, "="); name == "READY_FILE" {
			file = value
		}
	}
	s.turn(workloads.KnobReadyFile, "1ms")
	cat := func() ([]byte, error) {
		cmd := exec.Command(s.cmd.Path, "cat", file)
		cmd.Env = s.cmd.Env
		return cmd.Output()
	}
	if out, err := cat(); err != nil || string(out) != "1ms" {
		t.Errorf("%q, %v", out, err)
	}
	s.turn(workloads.KnobReadyFile, "false")
	if out, err := cat(); err == nil || len(out) > 0 {
		t.Errorf("the file is gone, and it says %q, %v", out, err)
	}
}

// After a while the tutorials' apps are well no longer.
func TestUnhealthyAfter(t *testing.T) {
	s := start(t, t.TempDir(), "UNHEALTHY_AFTER=300ms")
	s.until(stateReady)
	if code := probe(t, s.service+pathHealthz); code != 200 {
		t.Errorf("healthy: %d", code)
	}
	for _, knob := range []string{knobLiveCode, knobReadyFile} {
		if e := s.until(stateKnob); e.Attrs[attrKnob] != knob {
			t.Errorf("%+v, want %s", e, knob)
		}
	}
	if live, file := probe(t, s.service+pathHealthz), probe(t, s.service+pathReadyFile); live != 500 || file != 404 {
		t.Errorf("unhealthy: %d, file %d", live, file)
	}
}
