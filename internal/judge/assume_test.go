package judge

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
)

// healthy is 450 slots before the fault, 100 on two pods, the rest on three.
const (
	before = "ok:web-7c-a,web-7c-b,web-7c-c*450"
	after  = "ok:web-7c-d,web-7c-b,web-7c-c*920"
	broken = "ok:web-7c-b,web-7c-c*100"
)

func TestNothingIsWrongWithAHealthyTrial(t *testing.T) {
	h := historytest.Web().Build()
	for _, f := range append(Assumptions(h), Invariants(h)...) {
		if f.Status != Pass || f.Got == "" || f.Want == "" {
			t.Errorf("%+v", f)
		}
	}
	if len(Assumptions(h)) != len(assumptions) || len(Invariants(h)) != 4 {
		t.Errorf("%d assumptions, %d invariants", len(Assumptions(h)), len(Invariants(h)))
	}
}

type builder = historytest.Builder

func plantMeta(change func(*history.Meta)) func(*builder) {
	return func(b *builder) { b.Meta(change) }
}

func plantMarks(line string) func(*builder) {
	return func(b *builder) { b.Marks(line).Targets(historytest.PodA) }
}

func plantFresh(words string) func(*builder) {
	return func(b *builder) { b.Load(history.LaneFresh, 50, time.Second, words) }
}

