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
	"github.com/seatrial/seatrial/internal/observe/containerd"
)

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
	if command[2] == Runtime.command {
		r, w := io.Pipe()
		m.streams = append(m.streams, w)
		context.AfterFunc(ctx, func() { _ = w.CloseWithError(ctx.Err()) })
		return struct {
			io.Reader
			io.Closer
		}{io.MultiReader(strings.NewReader("4711\n"), r), r}, nil
	}
	if command[2] == Runtime.mark && !m.deaf {
		go m.say("k8s.io", "/namespaces/create", fmt.Sprintf(`{"name":%q}`, command[4]))
	}
	return io.NopCloser(strings.NewReader("")), nil
}

func (m *machine) say(namespace, topic, body string) {
	m.mu.Lock()
	streams := m.streams
	m.mu.Unlock()
	for _, w := range streams {
		_, _ = fmt.Fprintln(w, time.Now().UTC().Format(containerd.TimeLayout), namespace, topic, body)
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
	a := armed(t, rec, Runtime.In(m.stream, "worker"))
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
		a := armed(t, rec, Runtime.In(m.stream, "worker"))
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
		a := armed(t, rec, Runtime.In(m.stream, "worker"))
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
		a := armed(t, rec, Runtime.In(m.stream, "worker"))
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
		if _, err := Arm(t.Context(), newRecorder(), Runtime.In(m.stream, "worker")); err == nil || !strings.Contains(err.Error(), "node worker") {
			t.Errorf("want an error that names the node, got %v", err)
		}
	})
}
