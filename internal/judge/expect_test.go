package judge_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// A judged is one row of a table: a history and how an expectation must find it.
type judged struct {
	name   string
	expect judge.Expectation
	h      *historytest.Builder
	want   judge.Status
	got    string // a part of what the finding says it got; "" is any
}

func judgeAll(t *testing.T, rows []judged) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.expect.Name()+", "+row.name, func(t *testing.T) {
			f := row.expect.Judge(built(row.h))
			if f.Status != row.want || !strings.Contains(f.Got, row.got) {
				t.Errorf("got %s, want %s (%q)\nwant: %s\ngot: %s\nfrom: %s", f.Status, row.want, row.got, f.Want, f.Got, f.LimitFrom)
			}
			if f.Name != row.expect.Name() || f.Want == "" || f.Got == "" {
				t.Errorf("a finding says its name, what it wanted and what it got: %+v", f)
			}
			if f.Status != judge.Invalid && f.LimitFrom == "" {
				t.Error("a finding says where its limit came from")
			}
		})
	}
}

// calm is a trial of three pods, a and b on node w1 and c on w2, in which a fault
// is injected at 10 s and undone at 60 s, and nothing whatever happens.
func calm(fault string, targets ...string) *historytest.Builder {
	b := new(historytest.Builder).Apply(historytest.Deployment(3))
	b.Meta(func(m *history.Meta) {
		m.Scenario, m.Version, m.Fault = "test/calm", "v1.36.3", fault
		m.Settings = history.Settings{
			ProxyMinSync: time.Second, NodeMonitorPeriod: 5 * time.Second, NodeMonitorGracePeriod: 10 * time.Second, UnreachableToleration: 5 * time.Second,
			Kubelets: map[string]history.Kubelet{"w1": {LeaseDuration: 8 * time.Second}, "w2": {LeaseDuration: 8 * time.Second}},
		}
	})
	b.Marks("deploy 0s warm 1s steady 3s fault 10s seen 11s recover 60s settled 70s drain 80s").Targets(targets...)
	for n, name := range []string{historytest.PodA, historytest.PodB, historytest.PodC} {
		pod(b, name, []string{"w1", "w1", "w2"}[n], "7c", "100ms Pending 900ms Running", "900ms True", "900ms ready")
	}
	return b.State(history.SourceReplicas, "Deployment/web", "1s 3/3", "desired=3 replicas=3 updated=3 available=3 revision=1")
}

// undisturbed is the load of a lane that nothing disturbs, written once for all tests.
var undisturbed = sync.OnceValue(func() *history.History {
	return load(&historytest.Builder{}, "ok:web-7c-a*3950").Build()
})

// built is the history, with an undisturbed load on the lanes that it has none on.
func built(b *historytest.Builder) *history.History {
	h := b.Build()
	if h.Meta.Scenario != "test/calm" {
		return h
	}
	for n, plan := range undisturbed().Meta.Load {
		if !slices.ContainsFunc(h.Meta.Load, func(p history.LanePlan) bool { return p.Lane == plan.Lane }) {
			h.Meta.Load = append(slices.Clone(h.Meta.Load), plan)
			h.Samples = slices.Concat(h.Samples, undisturbed().Samples[n*3950:(n+1)*3950])
		}
	}
	return h
}

// load drives both lanes at 50/s from 1 s on.
func load(b *historytest.Builder, words string) *historytest.Builder {
	return b.Load(history.LaneFresh, 50, time.Second, words).Load(history.LaneReused, 50, time.Second, words)
}

// pod adds a pod's life: its phases, its readiness and its endpoint.
func pod(b *historytest.Builder, name, node, hash, phases, ready, endpoint string) *historytest.Builder {
	uid := "uid=u-" + name
	b.State(history.SourcePod, name, phases, uid, "node="+node+" owner=ReplicaSet/web-"+hash+" hash="+hash)
	b.State(history.SourceReady, name, ready, uid)
	b.State(history.SourceEndpoint, name, endpoint, uid+" service=web")
	first, _, _ := strings.Cut(phases, " ")
	return b.State(history.SourceContainer, name+"/web", first+" running", uid+" restarts=0")
}

// relive replaces what is known of a pod's readiness, its endpoint and its container.
func relive(b *historytest.Builder, name, ready, endpoint string) *historytest.Builder {
	uid := "uid=u-" + name
	b.Without(history.SourceReady, name).Without(history.SourceEndpoint, name)
	return b.State(history.SourceReady, name, ready, uid).State(history.SourceEndpoint, name, endpoint, uid+" service=web")
}