// brokenAssumptions are the ways in which an assumption can be broken.
var brokenAssumptions = []struct {
	name, assumption string
	plant            func(*builder)
	got              string
}{
	{"the trial was cut short", AssumeCompleted, plantMeta(func(m *history.Meta) { m.Notes = map[string]string{history.NoteError: "deploy:\nno image"} }), "deploy: no image"},

	{"another layout", AssumeRecord, plantMeta(func(m *history.Meta) { m.Schema = 7 }), "layout 7"},
	{"nameless", AssumeRecord, plantMeta(func(m *history.Meta) { m.Scenario = "" }), "no scenario"},
	{"no version", AssumeRecord, plantMeta(func(m *history.Meta) { m.Version = "" }), "version"},
	{"no object", AssumeRecord, plantMeta(func(m *history.Meta) { m.Applied = []json.RawMessage{json.RawMessage(`[]`)} }), "applied object 0"},
	{"backwards", AssumeRecord, func(b *builder) { b.State("pod", "x", "9s Running 8s -") }, "ends before it begins"},
	{"an unplanned lane", AssumeRecord, plantMeta(func(m *history.Meta) { m.Load = m.Load[:1] }), "nobody planned the lane reused"},

	{"no mark warm", AssumeMarks, plantMarks("deploy 0s steady 3s fault 10s seen 10.5s recover 20s drain 30s"), "no mark warm"},
	{"no mark recover", AssumeMarks, plantMarks("deploy 0s warm 1s steady 3s fault 10s seen 10.5s drain 30s"), "no mark recover"},
	{"no mark drain", AssumeMarks, plantMarks("deploy 0s warm 1s steady 3s fault 10s seen 10.5s recover 20s"), "no mark drain"},
	{"out of order", AssumeMarks, plantMarks("deploy 0s warm 1s fault 3s seen 4s steady 10s recover 20s drain 30s"), "mark steady at +10.00s comes too late"},
	{"a mark in the past", AssumeMarks, plantMarks("deploy 0s warm 1s steady 3s fault 10s seen 10.5s recover 9s drain 30s"), "mark recover at +9.00s comes too late"},
	{"twice steady", AssumeMarks, plantMarks("deploy 0s warm 1s steady 3s steady 4s fault 10s seen 10.5s recover 20s drain 30s"), "mark steady is there twice"},
	{"seen before done", AssumeMarks, plantMarks("deploy 0s warm 1s steady 3s seen 9s fault 10s seen 10.5s recover 20s drain 30s"), "mark seen comes before any fault"},
	{"unknown mark", AssumeMarks, plantMarks("deploy 0s warm 1s steady 3s lunch 4s fault 10s seen 10.5s recover 20s drain 30s"), `unknown mark "lunch"`},
	{"a mark with its ends swapped", AssumeMarks, plantMarks("deploy 0s warm 1s steady 3s fault 10s..9s seen 10.5s recover 20s drain 30s"), "at the latest"},
	{"a deed without a fault", AssumeMarks, plantMeta(func(m *history.Meta) { m.Fault = "" }), "no fault was declared"},

	{"never steady", AssumeSteady, plantMarks("deploy 0s warm 1s drain 30s"), "never steady"},
	{"1 % errors before the fault", AssumeSteady, plantFresh("ok:web-7c-a,web-7c-b,web-7c-c*200 503:web-7c-a ok:web-7c-a,web-7c-b,web-7c-c*249 " + broken + " " + after), "never steady: 1 of 700 requests failed: lane fresh at +5.00s: status"},
	{"a silent retry before the fault", AssumeSteady, plantFresh("ok:web-7c-a,web-7c-b,web-7c-c*200 ok+2:web-7c-a ok:web-7c-a,web-7c-b,web-7c-c*249 " + broken + " " + after), "retried"},

	{"starved in steady", AssumeRate, plantFresh("ok:web-7c-a,web-7c-b,web-7c-c*200 sat*10 ok:web-7c-a,web-7c-b,web-7c-c*240 " + broken + " " + after), "lane fresh, steady: 340 of 350 slots sent"},
	{"starved afterwards", AssumeRate, plantFresh(before + " " + broken + " ok:web-7c-d,web-7c-b,web-7c-c*500 sat*30 ok:web-7c-d*390"), "lane fresh, all: 1320 of 1350"},
	{"one a second", AssumeRate, func(b *builder) {
		b.Load(history.LaneFresh, 1, time.Second, "ok:web-7c-a,web-7c-b,web-7c-c*30").Meta(func(m *history.Meta) { m.Load[1].Rate = 50 })
	}, "of 1350 slots sent at 50/s"},
	{"slots lost from the record", AssumeRate, plantFresh("ok:web-7c-a,web-7c-b,web-7c-c*200 ..*10 ok:web-7c-a,web-7c-b,web-7c-c*240 " + broken + " " + after), "340 of 350"},
	{"nothing sent at all", AssumeRate, plantFresh("--*1500"), "0 of 350"},

	{"a stall in the moment of the deed", AssumeStalls, plantFresh("ok:web-7c-a,web-7c-b,web-7c-c*430 --*20 " + broken + " " + after), "20 of 101 slots stalled"},
	{"stalls everywhere", AssumeStalls, plantFresh(before + " " + broken + " ok:web-7c-d,web-7c-b,web-7c-c*60 --*200 ok:web-7c-d*660"), "200 of 1350 slots stalled"},

	{"a pod never reached", AssumeReach, plantFresh("ok:web-7c-a,web-7c-b*450 " + broken + " " + after), "lane fresh never reached web-7c-c"},
	{"no endpoint known", AssumeReach, func(b *builder) { b.Without(history.SourceEndpoint, "") }, "no endpoint was ready"},

	{"the fault was never done", AssumeFault, plantMarks("deploy 0s warm 1s steady 3s recover 20s drain 30s"), "pod/delete was never done"},
	{"the fault was not seen", AssumeFault, plantMarks("deploy 0s warm 1s steady 3s fault 10s recover 20s drain 30s"), "done at +10.00s and not seen"},
	{"the second deed was not seen", AssumeFault, plantMarks("deploy 0s warm 1s steady 3s fault 10s seen 10.5s fault 12s recover 20s drain 30s"), "done at +12.00s and not seen"},
	{"a fault without effect", AssumeFault, func(b *builder) { b.Targets(historytest.PodC) }, "no sensor saw pod/delete do anything"},
	{"one deed of two without effect", AssumeFault, func(b *builder) {
		b.Marks("deploy 0s warm 1s steady 3s fault 10s fault 10.3s seen 10.5s recover 20s drain 30s").TargetsOf(0, historytest.PodA).TargetsOf(1, historytest.PodC)
	}, "no sensor saw pod/delete do anything from +10.30s"},
	{"a deed that had its effect vouches for no other", AssumeFault, func(b *builder) {
		b.Marks("deploy 0s warm 1s steady 3s fault 10s fault 10.05s seen 10.5s recover 20s drain 30s").TargetsOf(0, historytest.PodC).TargetsOf(1, historytest.PodA)
	}, "no sensor saw pod/delete do anything from +10.00s"},
	{"a lease that is renewed", AssumeFault, func(b *builder) {
		b.Targets("w9").Instant(history.SourceLease, "w9", "renewed", "10.2s")
	}, "no sensor saw"},
	{"only its own echo", AssumeFault, func(b *builder) {
		b.Targets(historytest.PodC).
			Instant(history.SourceApp, historytest.PodC, history.AppKnob, "10.1s").
			Instant(history.SourceApp, historytest.PodC, history.AppProbe, "10.2s", "code=200").
			Instant(history.SourceEvent, "Pod/"+historytest.PodC, "Killing", "10.2s", "pod=web-7c-c")
	}, "no sensor saw"},

	{"a lost watch", AssumeWatches, func(b *builder) { b.Gap(history.SourceEndpoint, "", "12s..") }, "endpoint blind from +12.00s to the end"},
	{"a watch that lost one object", AssumeWatches, func(b *builder) { b.Gap(history.SourcePod, historytest.PodB, "12s..13s") }, "pod web-7c-b blind"},
	{"declared, but over before the deed", AssumeWatches, func(b *builder) {
		b.Gap(history.SourceNode, "w1", "5s..6s").Meta(func(m *history.Meta) { m.Blinds = []string{history.SourceNode} })
	}, "node w1 blind"},
	{"the log of a pod that was not hit", AssumeWatches, func(b *builder) { b.Gap(history.SourceApp, historytest.PodB, "12s..13s") }, "app web-7c-b blind"},
	{"the runtime of a node that was not hit", AssumeWatches, func(b *builder) { b.Gap(history.SourceRuntime, "w1", "12s..13s") }, "runtime w1 blind"},
	{"no pod seen", AssumeWatches, func(b *builder) { b.Without(history.SourcePod, "") }, "no pod was seen"},
}

