//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/reports"
)

// breakVar set to anything has the program broken for real, on real clusters:
// killed in each phase, interrupted, its disk full, Docker stopped (make break).
const breakVar = "SEATRIAL_BREAK"

// bench is the cluster that is kept while the program is broken on it.
const bench = "break"

// undone bounds the wait for what a dead run left to be gone.
const undone = 2 * time.Minute

// A process is the program on its way, everything it says kept.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	out   bytes.Buffer
	ended chan struct{}
	mu    sync.Mutex
	said  bytes.Buffer
}

func (p *process) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.Write(text)
}

func (p *process) talk() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.String()
}

// start runs the program with the machine's own folders, for Docker and the node
// image are there.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(os.Args[0], append(args, "--no-color")...), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), asProgram+"=1", "LANG=C")
	p.cmd.Stdout, p.cmd.Stderr = &p.out, p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = p.cmd.Wait(); close(p.ended) }()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
		if t.Failed() {
			t.Logf("seatrial %s said\n%s", strings.Join(args, " "), p.talk())
		}
	})
	return p
}

// says waits until the program has said something that matches.
func (p *process) says(pattern string) {
	p.t.Helper()
	re := regexp.MustCompile(pattern)
	p.wait(5*time.Minute, "say "+pattern, func() bool { return re.MatchString(p.talk()) })
}

func (p *process) wait(limit time.Duration, what string, done func() bool) {
	p.t.Helper()
	tick, late := time.NewTicker(20*time.Millisecond), time.After(limit)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-p.ended:
			if !done() {
				p.t.Fatalf("it ended and did not %s", what)
			}
			return
		case <-late:
			p.t.Fatalf("within %s it did not %s", limit, what)
		}
	}
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// ends waits for the end and returns the exit code.
func (p *process) ends(limit time.Duration) int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(limit):
		p.t.Fatalf("it did not end within %s", limit)
	}
	return p.cmd.ProcessState.ExitCode()
}

// done runs the program to its end.
func done(t *testing.T, args ...string) ran {
	t.Helper()
	p := start(t, args...)
	code := p.ends(15 * time.Minute)
	return ran{code, p.out.String(), p.talk()}
}

// leftovers lists what is left of runs on this machine: journals, ways to clusters of
// others, containers and networks beside the bench's own, namespaces and lost nodes in it.
func leftovers(t *testing.T) []string {
	t.Helper()
	var all []string
	ways, _ := filepath.Glob(filepath.Join(host.StateDir(), "kubeconfigs", "*"))
	for _, w := range ways {
		all = append(all, "kubeconfig "+filepath.Base(w))
	}
	journals, _ := filepath.Glob(filepath.Join(host.StateDir(), "journals", "*"))
	for _, j := range journals {
		if strings.HasSuffix(j, ".jsonl") {
			all = append(all, "journal "+filepath.Base(j))
		}
	}
	for _, args := range [][]string{{"ps", "-a", "--format", "{{.Names}}"}, {"network", "ls", "--format", "{{.Name}}"}, {"volume", "ls", "--filter", "label=io.seatrial.cluster", "--format", "{{.Name}}"}} {
		out, err := exec.Command("docker", args...).Output()
		if err != nil {
			all = append(all, fmt.Sprintf("docker %s: %v", args[0], err))
		}
		for _, name := range strings.Fields(string(out)) {
			if strings.HasPrefix(name, "seatrial-") && !strings.HasSuffix(name, "-"+bench) {
				all = append(all, args[0]+" "+name)
			}
		}
	}
	all = append(all, processes("__load")...)
	return append(all, inBench()...)
}

// inBench lists namespaces of trials and nodes that are not Ready.
func inBench() []string {
	out, err := exec.Command("docker", "exec", bench+"-control-plane", "kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", "get",
		"namespaces,nodes", "--no-headers").CombinedOutput()
	if err != nil {
		return []string{"the bench: " + strings.TrimSpace(string(out))}
	}
	var all []string
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "namespace/st-") || strings.Contains(line, "NotReady") {
			all = append(all, strings.TrimSpace(line))
		}
	}
	return all
}

