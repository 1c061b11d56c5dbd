package observe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

func TestParseRuntimeEvent(t *testing.T) {
	clock := history.Clock{Wall: time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)}
	const stamped = "2026-01-02 03:04:05.678901234 +0000 UTC "
	at := 5678901234 * time.Nanosecond
	of := func(state string, at time.Duration, pairs ...string) *history.Interval {
		return &history.Interval{Source: "runtime", Subject: "worker", State: state, From: at, Attrs: attrs(pairs...)}
	}
	for name, c := range map[string]struct {
		line string
		want *history.Interval // nil: not of interest
	}{
		"create": {stamped + `k8s.io /containers/create {"id":"4f2a","image":"registry.k8s.io/pause:3.10","runtime":{"name":"io.containerd.runc.v2"}}`,
			of("create", at, "containerID", "4f2a")},
		"start": {stamped + `k8s.io /tasks/start {"container_id":"4f2a","pid":4711}`, of("start", at, "containerID", "4f2a")},
		"oom":   {stamped + `k8s.io /tasks/oom {"container_id":"4f2a"}`, of("oom", at, "containerID", "4f2a")},
		"exit, by its own stamp": {stamped + `k8s.io /tasks/exit {"container_id":"4f2a","id":"4f2a","pid":4711,"exit_status":137,"exited_at":{"seconds":1767323044,"nanos":5}}`,
			of("exit", 4*time.Second+5, "containerID", "4f2a", "exitCode", "137")},
		"exit with status 0":  {stamped + `k8s.io /tasks/exit {"container_id":"4f2a","id":"4f2a"}`, of("exit", at, "containerID", "4f2a", "exitCode", "0")},
		"delete":              {stamped + `k8s.io /containers/delete {"id":"4f2a"}`, of("delete", at, "containerID", "4f2a")},
		"an exec probe's end": {stamped + `k8s.io /tasks/exit {"container_id":"4f2a","id":"77aa","exit_status":1}`, nil},
		"another's container": {stamped + `moby /tasks/start {"container_id":"4f2a"}`, nil},
		"another topic":       {stamped + `k8s.io /images/create {"name":"x"}`, nil},
		"no fraction":         {`2026-01-02 03:04:05 +0000 UTC k8s.io /tasks/oom {"container_id":"4f2a"}`, of("oom", 5*time.Second, "containerID", "4f2a")},
		"another zone":        {`2026-01-02 05:04:05 +0200 EET k8s.io /tasks/oom {"container_id":"4f2a"}`, of("oom", 5*time.Second, "containerID", "4f2a")},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := parseRuntimeEvent(c.line)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := e.interval("worker", clock)
			if c.want == nil {
				if ok {
					t.Errorf("want none, got %+v", got)
				}
				return
			}
			same(t, []history.Interval{got}, []history.Interval{*c.want})
		})
	}
	for _, line := range []string{"", "ctr: connection refused", stamped, stamped + `k8s.io /tasks/oom {"container_id":`, "x x x x x x x"} {
		if e, err := parseRuntimeEvent(line); err == nil {
			t.Errorf("%q: want an error, got %+v", line, e)
		}
	}
}

func FuzzParseRuntimeEvent(f *testing.F) {
	f.Add(`2026-01-02 03:04:05.678901234 +0000 UTC k8s.io /tasks/exit {"container_id":"4f2a","id":"4f2a","exit_status":137,"exited_at":{"seconds":1,"nanos":5}}`)
	f.Add(`2026-01-02 03:04:05 +0000 UTC k8s.io /containers/create {"id":"a"}`)
	f.Add("ctr: containerd is not running")
	f.Fuzz(func(t *testing.T, line string) {
		e, err := parseRuntimeEvent(line)
		if err != nil {
			return
		}
		if i, ok := e.interval("n", history.Clock{}); ok && (i.State == "" || i.Attrs[history.AttrContainerID] == "") {
			t.Errorf("%q: an instant without state or container: %+v", line, i)
		}
	})
}

// A machine plays the nodes: it runs no command but ctr's.
type machine struct {
	mu      sync.Mutex
	streams []*io.PipeWriter
	off     bool
	deaf    bool // marks do not come back
	killed  []string
}

