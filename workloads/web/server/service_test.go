package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/workloads"
)

// a site is an app in this process, ready, with its two ports.
type site struct {
	t              testing.TB
	app            *app
	service, admin string
	exited         chan int
}

func newSite(t testing.TB, edit ...func(*config)) *site {
	t.Helper()
	c := config{pod: "web-abc", node: "worker", version: "v1", color: "blue", readyFile: filepath.Join(t.TempDir(), "ready")}
	for _, e := range edit {
		e(&c)
	}
	s := &site{t: t, exited: make(chan int, 1)}
	s.app = newApp(c, newLog(t, c.events), func(code int) { s.exited <- code })
	s.app.turn(func(x *settings) { x.Ready = true })
	service, admin := httptest.NewServer(s.app.service()), httptest.NewServer(s.app.admin())
	t.Cleanup(func() { service.CloseClientConnections(); service.Close() })
	t.Cleanup(func() { admin.CloseClientConnections(); admin.Close() })
	s.service, s.admin = service.URL, admin.URL
	return s
}

// turn turns a knob and returns the status of the answer.
func (s *site) turn(knob, value string) int {
	s.t.Helper()
	resp, err := http.Post(s.admin+workloads.KnobPath(knob, value), "", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		s.t.Fatalf("the knob's answer is cut off: %v", err)
	}
	return resp.StatusCode
}

// get asks as the kubelet does: a connection of its own, a time-out. Status 0
// is no answer.
func (s *site) get(path string, timeout time.Duration) (int, string, http.Header) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.service+path, nil)
	req.Header.Set("User-Agent", "kube-probe/1.36")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return 0, "", nil
	}
	defer func() { _ = resp.Body.Close() }()
	body, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body), resp.Header
}

func (s *site) want(path string, code int) {
	s.t.Helper()
	if got, _, _ := s.get(path, 5*time.Second); got != code {
		s.t.Errorf("GET %s: want %d, got %d", path, code, got)
	}
}

// await waits for an event that the predicate likes.
func (s *site) await(what string, like func(workloads.Event) bool) workloads.Event {
	s.t.Helper()
	limit := time.After(10 * time.Second)
	for {
		lines, changed := s.app.log.since(0)
		for _, one := range lines {
			if e, err := workloads.ParseEvent(one.text); err == nil && like(e) {
				return e
			}
		}
		select {
		case <-changed:
		case <-limit:
			s.t.Fatalf("no event: %s; the log has %+v", what, events(s.t, s.app.log, 0))
		}
	}
}

func TestAnswerNamesPodAndVersion(t *testing.T) {
	s := newSite(t)
	code, body, header := s.get("/", time.Second)
	var got answerBody
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	want := answerBody{Pod: "web-abc", Version: "v1", Run: 1, Seq: 1, Color: "blue", Node: "worker"}
	if code != 200 || got != want {
		t.Errorf("want 200 %+v, got %d %+v", want, code, got)
	}
	if len(body) >= 300 || header.Get("Content-Length") != strconv.Itoa(len(body)) {
		t.Errorf("the body has %d bytes, Content-Length is %q", len(body), header.Get("Content-Length"))
	}
	if header.Get("X-Pod") != "web-abc" || header.Get("X-Version") != "v1" || header.Get("X-Run") != "1" || header.Get("X-Color") != "blue" {
		t.Errorf("headers: %v", header)
	}
}

func TestKnobs(t *testing.T) {
	tests := []struct {
		knob, value  string
		live, ready  int
		business     int
		turnedBackBy string
	}{
		{workloads.KnobLiveCode, "404", 404, 200, 200, "0"},
		{workloads.KnobLiveCode, "399", 399, 200, 200, "0"},
		{workloads.KnobReadyCode, "500", 200, 500, 200, "0"},
		{workloads.KnobUnready, "1h", 200, 503, 200, "0s"},
		{workloads.KnobFailBusiness, "true", 200, 200, 500, "false"},
		{workloads.KnobErrorRate, "1", 200, 200, 500, "0"},
		{workloads.KnobCatchOOM, "0", 500, 500, 500, ""},
	}
	for _, tt := range tests {
		t.Run(tt.knob+"="+tt.value, func(t *testing.T) {
			s := newSite(t)
			for _, path := range []string{"/live", "/ready", "/startup", "/"} {
				s.want(path, 200)
			}
			if code := s.turn(tt.knob, tt.value); code != 200 {
				t.Fatalf("turn: %d", code)
			}
			s.want("/live", tt.live)
			s.want("/ready", tt.ready)
			s.want("/", tt.business)
			s.await("knob", func(e workloads.Event) bool {
				return e.State == stateKnob && e.Attrs[attrKnob] == tt.knob && e.Attrs[attrValue] == tt.value
			})
			if tt.turnedBackBy != "" {
				s.turn(tt.knob, tt.turnedBackBy)
				for _, path := range []string{"/live", "/ready", "/"} {
					s.want(path, 200)
				}
			}
		})
	}
}