// processes lists those whose command line has the word.
func processes(word string) []string {
	var all []string
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range lines {
		text, _ := os.ReadFile(path)
		for _, arg := range strings.Split(string(text), "\x00") {
			if arg == word {
				all = append(all, "process "+filepath.Base(filepath.Dir(path))+" "+word)
			}
		}
	}
	return all
}

// clean waits until nothing is left and says how long that took.
func clean(t *testing.T) {
	t.Helper()
	began := time.Now()
	for left := leftovers(t); len(left) > 0; left = leftovers(t) {
		if time.Since(began) > undone {
			t.Fatalf("left after %s: %s", undone, strings.Join(left, "; "))
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Logf("nothing is left after %.1f s", time.Since(began).Seconds())
	if got := done(t, "recover", "-o", "json"); strings.TrimSpace(got.out) != "[]" || got.code != 0 {
		t.Errorf("recover, code %d: %s%s", got.code, got.out, got.errOut)
	}
}

// TestBreak breaks the program and what it stands on.
func TestBreak(t *testing.T) {
	if os.Getenv(breakVar) == "" {
		t.Skip(breakVar + " is not set: this needs a machine that can host clusters (make break)")
	}
	t.Run("port taken", breakPort)
	t.Cleanup(func() { done(t, "cluster", "delete", "--name", bench) })
	for _, phase := range []string{"deploy", "warm", "steady", "fault", "seen", "recover", "drain"} {
		t.Run("killed in "+phase, func(t *testing.T) { breakKill(t, "probes/deadlock", phase) })
	}
	for _, phase := range []string{"fault", "seen", "recover"} {
		t.Run("killed in "+phase+" of a node's loss", func(t *testing.T) { breakKill(t, "nodes/node-killed", phase) })
	}
	t.Run("killed while a cluster is created", breakCreation)
	t.Run("killed with its guardian", breakGuardian)
	t.Run("its guardian killed", breakUnguarded)
	t.Run("interrupted", func(t *testing.T) { breakOff(t, syscall.SIGINT, 1) })
	t.Run("interrupted twice", func(t *testing.T) { breakOff(t, syscall.SIGINT, 2) })
	t.Run("terminated", func(t *testing.T) { breakOff(t, syscall.SIGTERM, 1) })
	t.Run("disk full", breakDisk)
	t.Run("kubeconfig unreadable", breakKubeconfig)
	t.Run("on a cluster of somebody else", breakForeign)
	t.Run("two at once", breakTwo)
	t.Run("docker stopped", breakDocker)
}

// on are the arguments of a short run on the bench.
func on(t *testing.T, scenario string, more ...string) []string {
	return append([]string{"run", scenario, "--without-twin", "--cluster", bench, "--out", filepath.Join(t.TempDir(), "run")}, more...)
}

// breakPort holds a port of the block that the cluster would take first.
func breakPort(t *testing.T) {
	taken, err := net.Listen("tcp4", "127.0.0.1:20000")
	if err == nil {
		defer taken.Close()
	}
	got := done(t, "cluster", "create", "--name", bench, "--place", "fast")
	if got.code != 0 {
		t.Fatalf("code %d: %s", got.code, got.errOut)
	}
	out, err := exec.Command("docker", "port", bench+"-control-plane").CombinedOutput()
	if err != nil || strings.Contains(string(out), "127.0.0.1:20000\n") {
		t.Errorf("%v: %s", err, out)
	}
}

func breakKill(t *testing.T, scenario, phase string) {
	p := start(t, on(t, scenario)...)
	p.says(`(?m)^` + scenario + `\s+` + phase)
	p.signal(syscall.SIGKILL)
	p.ends(time.Second)
	clean(t)
}

func breakCreation(t *testing.T) {
	p := start(t, "run", "selfheal/pod-deleted", "--out", filepath.Join(t.TempDir(), "run"))
	p.wait(5*time.Minute, "make a node", func() bool {
		out, _ := exec.Command("docker", "ps", "--format", "{{.Names}}").Output()
		return strings.Contains(string(out), "seatrial-")
	})
	p.signal(syscall.SIGKILL)
	p.ends(time.Second)
	clean(t)
}

// breakOff interrupts the run while its fault is in place.
func breakOff(t *testing.T, s syscall.Signal, times int) {
	args := on(t, "nodes/node-killed")
	p := start(t, args...)
	p.says(`(?m)^nodes/node-killed\s+seen`)
	began := time.Now()
	for n := range times {
		if n > 0 {
			p.says("interrupted; undoing")
		}
		p.signal(s)
	}
	if code := p.ends(undone); code != exitInterrupted {
		t.Errorf("code %d, want %d", code, exitInterrupted)
	}
	t.Logf("ended after %.1f s", time.Since(began).Seconds())
	if times == 1 {
		var verdict struct{ Status string }
		text, err := os.ReadFile(reports.VerdictPath(args[len(args)-1]))
		if err := errors.Join(err, json.Unmarshal(text, &verdict)); err != nil || verdict.Status != "INVALID" {
			t.Errorf("%v, verdict %q", err, verdict.Status)
		}
	}
	clean(t)
}

// breakDisk has the run directory on a disk that is full after a few seconds, or
// only when the reports are written.
func breakDisk(t *testing.T) {
	for _, size := range []string{"60k", "200k"} {
		dir := t.TempDir()
		if err := syscall.Mount("none", dir, "tmpfs", 0, "size="+size); err != nil {
			t.Skipf("mount a small disk: %v", err)
		}
		got := done(t, "run", "probes/deadlock", "--without-twin", "--cluster", bench, "--out", filepath.Join(dir, "run"))
		if got.code != exitTool || !strings.Contains(got.errOut, "no space left on device") {
			t.Errorf("%s: code %d, want %d: %s", size, got.code, exitTool, got.errOut)
		}
		t.Log(size + ": " + lastLine(got.errOut))
		clean(t)
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	}
}

func breakKubeconfig(t *testing.T) {
	path := filepath.Join(host.StateDir(), "clusters", bench, "kubeconfig")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.WriteFile(path, good, 0o600); err != nil {
			t.Error(err)
		}
	}()
	for what, spoil := range map[string]func() error{
		"no YAML": func() error { return os.WriteFile(path, []byte("clusters: [\nx"), 0o600) },
		"missing": func() error { return os.Remove(path) },
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		got := done(t, on(t, "probes/deadlock")...)
		if got.code != exitTool || !strings.Contains(got.errOut, path) {
			t.Errorf("%s: code %d, want %d and %s: %s", what, got.code, exitTool, path, got.errOut)
		}
		t.Log(what + ": " + lastLine(got.errOut))
	}
}

// breakTwo starts a second run while one is under way: it waits its turn.
func breakTwo(t *testing.T) {
	first := start(t, on(t, "probes/deadlock")...)
	first.says(`(?m)^probes/deadlock\s+deploy`)
	second := start(t, on(t, "probes/deadlock")...)
	second.says("waiting: a ")
	if strings.Contains(second.talk(), "deploy") {
		t.Error("the second run did not wait")
	}
	if code := first.ends(5 * time.Minute); code != 0 {
		t.Errorf("the first: code %d", code)
	}
	if code := second.ends(5 * time.Minute); code != 0 {
		t.Errorf("the second: code %d", code)
	}
	clean(t)
}

// breakDocker stops the Docker that seatrial started, with a fault in place.
func breakDocker(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(host.StateDir(), "dockerd.pid"))
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	if name, nameErr := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); err != nil || nameErr != nil || strings.TrimSpace(string(name)) != "dockerd" {
		t.Skipf("Docker was not started by seatrial, and is left alone: %v", errors.Join(err, nameErr))
	}
	p := start(t, on(t, "nodes/node-killed")...)
	p.says(`(?m)^nodes/node-killed\s+seen`)
	began := time.Now()
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.ends(10 * time.Minute); code != exitTool {
		t.Errorf("code %d, want %d", code, exitTool)
	}
	t.Logf("ended after %.1f s: %s", time.Since(began).Seconds(), lastLine(p.talk()))
	if _, err := host.EnsureDocker(context.WithoutCancel(t.Context()), host.DockerOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := done(t, "recover"); got.code != 0 {
		t.Logf("recover, code %d: %s%s", got.code, got.out, got.errOut)
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