// TestEachAssumptionCanBreak plants a defect for each way in which an assumption
// can be broken, and looks that this one breaks and says why.
func TestEachAssumptionCanBreak(t *testing.T) {
	for _, tt := range brokenAssumptions {
		b := historytest.Web()
		tt.plant(b)
		h := b.Build()
		findings := Assumptions(h)
		n := slices.IndexFunc(findings, func(f Finding) bool { return f.Name == tt.assumption })
		if f := findings[n]; f.Status != Invalid || !strings.Contains(f.Got, tt.got) {
			t.Errorf("%s: %s is %s: %s\nwant INVALID with %q", tt.name, f.Name, f.Status, f.Got, tt.got)
		}
		if trial := Judge(h, []Expectation{says(Pass)}); trial.Status != Invalid || !strings.Contains(trial.Reason, tt.assumption) {
			t.Errorf("%s: the trial is %s: %s", tt.name, trial.Status, trial.Reason)
		}
	}
}

// TestWhatIsNoReasonToDoubt looks that an assumption holds where it easily might not.
func TestWhatIsNoReasonToDoubt(t *testing.T) {
	for _, tt := range []struct {
		name  string
		plant func(*historytest.Builder)
	}{
		{"never settled", func(b *historytest.Builder) {
			b.Marks("deploy 0s warm 1s steady 3s fault 10s..10.1s seen 10.5s recover 20s drain 30s").Targets(historytest.PodA)
		}},
		{"two deeds, seen in turn", func(b *historytest.Builder) {
			b.Marks("deploy 0s warm 1s steady 3s fault 10s seen 10.5s fault 11s seen 12s recover 20s drain 30s").TargetsOf(0, historytest.PodA).TargetsOf(1, historytest.PodD)
		}},
		{"two deeds at once", func(b *historytest.Builder) {
			b.Marks("deploy 0s warm 1s steady 3s fault 10.2s fault 10s seen 12s recover 20s drain 30s").Targets(historytest.PodA)
		}},
		{"no load at all", func(b *historytest.Builder) {
			b.Meta(func(m *history.Meta) { m.Load = nil })
			dropSamples(b)
		}},
		{"a failure after the deed", func(b *historytest.Builder) {
			b.Load(history.LaneFresh, 50, time.Second, before+" XX "+broken+" "+after)
		}},
		{"a request that was under way at the deed", func(b *historytest.Builder) {
			b.Load(history.LaneFresh, 50, time.Second, "ok:web-7c-a,web-7c-b,web-7c-c*449 to "+broken+" "+after)
		}},
		{"a stall of half a second apart from the deed", func(b *historytest.Builder) {
			b.Load(history.LaneFresh, 50, time.Second, before+" "+broken+" ok:web-7c-d,web-7c-b,web-7c-c*100 --*25 ok:web-7c-d*795").
				Gap(history.SourceLoad, "", "14s..14.5s")
		}},
		{"a stall at the deed that the fault declares", func(b *historytest.Builder) {
			b.Load(history.LaneFresh, 50, time.Second, "ok:web-7c-a,web-7c-b,web-7c-c*430 --*20 "+broken+" "+after).
				Meta(func(m *history.Meta) { m.Blinds = []string{history.SourceLoad} })
		}},
		{"an endpoint of another service", func(b *historytest.Builder) {
			b.State(history.SourceEndpoint, "green-1", "1s ready", "service=green")
		}},
		{"an endpoint that became ready later", func(b *historytest.Builder) {
			b.State(history.SourceEndpoint, "late", "4s ready", "service=web")
		}},
		{"a declared gap", func(b *historytest.Builder) {
			b.Gap(history.SourceNode, "w1", "9s..15s").Meta(func(m *history.Meta) { m.Blinds = []string{history.SourceNode} })
		}},
		{"the log of the deleted pod", func(b *historytest.Builder) { b.Gap(history.SourceApp, historytest.PodA, "10s..") }},
		{"a gap before it mattered", func(b *historytest.Builder) { b.Gap(history.SourcePod, "", "0s..2s") }},
		{"a gap in what is for people", func(b *historytest.Builder) { b.Gap(history.SourceEvent, "", "12s..") }},
		{"the runtime and the logs of a killed node", func(b *historytest.Builder) {
			b.Targets("w1").Gap(history.SourceRuntime, "w1", "9.9s..").Gap(history.SourceApp, historytest.PodB, "9s..")
		}},
	} {
		b := historytest.Web()
		tt.plant(b)
		for _, f := range Assumptions(b.Build()) {
			if f.Status != Pass {
				t.Errorf("%s: %s is %s: %s", tt.name, f.Name, f.Status, f.Got)
			}
		}
	}
}