// restarted makes the pod's container end at one instant and run again at another.
func restarted(b *historytest.Builder, name, ended, again, how string) *historytest.Builder {
	b.Without(history.SourceContainer, name+"/web")
	b.State(history.SourceContainer, name+"/web", "900ms running "+ended+" -", "uid=u-"+name+" restarts=0 containerID=first")
	b.State(history.SourceContainer, name+"/web", ended+" terminated "+again+" -", "uid=u-"+name+" restarts=0 "+how)
	return b.State(history.SourceContainer, name+"/web", again+" running", "uid=u-"+name+" restarts=1")
}

// object changes the applied Deployment as text.
func object(b *historytest.Builder, old, new string) *historytest.Builder {
	return b.Meta(func(m *history.Meta) {
		text := string(m.Applied[0])
		if !strings.Contains(text, old) {
			panic(fmt.Sprintf("the Deployment does not say %s", old))
		}
		m.Applied = nil
		m.Applied = append(m.Applied, []byte(strings.Replace(text, old, new, 1)))
	})
}

// counting is an expectation whose findings say in their words what they counted.
type counting struct{ judge.Expectation }

func counts(e judge.Expectation) judge.Expectation { return counting{e} }

func (c counting) Judge(h *history.History) judge.Finding {
	f := c.Expectation.Judge(h)
	if f.Count != nil {
		f.Got = fmt.Sprintf("counted %d: %s", *f.Count, f.Got)
	}
	return f
}

const (
	liveness  = `"livenessProbe":{"httpGet":{"path":"/live","port":8080},"periodSeconds":1,"timeoutSeconds":1,"failureThreshold":3,"successThreshold":1}`
	readiness = `"readinessProbe":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":1,"timeoutSeconds":1,"failureThreshold":1,"successThreshold":1}`
	noProbe   = `"env":[{"name":"X","value":"Y"}]`
)

// expectations counts the constructors of this package.
func expectations(t *testing.T) (n int) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || f.Type.Results == nil || strings.HasSuffix(name, "_test.go") {
				continue
			}
			if result, ok := f.Type.Results.List[0].Type.(*ast.Ident); ok && result.Name == "Expectation" {
				n++
			}
		}
	}
	return n
}

// Every expectation, judged on a record that lacks what it needs, is INVALID.
func TestNothingWithoutEvidence(t *testing.T) {
	all := []judge.Expectation{
		judge.OwnedComeBack(), judge.RestartWaited(), judge.OpenConnectionsGoOn(), judge.MissingUntilUndone(), judge.NeverPlaced("Job/x", 1), judge.Burned("Job/x", 1), judge.BothComplete(), judge.CompanionsUntouched(), judge.BackInEndpoints(), judge.FollowsDependency(), judge.CrashLoops(), judge.LivenessAsModelled(), judge.ReadyAsModelled(),
		judge.HeaderArrives(), judge.StartupGivesUp(), judge.BootedUndisturbed(), judge.StartupFirst(), judge.ProbePeriod(),
		judge.ProbeInitialDelay(), judge.ProbeTimeout(), judge.ProbeThresholds(), judge.SeenThroughService(), judge.SeenByKubelet(), judge.Flooded(),
		judge.DowntimeAsModelled(), judge.NoLoss(), judge.NoOutage(), judge.RestartedBy("liveness"), judge.OOMKilled(),
		judge.Replaced(), judge.ReplacedElsewhere(), judge.SameOwner(), judge.Healed(), judge.OthersUntouched(), judge.NoRestart(),
		judge.LeftEndpoints(), judge.NoNewConnections(), judge.NotBeforeReady(), judge.VersionsAlternate(), judge.SurgeKept(),
		judge.AvailabilityKept(), judge.FirstRolledOut(), judge.RolledOut(), judge.RolloutStalls("ErrImagePull"), judge.NoRollback(), judge.UndoRestores(),
		judge.Switched("green"), judge.RolloverRetires(), judge.NodeNotReady(), judge.Evicted(), judge.PressureSeen(),
		judge.PressureTaint(), judge.StaysPending(), judge.TaintReturns(), judge.PressureClears(), judge.LiveCodes(),
		judge.RestartedInPlace(), judge.BackedOff(1), judge.LossAtRestarts(), judge.SiblingUntouched(), judge.VolumeKept(),
		judge.ContainersGone(), judge.PreviousLog(), judge.GoneRefused(), judge.EvidenceKept(), judge.Released(), judge.SurplusRemoved(),
		judge.RolloutBlocked("exceeded quota"), judge.RolloutUnready(), judge.VersionsApart(), judge.OutageAvoided(), judge.CanaryShare(),
		judge.CanaryAborted(), judge.Conditions("NewReplicaSetAvailable"), judge.RolloutStatus(0), judge.StopsAtFirst(), judge.ErrorsEnd(), judge.RevisionRises(),
		judge.Revisions(1), judge.PodsKept(), judge.BroughtByRestart(), judge.OnlyReplacedAreNew(), judge.HistoryKept(), judge.UndoneTo(1),
		judge.KubectlSays("rollout undo", 1, "unable"), judge.SurgeSpeed(), judge.SharedInProportion(), judge.RolledOutElsewhere(),
		judge.ReplacedDespiteWebhook(), judge.NamesHeal(), judge.LateOnNode(),
		judge.StuckUntilAdded("rules"), judge.RolledOutOnceAdded(),
		judge.APIAnswersWithin(time.Second), judge.BackInPlace(), judge.BudgetKept(), judge.Drained(), judge.EvictedForDisk(), judge.EvictedInOrder("web"),
		judge.GoneOnReturn(), judge.GrowsApart(), judge.LandedBeside(), judge.LatencyWithin(time.Second), judge.LossAsModelled(), judge.MemoryPressureSeen(),
		judge.MovedForGood(), judge.NoPressure("DiskPressure"), judge.NoRetries(), judge.PendingUntilUndone("taint"), judge.PressurePasses(), judge.ReplacedMeanwhile(),
		judge.RestartedWithoutAPI(), judge.StallFlagged(time.Second), judge.Throttled(), judge.TrafficUnharmed(), judge.Undone(), judge.WritesKept(),
	}
	if there := expectations(t); len(all) != there {
		t.Errorf("%d expectations are tried of %d that there are", len(all), there)
	}
	bare := func() *historytest.Builder {
		b := &historytest.Builder{}
		return b.Meta(func(m *history.Meta) { m.Version = "v1.36.3"; m.Fault = "app/deadlock" })
	}
	names := map[string]bool{}
	for _, e := range all {
		if names[e.Name()] {
			t.Errorf("two expectations are called %s", e.Name())
		}
		names[e.Name()] = true
		judgeAll(t, []judged{
			{"empty record", e, &historytest.Builder{}, judge.Invalid, "version"},
			{"no marks", e, bare(), judge.Invalid, "no mark"},
			{"cut short", e, bare().Marks("steady 3s fault 10s"), judge.Invalid, "cut short"},
			{"nothing observed", e, bare().Marks("steady 3s fault 10s recover 20s drain 30s").Targets("x"), judge.Invalid, ""},
		})
	}
}