func TestBadKnobs(t *testing.T) {
	s := newSite(t)
	for knob, value := range map[string]string{
		workloads.KnobLiveCode: "199", workloads.KnobReadyCode: "x", workloads.KnobAllocate: "-1", workloads.KnobLeak: "64MB",
		workloads.KnobUnready: "soon", workloads.KnobHang: "-1s", workloads.KnobErrorRate: "NaN", workloads.KnobTruncate: "perhaps",
		workloads.KnobExit: "256", workloads.KnobSpin: "-1", workloads.KnobReadyFile: "", workloads.KnobBootTime: "1s", // no log folder here
	} {
		if code := s.turn(knob, value); code != http.StatusBadRequest {
			t.Errorf("%s=%s: want 400, got %d", knob, value, code)
		}
	}
	if code := s.turn("no-such-knob", ""); code != http.StatusNotFound {
		t.Errorf("want 404, got %d", code)
	}
	if got := events(t, s.app.log, 0); len(got) != 0 {
		t.Errorf("a knob that was not turned is in the log: %+v", got)
	}
	s.want("/", 200)
}

func TestDeadlockHoldsTheHandlersNotTheAdmin(t *testing.T) {
	s := newSite(t)
	s.want("/live", 200)
	s.turn(workloads.KnobDeadlock, "")
	stuck := s.await("stuck", func(e workloads.Event) bool { return e.State == stateStuck })
	for _, path := range []string{"/", "/live", "/ready", "/startup"} {
		if code, _, _ := s.get(path, 100*time.Millisecond); code != 0 {
			t.Errorf("GET %s answered %d", path, code)
		}
	}
	probe := s.await("unanswered probe", func(e workloads.Event) bool {
		return e.State == stateProbe && e.Attrs[attrPath] == "/live" && e.Attrs[attrCode] == "0"
	})
	if probe.Mono < stuck.Mono || probe.Attrs[attrKind] != kindKubelet {
		t.Errorf("the probe's instant is its arrival: %+v after %+v", probe, stuck)
	}
	if code := s.turn(workloads.KnobDeadlock, ""); code != 200 {
		t.Errorf("the admin port must live, and a second deadlock change nothing: %d", code)
	}
	s.awaitIdle()
}

// awaitIdle: whoever left must not be waited for, or the process would grow.
func (s *site) awaitIdle() {
	s.t.Helper()
	for limit := time.Now().Add(10 * time.Second); s.app.inflight.Load() != 0; {
		if time.Now().After(limit) {
			s.t.Fatalf("%d requests are still waited for", s.app.inflight.Load())
		}
	}
}

func TestHangEnds(t *testing.T) {
	s := newSite(t)
	s.turn(workloads.KnobHang, "1h")
	if code, _, _ := s.get("/live", 100*time.Millisecond); code != 0 {
		t.Errorf("answered %d", code)
	}
	answered := make(chan int)
	before := s.app.inflight.Load() // the first one may be waited for still
	go func() { code, _, _ := s.get("/live", 10*time.Second); answered <- code }()
	for limit := time.Now().Add(5 * time.Second); s.app.inflight.Load() <= before && time.Now().Before(limit); {
		runtime.Gosched()
	}
	s.turn(workloads.KnobHang, "0s")
	if code := <-answered; code != 200 {
		t.Errorf("want 200 once the hang is over, got %d", code)
	}
}

func TestTruncatedBody(t *testing.T) {
	s := newSite(t)
	s.turn(workloads.KnobTruncate, "true")
	resp, err := http.Get(s.service)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if resp.StatusCode != 200 || !errors.Is(err, io.ErrUnexpectedEOF) || len(body) == 0 || int64(len(body)) >= resp.ContentLength {
		t.Errorf("want 200 and half of %d bytes, got %d, %q, %v", resp.ContentLength, resp.StatusCode, body, err)
	}
}

func TestErrorTurns(t *testing.T) {
	for rate, want := range map[float64]string{0: "........", 0.25: "...X...X", 0.5: ".X.X.X.X", 1: "XXXXXXXX"} {
		var got strings.Builder
		for seq := uint64(1); seq <= 8; seq++ {
			got.WriteByte(map[bool]byte{false: '.', true: 'X'}[isErrorTurn(seq, rate)])
		}
		if got.String() != want {
			t.Errorf("rate %v: want %s, got %s", rate, want, got.String())
		}
	}
}