func dropSamples(b *historytest.Builder) {
	b.Load(history.LaneFresh, 50, 0, "").Load(history.LaneReused, 50, 0, "").Meta(func(m *history.Meta) { m.Load = nil })
}

func TestLateSlotsCount(t *testing.T) {
	h := historytest.Web().Build()
	for i := range h.Samples {
		if i%50 == 0 {
			h.Samples[i].Sent += 21 * time.Millisecond
		}
	}
	if f := assumeRate(h); f.Status != Invalid || !strings.Contains(f.Got, "late") {
		t.Errorf("2 %% late: %+v", f)
	}
}

// Of a load by another machine's clock its instants must be known well enough.
func TestClocksThatAreApart(t *testing.T) {
	for off, want := range map[string]Status{"100ms": Pass, "101ms": Invalid} {
		h := historytest.Web().Build()
		h.Meta.Notes = map[string]string{history.NoteClock: off}
		if f := assumeRecord(h); f.Status != want || want == Invalid && !strings.Contains(f.Got, "right to ±101ms only") {
			t.Errorf("right to ±%s: %+v", off, f)
		}
	}
}

func TestDoubleSlotsAreFound(t *testing.T) {
	h := historytest.Web().Build()
	h.Samples = append(h.Samples, h.Samples[3])
	if f := assumeRecord(h); f.Status != Invalid || !strings.Contains(f.Got, "slot 3 of lane fresh is there twice") {
		t.Errorf("got %+v", f)
	}
	h.Samples = h.Samples[:len(h.Samples)-1]
	h.Samples[7].Due = 0
	if f := assumeRecord(h); f.Status != Invalid || !strings.Contains(f.Got, "slot 7 of lane fresh is due before") {
		t.Errorf("got %+v", f)
	}
}

func TestEffectsOfAFault(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		plant      func(*historytest.Builder)
	}{
		{"a state of the target began", "pod web-7c-a: Terminating at +10.02s", func(*historytest.Builder) {}},
		{"a bad probe", "app web-7c-c: probe", func(b *historytest.Builder) {
			b.Targets(historytest.PodC).Instant(history.SourceApp, historytest.PodC, history.AppProbe, "10.2s", "code=404")
		}},
		{"a state of what runs on the target", "pod web-7c-a: Terminating", func(b *historytest.Builder) { b.Targets("w1") }},
		{"a count of the target", "replicas Deployment/web: 2/3", func(b *historytest.Builder) { b.Targets("web").Without(history.SourcePod, "") }},
		{"a condition of the target", "condition w2/DiskPressure: True", func(b *historytest.Builder) {
			b.Targets("w2").State(history.SourceCondition, "w2/DiskPressure", "1s False 10.2s True")
		}},
		{"the target is no more", "taint w2/x:NoSchedule: no longer present", func(b *historytest.Builder) {
			b.Targets("w2").State(history.SourceTaint, "w2/x:NoSchedule", "1s present 10.2s -")
		}},
		{"the end of the target's container, by its runtime", "runtime w3: exit at +10.20s", func(b *historytest.Builder) {
			b.Targets(historytest.PodC).State(history.SourceContainer, historytest.PodC+"/web", "1s running", "containerID=c-of-c")
			b.Instant(history.SourceRuntime, "w3", "exit", "10.2s", "containerID=c-of-c")
		}},
		{"failed requests", "lane fresh: refused at +10.00s", func(b *historytest.Builder) {
			b.Targets("w2").Load(history.LaneFresh, 50, time.Second, before+" XX "+broken+" "+after)
		}},
		{"the silence that was declared", "runtime w2 blind", func(b *historytest.Builder) {
			b.Targets("w2").Gap(history.SourceRuntime, "w2", "10.1s..").Meta(func(m *history.Meta) { m.Blinds = []string{history.SourceRuntime} })
		}},
	} {
		b := historytest.Web()
		tt.plant(b)
		if f := assumeFault(b.Build()); f.Status != Pass || !strings.Contains(f.Got, tt.want) {
			t.Errorf("%s: got %s %q, want %q", tt.name, f.Status, f.Got, tt.want)
		}
	}
}