func (m *machine) stream(ctx context.Context, _ string, command ...string) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.off {
		return nil, errors.New("container is not running")
	}
	if command[0] == "kill" {
		m.killed = append(m.killed, command[1])
		return io.NopCloser(strings.NewReader("")), nil
	}
	if command[2] == eventsCommand {
		r, w := io.Pipe()
		m.streams = append(m.streams, w)
		context.AfterFunc(ctx, func() { _ = w.CloseWithError(ctx.Err()) })
		return struct {
			io.Reader
			io.Closer
		}{io.MultiReader(strings.NewReader("4711\n"), r), r}, nil
	}
	if words := strings.Fields(command[2]); !m.deaf {
		go m.say("k8s.io", "/namespaces/create", fmt.Sprintf(`{"name":%q}`, words[3]))
	}
	return io.NopCloser(strings.NewReader("")), nil
}

func (m *machine) say(namespace, topic, body string) {
	m.mu.Lock()
	streams := m.streams
	m.mu.Unlock()
	for _, w := range streams {
		_, _ = fmt.Fprintln(w, time.Now().UTC().Format(ctrTime), namespace, topic, body)
	}
}

func (m *machine) power(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.off = !on
	if m.off {
		for _, w := range m.streams {
			_ = w.Close()
		}
		m.streams = nil
	}
}

func TestRuntimeEvents(t *testing.T) {
	m, rec := &machine{}, newRecorder()
	a := armed(t, rec, Runtime(m.stream, "worker"))
	m.say("k8s.io", "/tasks/oom", `{"container_id":"4f2a"}`)
	stop(t, a) // without a wait: the last mark shows that all before it was read
	if len(m.killed) != 1 || m.killed[0] != "4711" {
		t.Errorf("the process in the node was not ended: %v", m.killed)
	}
	if is := rec.Snapshot(); len(is) != 1 || is[0].State != "oom" || is[0].Subject != "worker" {
		t.Errorf("want one oom, got %+v", is)
	}
	if gaps := rec.History().Gaps; len(gaps) > 0 {
		t.Errorf("want no gap, got %+v", gaps)
	}
}

func TestRuntimeGaps(t *testing.T) {
	t.Run("a node that goes and comes back", func(t *testing.T) {
		t.Parallel()
		m, rec := &machine{}, newRecorder()
		a := armed(t, rec, Runtime(m.stream, "worker"))
		m.power(false)
		m.power(true)
		await(t, rec, "the gap", func([]history.Interval) bool { _, ok := gapsOf(rec, "runtime")[GapCut]; return ok })
		m.say("k8s.io", "/tasks/start", `{"container_id":"4f2a"}`)
		stop(t, a)
		if g := gapsOf(rec, "runtime")[GapCut]; g.Subject != "worker" || g.To <= g.From || len(rec.Snapshot()) != 1 {
			t.Errorf("gap %+v, intervals %+v", g, rec.Snapshot())
		}
	})
	t.Run("a node that stays off", func(t *testing.T) {
		t.Parallel()
		m, rec := &machine{}, newRecorder()
		a := armed(t, rec, Runtime(m.stream, "worker"))
		m.power(false)
		stop(t, a)
		if _, ok := gapsOf(rec, "runtime")[GapCut]; !ok {
			if _, ok := gapsOf(rec, "runtime")[GapUnproven]; !ok { // it may have ended while the stop was on its way
				t.Errorf("want a gap, got %+v", rec.History().Gaps)
			}
		}
	})
	t.Run("a stream that hangs", func(t *testing.T) {
		t.Parallel()
		m, rec := &machine{}, newRecorder()
		a := armed(t, rec, Runtime(m.stream, "worker"))
		m.mu.Lock()
		m.deaf = true
		m.mu.Unlock()
		stop(t, a)
		if _, ok := gapsOf(rec, "runtime")[GapUnproven]; !ok {
			t.Errorf("want a gap, got %+v", rec.History().Gaps)
		}
	})
	t.Run("a node that is off from the start", func(t *testing.T) {
		t.Parallel()
		m := &machine{off: true}
		if _, err := Arm(t.Context(), newRecorder(), Runtime(m.stream, "worker")); err == nil || !strings.Contains(err.Error(), "node worker") {
			t.Errorf("want an error that names the node, got %v", err)
		}
	})
}