func TestAnswerTime(t *testing.T) {
	s := newSite(t)
	s.turn(workloads.KnobAnswerTime, "50ms")
	began := time.Now()
	s.want("/", 200)
	answered := monotonic()
	if took := time.Since(began); took < 50*time.Millisecond {
		t.Errorf("answered in %s", took)
	}
	probe := s.await("the probe", func(e workloads.Event) bool { return e.State == stateProbe })
	if since := time.Duration(answered - probe.Mono); since < 50*time.Millisecond {
		t.Errorf("the probe's instant must be its arrival, not %s before its answer", since)
	}
	s.turn(workloads.KnobVersion, "v9")
	if _, _, header := s.get("/", time.Second); header.Get("X-Version") != "v9" {
		t.Errorf("want version v9, got %v", header)
	}
}

func TestProbesShareWorkersUnlessTheyHaveAPortOfTheirOwn(t *testing.T) {
	s := newSite(t, func(c *config) { c.workers = 1; c.answerTime = time.Hour })
	ctx, leave := context.WithCancel(context.Background())
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.service+"/", nil)
	gone := make(chan struct{})
	go func() { _, _ = http.DefaultClient.Do(req); close(gone) }()
	for len(s.app.workers) == 0 { // until the slow request has the only worker
		select {
		case <-gone:
			t.Fatal("the slow request ended early")
		default:
		}
	}
	if code, _, _ := s.get("/live", 100*time.Millisecond); code != 0 {
		t.Errorf("the shared port answered %d", code)
	}
	apart := httptest.NewServer(s.app.probesOnly())
	defer apart.Close()
	s.service = apart.URL
	s.want("/live", 200)
	s.want("/", 404)
	leave()
	<-gone
}

func TestAllocateTouchesMemory(t *testing.T) {
	s := newSite(t)
	s.turn(workloads.KnobAllocate, "20Mi")
	last := s.await("20 MiB", func(e workloads.Event) bool { return e.Attrs[attrBytes] == strconv.Itoa(20<<20) })
	if last.State != stateAllocate {
		t.Errorf("got %+v", last)
	}
	s.turn(workloads.KnobLeak, "200Mi")
	s.await("a leak", func(e workloads.Event) bool { return e.State == stateAllocate && e.Seq > last.Seq+1 })
	s.turn(workloads.KnobLeak, "0")
}

func TestReadyFileAndExecProbe(t *testing.T) {
	s := newSite(t)
	port := s.admin[strings.LastIndex(s.admin, ":")+1:]
	env := func(string) string { return port }
	for want, value := range []string{"true", "false"} {
		s.turn(workloads.KnobReadyFile, value)
		if got := exists(s.app.config.readyFile, env); got != want {
			t.Errorf("ready-file %s: want status %d, got %d", value, want, got)
		}
		s.await("exec probe", func(e workloads.Event) bool {
			return e.State == stateProbe && e.Attrs[attrKind] == kindExec && e.Attrs[attrCode] == strconv.Itoa(want)
		})
	}
	if got := exists(s.app.config.readyFile, func(string) string { return "1" }); got != 1 {
		t.Errorf("without a server: want status 1, got %d", got)
	}
}

func TestOnlyProbesAreLogged(t *testing.T) {
	s := newSite(t)
	s.want("/nowhere", 404) // the kubelet's user agent, on any path
	resp, err := http.Get(s.service + "/")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	s.want("/ready", 200)
	s.await("the last probe", func(e workloads.Event) bool { return e.Attrs[attrPath] == "/ready" })
	if got := events(t, s.app.log, 0); len(got) != 2 || got[0].Attrs[attrPath] != "/nowhere" || got[0].Attrs[attrCode] != "404" {
		t.Errorf("got %+v", got)
	}
}

func TestFollowStreams(t *testing.T) {
	s := newSite(t)
	s.app.log.add(now(), stateStart)
	s.app.log.add(now(), stateReady)
	resp, err := http.Get(s.admin + workloads.EventsPath(1, true))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	lines := json.NewDecoder(resp.Body)
	for _, want := range []string{stateReady, stateStuck} {
		var got struct{ State string }
		if err := lines.Decode(&got); err != nil || got.State != want {
			t.Fatalf("want %s, got %s, %v", want, got.State, err)
		}
		if want == stateReady {
			s.app.stick("test") // only now: the stream must be live
		}
	}
}

func TestParseBytes(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "1048576": 1 << 20, "64Mi": 64 << 20, "3Ki": 3072, "2Gi": 2 << 30, "": -1, "Mi": -1, "-1": -1, "64MB": -1, "9999999999Gi": -1} {
		got, err := parseBytes(text)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("%q: want %d, got %d (%v)", text, want, got, err)
		}
	}
}