func TestNoLoss(t *testing.T) {
	lossy := load(calm("rollout/update", "web"), "ok:web-7c-a*900 XX ok:web-7c-a*3000")
	judgeAll(t, []judged{
		{"nothing lost", judge.NoLoss(), calm("rollout/update", "web"), judge.Pass, "0 of"},
		{"one slot lost", judge.NoLoss(), lossy, judge.Fail, "1 of"},
		{"nobody looked for a while", judge.NoLoss(), load(calm("rollout/update", "web"), "ok:web-7c-a*500 --*10 ok:web-7c-a*3000"), judge.Invalid, "nobody looked at lane fresh for 200ms from +10.98s on"},
		{"nobody looked for a moment", judge.NoLoss(), load(calm("rollout/update", "web"), "ok:web-7c-a*500 --*4 ok:web-7c-a*3000"), judge.Pass, "0 of"},
		{"nobody looked before the deed", judge.NoLoss(), load(calm("rollout/update", "web"), "ok:web-7c-a*400 --*10 ok:web-7c-a*3100"), judge.Pass, "0 of"},
		{"nobody looked just before the deed, whose requests may be hit by it", judge.NoLoss(), load(calm("rollout/update", "web"), "ok:web-7c-a*435 --*10 ok:web-7c-a*3100"), judge.Pass, "0 of"},
		{"nobody looked, and one was lost elsewhere", judge.NoLoss(), load(calm("rollout/update", "web"), "ok:web-7c-a*500 --*10 ok:web-7c-a*300 XX ok:web-7c-a*3000"), judge.Fail, "1 of"},
		{"counted: none", counts(judge.NoLoss()), calm("rollout/update", "web"), judge.Pass, "counted 0"},
		{"counted: one on each lane", counts(judge.NoLoss()), lossy, judge.Fail, "counted 2"},
		{"the other lane", judge.NoLoss("fresh"), calm("rollout/update", "web").Load("reused", 50, time.Second, "ok*900 XX ok*3000"), judge.Pass, ""},
		{"no such lane", judge.NoLoss("third"), calm("rollout/update", "web"), judge.Invalid, "no load on lane third"},
		{"the lane ends early", judge.NoLoss(), load(calm("rollout/update", "web"), "ok*300"), judge.Invalid, "no slot"},
	})
}

