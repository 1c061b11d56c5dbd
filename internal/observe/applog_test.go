package observe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

// An app plays the log of one pod: on its admin port while it is up, printed for
// as long as its pod exists.
type app struct {
	clock history.Clock

	mu      sync.Mutex
	lines   []string
	up      bool
	deleted bool
	hung    bool // streams that are open say nothing more and do not end
	parked  chan struct{}
	changed chan struct{}
}

func newApp(rec *history.Recorder) *app {
	return &app{clock: rec.Clock(), up: true, changed: make(chan struct{}), parked: make(chan struct{})}
}

func (a *app) change(what func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	what()
	close(a.changed)
	a.changed = make(chan struct{})
}

// line is what the app writes after ms milliseconds of the trial.
func (a *app) line(seq, run int, ms int64, state, more string) string {
	return fmt.Sprintf(`{"seq":%d,"mono":%d,"wall":%q,"run":%d,"state":%q%s}`, seq, a.clock.Monotonic+ms*1e6,
		a.clock.Wall.Add(time.Duration(ms)*time.Millisecond).UTC().Format(time.RFC3339Nano), run, state, more)
}

func (a *app) write(lines ...string) { a.change(func() { a.lines = append(a.lines, lines...) }) }

// Events implements AppTransport; lines are numbered from 1 without holes.
func (a *app) Events(ctx context.Context, _ string, after int64, follow bool) (io.ReadCloser, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.up {
		return nil, errors.New("connection refused")
	}
	r, w := io.Pipe()
	context.AfterFunc(ctx, func() { _ = w.CloseWithError(ctx.Err()) })
	go a.pump(w, int(after), follow)
	return r, nil
}

func (a *app) pump(w *io.PipeWriter, after int, follow bool) {
	hung := false
	defer func() {
		if !hung {
			_ = w.Close()
		}
	}()
	for {
		a.mu.Lock()
		lines, up, changed := slices.Clone(a.lines), a.up, a.changed
		hung = a.hung && follow
		a.mu.Unlock()
		if !up {
			return
		}
		if hung {
			close(a.parked)
			return
		}
		for ; after < len(lines); after++ {
			if _, err := fmt.Fprintln(w, lines[after]); err != nil {
				return
			}
		}
		if !follow {
			return
		}
		<-changed
	}
}

// Printed implements AppTransport.
func (a *app) Printed(context.Context, string) (io.ReadCloser, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.deleted {
		return nil, errors.New("pods not found")
	}
	return io.NopCloser(strings.NewReader("listening\n" + strings.Join(a.lines, "\n") + "\n")), nil
}

func appStates(is []history.Interval) []string {
	var states []string
	for _, i := range is {
		if i.Source == history.SourceApp {
			states = append(states, i.Attrs[history.AttrRun]+":"+i.State)
		}
	}
	return states
}

func wrote(states ...string) func([]history.Interval) bool {
	return func(is []history.Interval) bool { return slices.Equal(appStates(is), states) }
}

func armApp(t *testing.T, api *apiServer, rec *history.Recorder, a *app) *Armed {
	api.set(*webPod(corev1.PodRunning, container(0, running(), corev1.ContainerState{})))
	return armed(t, rec, AppLog(api.client(), testNamespace, "", a))
}

func TestAppLogGoesOnAfterARestart(t *testing.T) {
	api, rec := newAPI(t), newRecorder()
	a := newApp(rec)
	a.write(a.line(1, 1, 10, "start", `,"version":"v1"`), a.line(2, 1, 20, "stuck", ""))
	watching := armApp(t, api, rec, a)
	await(t, rec, "two lines", wrote("1:start", "1:stuck"))
	a.change(func() { a.up = false; a.lines = append(a.lines, a.line(3, 1, 30, "sigterm", "")) })
	await(t, rec, "what it printed last", wrote("1:start", "1:stuck", "1:sigterm"))
	a.change(func() { a.up = true; a.lines = append(a.lines, a.line(4, 2, 40, "start", "")) })
	api.set(*webPod(corev1.PodRunning, container(1, running(), terminated("Error", 2))))
	await(t, rec, "the second run", wrote("1:start", "1:stuck", "1:sigterm", "2:start"))
	a.write(a.line(5, 2, 50, "ready", ""))
	stop(t, watching)
	is := rec.Snapshot()
	if !wrote("1:start", "1:stuck", "1:sigterm", "2:start", "2:ready")(is) || len(rec.History().Gaps) > 0 {
		t.Errorf("got %v, gaps %+v", appStates(is), rec.History().Gaps)
	}
	if is[0].From != 10*time.Millisecond || is[0].Subject != "web-1" || is[0].Attrs["version"] != "v1" {
		t.Errorf("first line: %+v", is[0])
	}
}

// A process that ends as soon as it starts is never seen running, and nobody reaches
// it: what it printed is read when the pod tells of its end.
func TestAppLogOfACrashLoop(t *testing.T) {
	api, rec := newAPI(t), newRecorder()
	a := newApp(rec)
	a.write(a.line(1, 1, 10, "start", ""))
	watching := armApp(t, api, rec, a)
	await(t, rec, "the first line", wrote("1:start"))
	a.change(func() { a.up = false; a.lines = append(a.lines, a.line(2, 1, 20, "exit", "")) })
	await(t, rec, "its end", wrote("1:start", "1:exit"))
	a.write(a.line(3, 2, 30, "start", ""), a.line(4, 2, 31, "exit", ""))
	last := terminated("Error", 1)
	last.Terminated.ContainerID = "containerd://5b3c"
	api.set(*webPod(corev1.PodRunning, container(2, waiting("CrashLoopBackOff"), last)))
	await(t, rec, "the second run", wrote("1:start", "1:exit", "2:start", "2:exit"))
	stop(t, watching)
}

