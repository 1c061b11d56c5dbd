package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// deadlockTrial is a trial whose only pod deadlocks at 10 s: 3.4 s of outage on
// lane fresh, from 10.02 s to 13.42 s, ended by the liveness probe's restart. Its
// twin is stuck until the end.
func deadlockTrial() (judge.Trial, *history.History, *history.History) {
	main := deadlocked("ok:web-7c-a*451 to*170 ok:web-7c-a*829").
		State(history.SourceContainer, historytest.PodA+"/web", "12s terminated 12.4s waiting", "uid=u-a restarts=0 reason=Error exitCode=137").
		State(history.SourceContainer, historytest.PodA+"/web", "13s running", "uid=u-a restarts=1 lastReason=Error lastExitCode=137").
		Instant(history.SourceApp, historytest.PodA, history.AppSIGTERM, "11.9s", "run=1 inflight=4").
		Gap(history.SourceLoad, "", "15s..15.1s").
		Build()
	twin := deadlocked("ok:web-7c-a*451 to*999").Meta(func(m *history.Meta) { m.Variant = "twin" }).Build()
	t := judge.Judge(main, nil)
	t.Name, t.Status, t.Reason = "probes/deadlock", judge.Pass, ""
	figure := func(ms float64) *float64 { return &ms }
	t.Findings = append(t.Findings, judge.Finding{
		Name: "restarted-by-liveness", Status: judge.Pass, Want: "SIGTERM after 1.0s..4.0s", Got: "web-7c-a: SIGTERM after 1.90s, at +11.90s (±0ms)",
		LimitFrom: "failureThreshold 3 x periodSeconds 1", Measured: figure(1900), From: figure(1000), To: figure(4000),
	})
	t = judge.WithTwin(t, judge.Trial{Name: t.Name, Status: judge.Fail, Seconds: 30, Lanes: judge.Lanes(twin),
		Findings: []judge.Finding{{Name: "healed", Status: judge.Fail, Want: "3 pods ready", Got: "stuck <still>"}}}, "healed", "liveness probe")
	return t, main, twin
}

func deadlocked(slots string) *historytest.Builder {
	b := historytest.Web().Meta(func(m *history.Meta) {
		m.Scenario, m.Fault = "probes/deadlock", "app/deadlock"
		m.Notes = map[string]string{history.NoteReplay: "seatrial run probes/deadlock --seed 7431"}
	})
	b.Load(history.LaneFresh, 50, time.Second, slots).Load(history.LaneReused, 50, time.Second, slots)
	b.Instant(history.SourceApp, historytest.PodA, history.AppStuck, "10s", "run=1 cause=deadlock")
	for second := 1; second < 30; second++ {
		code := "code=200 ms=1"
		if second >= 10 && second < 14 {
			code = "code=0 ms=1000"
		}
		b.Instant(history.SourceApp, historytest.PodA, history.AppProbe, fmt.Sprintf("%d.3s", second), "run=1 path=/live kind=kubelet "+code)
	}
	return b
}