func TestNoOutage(t *testing.T) {
	lost := func(slots int) *historytest.Builder {
		return load(calm("app/oom", historytest.PodA), fmt.Sprintf("ok:web-7c-a*460 XX*%d ok:web-7c-a*3000", slots))
	}
	judgeAll(t, []judged{
		{"a short run", judge.NoOutage(), lost(20), judge.Pass, ""},
		{"a run that chance explains", judge.NoOutage(), lost(23), judge.Pass, ""},
		{"the service stopped", judge.NoOutage(), lost(25), judge.Fail, "longest outage 500ms"},
		{"nobody looked for as long", judge.NoOutage(), load(calm("app/oom", historytest.PodA), "ok:web-7c-a*500 --*30 ok:web-7c-a*3000"), judge.Invalid, "nobody looked"},
		{"nobody looked for less", judge.NoOutage(), load(calm("app/oom", historytest.PodA), "ok:web-7c-a*500 --*10 ok:web-7c-a*3000"), judge.Pass, ""},
	})
}

func TestDowntimeAsModelled(t *testing.T) {
	const a = historytest.PodA
	e := judge.DowntimeAsModelled()
	slots := func(b *historytest.Builder, broken int, pattern string) *historytest.Builder {
		good := "ok:web-7c-a,web-7c-b,web-7c-c*"
		if broken == 0 {
			return load(b, good+"3950")
		}
		words := good + "455 " + strings.Repeat(pattern+" ", broken) + good + "900"
		if pattern == "to" { // to the end
			words = good + "455 to*3495"
		}
		return load(b, words)
	}
	unseen := func() *historytest.Builder { return object(calm("app/deadlock", a), readiness, noProbe) }
	single := func() *historytest.Builder {
		b := calm("app/oom", a)
		for _, name := range []string{historytest.PodB, historytest.PodC} {
			b.Without(history.SourceEndpoint, name)
		}
		return b
	}
	drained := func() *historytest.Builder {
		return object(calm("pod/delete", a), `"name":"web","image"`, `"env":[{"name":"DRAIN","value":"5s"}],"name":"web","image"`)
	}
	judgeAll(t, []judged{
		{"drained, nothing lost", e, slots(drained(), 0, ""), judge.Pass, ""},
		{"drained, yet lost", e, slots(drained(), 1, "XX ok ok"), judge.Fail, ""},
		// one of three, 0 s to 3.9 s on lane fresh
		{"exits at once", e, slots(calm("pod/delete", a), 50, "XX ok ok"), judge.Pass, ""},
		{"too long", e, slots(calm("pod/delete", a), 68, "XX ok ok"), judge.Fail, "fresh"},
		{"all at once, too long", e, slots(calm("pod/delete", a), 25, "XX"), judge.Fail, "longest outage 500ms"},
		// the only one: 20 ms to 14.9 s
		{"single replica", e, slots(single(), 100, "XX"), judge.Pass, "longest outage 2.00s"},
		{"single replica, impossibly quick", e, slots(single(), 0, ""), judge.Fail, "0 of"},
		{"single replica, too long", e, slots(single(), 750, "XX"), judge.Fail, "longest outage 15.00s"},
		{"single replica, down to the end", e, load(single(), "ok:web-7c-a*3900 XX*50"), judge.Invalid, "still down at the end"},
		{"single replica, and nobody looked when it was to be back", e, load(single(), "ok:web-7c-a*455 XX*735 --*30 ok:web-7c-a*2730"), judge.Invalid, "the generator stood still in the outage"},
		// liveness alone: 0.4 s to 23.9 s on lane fresh, the grace period being 10 s
		{"liveness alone", e, slots(unseen(), 200, "to ok ok"), judge.Pass, ""},
		{"liveness alone, impossibly quick", e, slots(unseen(), 1, "to ok ok"), judge.Fail, "20ms"},
		{"liveness alone, too long", e, slots(unseen(), 410, "to ok ok"), judge.Fail, ""},
		{"nobody looks, to the end", e, slots(object(unseen(), liveness, `"tty":false`), 9, "to"), judge.Pass, "to the end"},
		{"nobody looks, yet it ended", e, slots(object(unseen(), liveness, `"tty":false`), 100, "to ok ok"), judge.Fail, ""},
		{"no model", e, calm("pressure/disk-full", a), judge.Invalid, "says nothing"},
		{"no endpoint known", e, calm("app/oom", a).Without(history.SourceEndpoint, ""), judge.Invalid, "no endpoint"},
		{"nothing broken", e, calm(""), judge.Pass, ""},
		{"nothing broken, yet lost", e, slots(calm(""), 1, "XX"), judge.Fail, ""},
	})
}