// After a power cut the stream of the process that was hangs; the one that began
// since is read all the same, from where the first left off.
func TestAppLogLeavesAHungStream(t *testing.T) {
	api, rec := newAPI(t), newRecorder()
	a := newApp(rec)
	a.write(a.line(1, 1, 10, "start", ""))
	watching := armApp(t, api, rec, a)
	await(t, rec, "the first line", wrote("1:start"))
	a.change(func() { a.hung = true })
	<-a.parked
	a.change(func() { a.hung = false; a.lines = append(a.lines, a.line(2, 2, 20, "start", "")) })
	api.set(*webPod(corev1.PodRunning, container(1, running(), terminated("Unknown", 255)), func(p *corev1.Pod) {
		p.Status.ContainerStatuses[0].ContainerID = "containerd://5b3c"
	}))
	await(t, rec, "the second run", wrote("1:start", "2:start"))
	stop(t, watching)
}

func TestAppLogOfAPodThatIsGone(t *testing.T) {
	for name, c := range map[string]struct {
		last    string // printed as the process ended
		deleted bool   // and nobody could read it
		evicted bool   // its object stays
		gap     bool
	}{
		"it said goodbye":                   {last: "exit"},
		"it was evicted":                    {last: "exit", evicted: true},
		"it was evicted and killed":         {last: "sigterm", evicted: true, gap: true},
		"it was killed":                     {last: "sigterm", gap: true},
		"it said goodbye and nobody was in": {last: "exit", deleted: true, gap: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api, rec := newAPI(t), newRecorder()
			a := newApp(rec)
			a.write(a.line(1, 1, 10, "start", ""))
			watching := armApp(t, api, rec, a)
			await(t, rec, "the first line", wrote("1:start"))
			a.change(func() { a.up, a.deleted = false, c.deleted; a.lines = append(a.lines, a.line(2, 1, 20, c.last, "")) })
			if !c.deleted {
				await(t, rec, "the last line", wrote("1:start", "1:"+c.last))
			}
			if c.evicted {
				api.set(*webPod(corev1.PodFailed, container(0, terminated("Error", 137), corev1.ContainerState{})))
			} else {
				api.delete(*webPod(corev1.PodRunning))
			}
			if c.gap {
				await(t, rec, "the gap", func([]history.Interval) bool { _, ok := gapsOf(rec, "app")[GapUnread]; return ok })
			}
			stop(t, watching)
			if g, ok := gapsOf(rec, "app")[GapUnread]; ok != c.gap || ok && g.Subject != "web-1" {
				t.Errorf("gap %v, want %v: %+v", ok, c.gap, rec.History().Gaps)
			}
		})
	}
}

func TestHoleInTheAppLogIsAGap(t *testing.T) {
	api, rec := newAPI(t), newRecorder()
	a := newApp(rec)
	a.write(a.line(1, 1, 10, "start", ""), a.line(3, 1, 30, "ready", ""))
	watching := armApp(t, api, rec, a)
	await(t, rec, "both lines", wrote("1:start", "1:ready"))
	stop(t, watching)
	if g := gapsOf(rec, "app")[GapUnread]; g.From != 10*time.Millisecond || g.To != 30*time.Millisecond {
		t.Errorf("want a gap between the lines, got %+v", rec.History().Gaps)
	}
}

func TestOffset(t *testing.T) {
	clock := history.Clock{Wall: time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC), Monotonic: 1000}
	here := workloads.Event{Mono: 1000 + 5e9, Wall: clock.Wall.Add(5*time.Second + 3*time.Millisecond)}
	if got := offset(clock, here); got != 5*time.Second {
		t.Errorf("one machine: %s", got)
	}
	elsewhere := workloads.Event{Mono: 77e12, Wall: clock.Wall.Add(5 * time.Second)}
	if got := offset(clock, elsewhere); got != 5*time.Second {
		t.Errorf("another machine's clock: %s", got)
	}
}

func TestThroughAPIPaths(t *testing.T) {
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked = append(asked, r.URL.String()) }))
	defer server.Close()
	client, err := kubernetes.NewForConfig(&rest.Config{Host: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	transport := ThroughAPI(client, "trial", "web")
	for _, open := range []func() (io.ReadCloser, error){
		func() (io.ReadCloser, error) { return transport.Events(t.Context(), "web-1", 7, true) },
		func() (io.ReadCloser, error) { return transport.Printed(t.Context(), "web-1") },
	} {
		stream, err := open()
		if err != nil {
			t.Fatal(err)
		}
		_ = stream.Close()
	}
	want := []string{
		"/api/v1/namespaces/trial/pods/web-1:9090/proxy/admin/events?after=7&follow=1",
		"/api/v1/namespaces/trial/pods/web-1/log?container=web&tailLines=2000",
	}
	if !slices.Equal(asked, want) {
		t.Errorf("asked %q", asked)
	}
}