// drawn reads the data that a page's script draws.
func drawn(t *testing.T, page []byte) []timeline {
	t.Helper()
	found := regexp.MustCompile(`(?s)<script id="data" type="application/json">(.*?)</script>`).FindSubmatch(page)
	if found == nil {
		t.Fatal("the page has no data to draw")
	}
	var all []timeline
	if err := json.Unmarshal(found[1], &all); err != nil {
		t.Fatalf("the page's data: %v", err)
	}
	return all
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestTrialHTMLHoldsTheOutage(t *testing.T) {
	page := must[[]byte](t)(TrialHTML(deadlockTrial()))
	all := drawn(t, page)
	if len(all) != 2 {
		t.Fatalf("%d timelines, want the trial and its twin", len(all))
	}
	main := all[0]
	if len(main.Lanes) != 2 || len(main.Lanes[0].Outages) != 1 {
		t.Fatalf("lanes %+v", main.Lanes)
	}
	if o := main.Lanes[0].Outages[0]; o.From != 10020 || o.To != 13420 || o.Failed != 170 {
		t.Errorf("outage %+v, want 3.4 s from 10.02 s", o)
	}
	if o := all[1].Lanes[0].Outages[0]; !o.Open {
		t.Errorf("the twin's outage has an end: %+v", o)
	}
	if m := main.Models; len(m) != 1 || m[0].Anchor != 10000 || *m[0].Measured != 1900 {
		t.Errorf("modelled windows %+v", m)
	}
	if p := main.Pods[0]; len(p.Restarts) != 1 || p.Restarts[0].State != "↻1 Error 137" || len(p.Probes) != 29 {
		t.Errorf("pod %+v", p)
	}
	for _, want := range []string{"probes/deadlock", "liveness probe", "stuck &lt;still&gt;", "failureThreshold 3 x periodSeconds 1",
		"seatrial run probes/deadlock --seed 7431", "lane fresh: outage of 3.40 s, 170 slots failed (timeout-first 170)", `href="../../../report.html"`} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// The address of a pod that is gone goes to the next one: when connections were led to it
// is put to the pod whose it was then.
func TestRoutesArePutToTheirPods(t *testing.T) {
	const b = "web-7c-b"
	h := historytest.Web().Meta(func(m *history.Meta) { m.Namespace = "trial" }).
		State(history.SourceEndpoint, historytest.PodA, "2s ready 10s gone", "address=10.0.0.1 service=web").
		State(history.SourceEndpoint, b, "12.35s ready", "address=10.0.0.1 service=web").
		Instant(history.SourceRoute, "cp", "10.0.0.1 10.0.0.9", "2.1s", "service=trial/web/tcp/http").
		Instant(history.SourceRoute, "cp", "10.0.0.1", "3s", "service=other/web/tcp/http").
		Instant(history.SourceRoute, "cp", "10.0.0.1", "5s", "service=trial/web/tcp/admin").
		Instant(history.SourceRoute, "cp", "", "10.2s", "service=trial/web/tcp/http").
		Instant(history.SourceRoute, "cp", "", "10.5s", "service=trial/web/tcp/admin").
		Instant(history.SourceRoute, "cp", "10.0.0.1", "12.3s", "service=trial/web/tcp/http").Build()
	got := map[string][]spell{}
	for _, p := range tracksOf(h).Pods {
		got[p.Name] = p.Routed
	}
	end := 10500.0
	for pod, want := range map[string]spell{
		historytest.PodA: {State: "routed", From: 2100, To: &end, Detail: "by the kernel of cp"},
		b:                {State: "routed", From: 12300, Detail: "by the kernel of cp"},
	} {
		if !reflect.DeepEqual(got[pod], []spell{want}) {
			t.Errorf("%s is routed %+v, want %+v", pod, got[pod], want)
		}
	}
}

// An exec probe's 0 is its exit code, an HTTP probe's is no answer at all.
func TestProbeKinds(t *testing.T) {
	b := &historytest.Builder{}
	b.Instant(history.SourceApp, "a", history.AppProbe, "1s", "path=/tmp/ready kind=exec code=0 ms=3")
	b.Instant(history.SourceApp, "a", history.AppProbe, "2s", "path=/live kind=kubelet code=0 ms=1000")
	got := tracksOf(b.Build()).Pods[0].Probes
	if len(got) != 2 || !got[0].Exec || got[1].Exec || got[1].Took != 1000 {
		t.Errorf("probes %+v", got)
	}
}

// Questions to the API server stay apart, also when one is due as the last was answered.
func TestAnswers(t *testing.T) {
	b := &historytest.Builder{}
	b.State(history.SourceAPI, "list pods, 1", "1s answered 1.1s -")
	b.State(history.SourceAPI, "list pods, 2", "1.1s answered 1.2s -")
	b.State(history.SourceAPI, "list pods, 3", "1.2s refused 5s -")
	b.State(history.SourceWrite, "record-1", "2s acknowledged 2.1s -")
	got := tracksOf(b.Build()).API
	if len(got) != 2 || got[0].Name != "answers" || len(got[0].Spans) != 3 || got[0].Spans[2].State != history.StateRefused || len(got[1].Spans) != 1 {
		t.Errorf("answers %+v", got)
	}
}

// A bucket holds slots, so nothing may get lost or be counted twice on the way.
func TestLaneCountsEverySlotOnce(t *testing.T) {
	for _, words := range []string{"ok:a,b,c*300 503:a*7 XX*20 --*3 ok:a*40", "ok:a*20000 XX*3 ok:b*1", "XX"} {
		b := &historytest.Builder{}
		h := b.Load(history.LaneFresh, 1000, 0, words).Build()
		l := lanesOf(h, nil)[0]
		n, failed := 0, 0
		for _, s := range l.Series {
			for _, c := range s.Counts {
				n += c
				if s.Kind == "fail" {
					failed += c
				}
			}
			if s.First+len(s.Counts) > l.Buckets {
				t.Errorf("%q: series %s ends behind the last bucket", words, s.Name)
			}
		}
		if n != len(h.Samples) || failed != len(l.Failed)+l.FailedCut || l.Buckets > maxBuckets || l.Per*l.Buckets < len(h.Samples) {
			t.Errorf("%q: %d slots in %d buckets of %d, %d failed (%d kept), of %d samples", words, n, l.Buckets, l.Per, failed, len(l.Failed), len(h.Samples))
		}
	}
}

// Samples come as they end: a slow one behind those that were due after it.
func TestSeriesTakesSlotsInAnyOrder(t *testing.T) {
	var s series
	for _, bucket := range []int{5, 7, 3, 3} {
		s.add(bucket)
	}
	if got := fmt.Sprint(s.First, s.Counts); got != "3 [2 0 1 0 1]" {
		t.Errorf("got %s", got)
	}
}

func TestTrialHTMLNeedsNoNetwork(t *testing.T) {
	trial := must[[]byte](t)(TrialHTML(deadlockTrial()))
	v, _, _ := deadlockTrial()
	run := must[[]byte](t)(RunHTML(judge.NewRun([]judge.Trial{v}, nil, nil), Info{}))
	for name, page := range map[string][]byte{"trial": trial, "run": run} {
		for _, banned := range []string{`src=`, `@import`, `url(h`, `<link rel="stylesheet"`, `fetch(`, `XMLHttpRequest`, `WebSocket`} {
			if bytes.Contains(page, []byte(banned)) {
				t.Errorf("the %s's page contains %s", name, banned)
			}
		}
		for _, address := range regexp.MustCompile(`https?://[^"'\s]+`).FindAllString(string(page), -1) {
			if address != "http://www.w3.org/2000/svg" { // a name, which nothing asks for
				t.Errorf("the %s's page names %s", name, address)
			}
		}
		if !bytes.Contains(page, []byte(`content="default-src 'none';`)) {
			t.Errorf("the %s's page lacks its policy", name)
		}
		if bytes.Contains(page, []byte("ZgotmplZ")) {
			t.Errorf("the template refused something in the %s's page", name)
		}
	}
}

// What a cluster said must never become markup.
func TestTrialHTMLEscapes(t *testing.T) {
	const evil = `</script><script>alert(1)</script><img onerror="x">`
	v, main, twin := deadlockTrial()
	v.Reason, v.Findings[0].Got = evil, evil
	main.Intervals = append(main.Intervals, history.Interval{Source: history.SourcePod, Subject: evil, State: evil, Detail: evil, To: history.Open})
	main.Meta.Notes[history.NoteReplay] = evil
	page := must[[]byte](t)(TrialHTML(v, main, twin))
	if bytes.Contains(page, []byte("<script>alert")) || bytes.Contains(page, []byte("<img onerror")) {
		t.Error("the page contains markup from the record")
	}
	pods := drawn(t, page)[0].Pods
	if pods[len(pods)-1].Name != `<` { // cut at the slash, as pod/container
		t.Errorf("last pod %q", pods[len(pods)-1].Name)
	}
}

func TestTrialHTMLWithoutRecord(t *testing.T) {
	for _, v := range []judge.Trial{{Name: "probes/deadlock", Status: judge.Invalid, Reason: "the run directory was full"}, judge.Skip("nodes/node-killed", "needs 2 workers, has 1")} {
		page := must[[]byte](t)(TrialHTML(v, nil, nil))
		if !strings.Contains(string(page), "There is no record to draw: "+v.Reason) {
			t.Errorf("%s: the page does not say why there is no record", v.Name)
		}
	}
	v, _, twin := deadlockTrial()
	v.Reason = "it was killed"
	if page := must[[]byte](t)(TrialHTML(v, nil, twin)); !strings.Contains(string(page), "no record of the trial: it was killed") || len(drawn(t, page)) != 1 {
		t.Error("without the trial's record the twin must be drawn, and the lack be said")
	}
	empty := must[[]byte](t)(TrialHTML(judge.Trial{Name: "a/b", Status: judge.Invalid, Reason: "x"}, &history.History{}, nil))
	if len(drawn(t, empty)) != 1 {
		t.Error("an empty record has an empty picture")
	}
}

// Two minutes at 1,000 requests/s on both lanes, twin included, a third of it failing.
func TestTrialHTMLStaysSmall(t *testing.T) {
	v, main, twin := deadlockTrial()
	for n, h := range []*history.History{main, twin} {
		for _, lane := range []string{history.LaneFresh, history.LaneReused} {
			b := &historytest.Builder{}
			words := strings.Repeat("ok:web-7c-a-5d4c8,web-7c-b-5d4c8,web-7c-c-5d4c8*1 XX*1 ok:web-7c-a-5d4c8,web-7c-b-5d4c8*2 ", 30000)
			if n == 1 {
				words = "ok:web-7c-a-5d4c8,web-7c-b-5d4c8,web-7c-c-5d4c8*120000"
			}
			big := b.Load(lane, 1000, time.Second, words).Build()
			h.Samples = append(h.Samples, big.Samples...)
			h.Meta.Load = []history.LanePlan{{Lane: history.LaneFresh, Rate: 1000}, {Lane: history.LaneReused, Rate: 1000}}
		}
		h.Samples = h.Samples[2900:] // without those at 50/s
	}
	v.Lanes, v.Twin.Lanes = judge.Lanes(main), judge.Lanes(twin)
	page := must[[]byte](t)(TrialHTML(v, main, twin))
	if len(page) > 1<<20 {
		t.Errorf("the page has %d bytes, want at most 1 MiB", len(page))
	}
	l := drawn(t, page)[0].Lanes[0]
	if len(l.Outages) != maxWindows || l.LeftOut == 0 || len(l.Failed) != maxFailed || l.FailedCut == 0 {
		t.Errorf("%d outages (%d left out), %d failed slots (%d cut): bounds not kept, or not said", len(l.Outages), l.LeftOut, len(l.Failed), l.FailedCut)
	}
}

func TestModelOf(t *testing.T) {
	f := func(ms float64) *float64 { return &ms }
	deed := f(10000)
	for _, c := range []struct {
		name   string
		f      judge.Finding
		deed   *float64
		anchor float64
		ok     bool
	}{
		{"ended at", judge.Finding{Got: "SIGTERM after 4.19s, at +18.39s (±0ms)", Measured: f(4190), From: f(3000), To: f(7000)}, deed, 14200, true},
		{"began at", judge.Finding{Got: "54 failed over 3.64s from +14.23s on, longest at +14.63s", Measured: f(3640), From: f(400), To: f(9920)}, deed, 14230, true},
		{"names none", judge.Finding{Got: "after 4s", Measured: f(4000), From: f(0), To: f(7000)}, deed, 10000, true},
		{"never", judge.Finding{Got: "never restarted", From: f(3000), To: f(7000)}, deed, 10000, true},
		{"no deed", judge.Finding{Got: "never", From: f(3000), To: f(7000)}, nil, 0, false},
		{"nothing lost, as it must", judge.Finding{Got: "0 of 9 failed", Measured: f(0), From: f(0), To: f(0)}, deed, 0, false},
		{"no length of time", judge.Finding{Got: "3 of 3 pods ready"}, deed, 0, false},
	} {
		if m, ok := modelOf(c.f, c.deed); ok != c.ok || m.Anchor != c.anchor {
			t.Errorf("%s: anchor %g, %t; want %g, %t", c.name, m.Anchor, ok, c.anchor, c.ok)
		}
	}
}

func TestRunHTML(t *testing.T) {
	v, _, _ := deadlockTrial()
	fail := judge.Trial{Name: "rollout/bad-image", Status: judge.Fail, Seconds: 12, Findings: []judge.Finding{{Name: "no-loss", Status: judge.Fail, Want: "nothing lost", Got: "12 < 13 failed"}}}
	r := judge.NewRun([]judge.Trial{v, fail, judge.Skip("nodes/node-killed", "needs 2 workers, has 1")}, []string{"selfheal/oom-killed"}, nil)
	page := string(must[[]byte](t)(RunHTML(r, Info{RunID: "ab12", Seed: 7431, Version: "v1.36.3", CommandLine: "seatrial run --seed 7431", Clusters: map[string]string{"fast": "0123456789"}})))
	for _, want := range []string{"1 PASS, 1 FAIL, 1 SKIPPED, 1 not run", `href="trials/probes/deadlock/report.html"`, `data-status="fail"`, "seatrial run --seed 7431", "v1.36.3",
		`aria-label="modelled 1.00 s to 4.00 s, measured 1.90 s"`, `data-measured-ms="1900"`, "want nothing lost, got 12 &lt; 13 failed", "red in healed, as it must be",
		"needs 2 workers, has 1", "selfheal/oom-killed"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(page, "trials/nodes/node-killed") {
		t.Error("a skipped scenario has no page to link to")
	}
}

func TestPlot(t *testing.T) {
	f := func(ms float64) *float64 { return &ms }
	for _, c := range []struct {
		f    judge.Finding
		want string // part of it
	}{
		{judge.Finding{Measured: f(4200), From: f(3000), To: f(7000)}, `x="37.5" width="50"`}, // of 8 s
		{judge.Finding{From: f(3000), To: f(7000)}, "never measured"},
		{judge.Finding{Measured: f(60), From: f(0), To: f(0)}, "modelled none at all, measured 60 ms"},
		{judge.Finding{Measured: f(9000), From: f(1000)}, "modelled at least 1.00 s"},
	} {
		if got := string(plot(c.f)); !strings.Contains(got, c.want) {
			t.Errorf("plot of %+v: no %q in %s", c.f, c.want, got)
		}
	}
	if got := plot(judge.Finding{Name: "healed"}); got != "" {
		t.Errorf("a finding without a length of time has a plot: %s", got)
	}
}

// What the way in hides is said on the page.
func TestHiddenClassesAreTold(t *testing.T) {
	lane := func(hides ...string) *history.Meta {
		return &history.Meta{Load: []history.LanePlan{{Lane: "fresh", Via: "mapped-port", Hides: hides}}}
	}
	for want, p := range map[string]trialPage{
		"through a mapped-port, at which refused, unreachable show as resets or time-outs": {Meta: lane("refused", "unreachable")},
		"": {Meta: lane()},
	} {
		if got := p.Hidden(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := (trialPage{}).Hidden(); got != "" {
		t.Errorf("without a record: %q", got)
	}
}
