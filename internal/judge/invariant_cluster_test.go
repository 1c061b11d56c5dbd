package judge

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
)

// A case is a history with what only looks like a breach, or with one that is planted.
type invariantCase struct {
	name  string
	plant func(*builder)
	got   string // "" for kept, unjudged for nothing to judge, else what broke it
}

const unjudged = "-"

func judgeCases(t *testing.T, invariant string, base func() *builder, cases []invariantCase) {
	t.Helper()
	for _, tt := range cases {
		b := base()
		tt.plant(b)
		found := Invariants(b.Build())
		n := slices.IndexFunc(found, func(f Finding) bool { return f.Name == invariant })
		switch {
		case n < 0:
			if tt.got != unjudged {
				t.Errorf("%s: %s was not checked", tt.name, invariant)
			}
		case tt.got == unjudged:
			t.Errorf("%s: judged: %s %q", tt.name, found[n].Status, found[n].Got)
		case tt.got == "" && found[n].Status != Pass, tt.got != "" && (found[n].Status != Fail || !strings.Contains(found[n].Got, tt.got)):
			t.Errorf("%s: got %s %q, want %q", tt.name, found[n].Status, found[n].Got, tt.got)
		}
	}
}

const statefulSet = `{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db"},"spec":{"replicas":1,
"selector":{"matchLabels":{"app":"db"}},"template":{"metadata":{"labels":{"app":"db"}},"spec":{"containers":[{"name":"db","image":"db:1"}]}}}}`

// ordinal is a pod db-0 that is deleted at 10 s and made anew on another node. Its first
// container ends by its runtime's word at exit, "" for never; the API says so at said.
func ordinal(exit, said string) *builder {
	b := historytest.Web().Apply(statefulSet).Targets("db-0").
		State(history.SourcePod, "db-0", "1s Running 10s Terminating 14s -", "uid=u1 node=w1 owner=StatefulSet/db").
		State(history.SourcePod, "db-0", "14.1s Pending 15s Running", "uid=u2 node=w2 owner=StatefulSet/db").
		State(history.SourceContainer, "db-0/db", "2s running "+said, "uid=u1 containerID=c1").
		State(history.SourceContainer, "db-0/db", "14.2s waiting 15s running", "uid=u2 containerID=c2").
		Instant(history.SourceRuntime, "w1", "start", "1.9s", "containerID=c1").
		Instant(history.SourceRuntime, "w2", "start", "14.8s", "containerID=c2")
	if exit != "" {
		b.Instant(history.SourceRuntime, "w1", "exit", exit, "containerID=c1")
	}
	return b
}

const (
	toldEnd   = "13.6s terminated 14s -"
	toldNoEnd = "14s -"
)

func TestInvariantSingle(t *testing.T) {
	nothing := func(*builder) {}
	untouched := func(b *builder) { b.Targets("other") }
	for _, tt := range []struct {
		exit, said string
		invariantCase
	}{
		{"13.5s", toldEnd, invariantCase{"one after the other", nothing, ""}},
		{"15.5s", toldEnd, invariantCase{"both for a moment", nothing, ""}},
		{"20s", toldEnd, invariantCase{"both, the kubelet having said otherwise", nothing, "two pods db-0 ran at once from +14.80s to +20.00s"}},
		{"", toldEnd, invariantCase{"both until the end", nothing, "two pods db-0 ran at once from +14.80s to +30.00s"}},
		{"20s", toldNoEnd, invariantCase{"deleted by force by the fault", nothing, unjudged}},
		{"20s", toldNoEnd, invariantCase{"deleted by force on the node of the fault", func(b *builder) { b.Targets("w1") }, unjudged}},
		{"20s", toldNoEnd, invariantCase{"taken away by the cluster itself", untouched, "two pods db-0 ran at once from +14.80s to +20.00s"}},
		{"", toldEnd, invariantCase{"its end came while the runtime was out of sight", func(b *builder) { b.Gap(history.SourceRuntime, "w1", "12s..14s") }, unjudged}},
		{"13.5s", toldEnd, invariantCase{"out of sight, but for its end", func(b *builder) { b.Gap(history.SourceRuntime, "w1", "12s..13s") }, ""}},
		{"20s", toldEnd, invariantCase{"the pods were out of sight", func(b *builder) { b.Gap(history.SourcePod, "", "12s..14.5s") }, unjudged}},
		{"", toldEnd, invariantCase{"no runtime told of the second", func(b *builder) { b.Without(history.SourceRuntime, "w2") }, unjudged}},
		{"", toldEnd, invariantCase{"of a Deployment", func(b *builder) {
			b.Without(history.SourcePod, "db-0").State(history.SourcePod, "db-0", "1s Running 10s Terminating 14s -", "uid=u1 node=w1 owner=ReplicaSet/web-7c").
				State(history.SourcePod, "db-0", "14.1s Pending 15s Running", "uid=u2 node=w2 owner=ReplicaSet/web-7c")
		}, unjudged}},
	} {
		judgeCases(t, InvariantSingle, func() *builder { return ordinal(tt.exit, tt.said) }, []invariantCase{tt.invariantCase})
	}
}

// lost is a trial in which node w1 is called unreachable at 12 s, and its pod is evicted
// after the five seconds that it tolerates that.
func lost() *builder {
	return historytest.Web().Targets("w1").Meta(func(m *history.Meta) {
		m.Settings.UnreachableToleration, m.Settings.NotReadyToleration = 5_000_000_000, 5_000_000_000
	}).State(history.SourceTaint, "w1/node.kubernetes.io/unreachable:NoSchedule", "11s present 25s -").
		State(history.SourceTaint, "w1/node.kubernetes.io/unreachable:NoExecute", "12s present 25s -")
}

func evictedAt(b *builder, at, reason string) {
	b.State(history.SourcePod, "web-7c-x", "1s Running "+at+" -", "uid=x node=w1 owner=ReplicaSet/web-7c hash=7c").
		State(history.SourcePod, "web-7c-x", at+" Terminating 28s -", "uid=x node=w1 owner=ReplicaSet/web-7c hash=7c reason="+reason)
}

func TestInvariantTolerations(t *testing.T) {
	const notReady, execute = "w1/node.kubernetes.io/not-ready:NoExecute", "w1/node.kubernetes.io/unreachable:NoExecute"
	evicted := func(at string) func(*builder) { return func(b *builder) { evictedAt(b, at, byTaintManager) } }
	and := func(at string, more func(*builder)) func(*builder) {
		return func(b *builder) { more(b); evictedAt(b, at, byTaintManager) }
	}
	judgeCases(t, InvariantTolerations, lost, []invariantCase{
		{"in time", evicted("17s"), ""},
		{"late", evicted("24s"), ""},
		{"by the time that two watches take", evicted("16.2s"), ""},
		{"too early", evicted("14s"), "web-7c-x was evicted at +14.00s, 2.00s after w1 was tainted, tolerated for 5.00s"},
		{"nobody was evicted", func(*builder) {}, unjudged},
		{"by another hand", func(b *builder) { evictedAt(b, "14s", byEvictionAPI) }, unjudged},
		{"a taint that nobody tolerates", and("14s", func(b *builder) {
			b.State(history.SourceTaint, "w1/example.com/out:NoExecute", "13s present")
		}), ""},
		{"not ready first, then unreachable", and("15s", func(b *builder) {
			b.State(history.SourceTaint, notReady, "10.1s present 12.1s -")
		}), ""},
		{"a taint that was gone in between", and("16s", func(b *builder) {
			b.State(history.SourceTaint, notReady, "5s present 7s -").Without(history.SourceTaint, execute).State(history.SourceTaint, execute, "14s present")
		}), "2.00s after w1 was tainted"},
		{"after it was taken off, late", and("24s", func(b *builder) {
			b.Without(history.SourceTaint, execute).State(history.SourceTaint, execute, "12s present 20s -")
		}), ""},
		{"no taint at all", and("17s", func(b *builder) { b.Without(history.SourceTaint, execute) }), "w1 had no taint that evicts"},
		{"tainted before anybody looked", and("14s", func(b *builder) {
			b.Without(history.SourceTaint, execute).State(history.SourceTaint, execute, "50ms present")
		}), unjudged},
		{"the API server was away", and("16s", func(b *builder) {
			b.Without(history.SourceTaint, execute).State(history.SourceTaint, execute, "14s present").Gap(history.SourceTaint, "", "11s..14s")
		}), unjudged},
		{"a pod of which the objects say nothing", func(b *builder) {
			b.State(history.SourcePod, "job-x", "1s Running 14s -", "uid=x node=w1 owner=Job/job").
				State(history.SourcePod, "job-x", "14s Terminating", "uid=x node=w1 owner=Job/job reason="+byTaintManager)
		}, unjudged},
	})
}

// drained is a trial in which pods of Web are evicted through the API, under a budget.
func drained(budget string) *builder {
	b := historytest.Web().Without(history.SourcePod, "").Without(history.SourceReady, "")
	if budget != "" {
		b.Apply(fmt.Sprintf(`{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"web"},"spec":{%s,"selector":{"matchLabels":{"app":"web"}}}}`, budget))
	}
	for _, p := range []string{historytest.PodC, "web-7c-e"} {
		b.State(history.SourcePod, p, "1s Running", "uid="+p+" node=w2 owner=ReplicaSet/web-7c hash=7c").State(history.SourceReady, p, "1s True", "uid="+p)
	}
	return b
}

// goes has a pod go at an instant, for that reason.
func goes(b *builder, name, at, reason string) {
	of := "uid=" + name + " node=w1 owner=ReplicaSet/web-7c hash=7c"
	b.State(history.SourcePod, name, "1s Running "+at+" -", of).State(history.SourceReady, name, "1s True 28s -", "uid="+name)
	if reason != "" {
		of += " reason=" + reason
	}
	b.State(history.SourcePod, name, at+" Terminating 28s -", of)
}

func TestInvariantBudgets(t *testing.T) {
	evict := func(at ...string) func(*builder) {
		return func(b *builder) {
			for n, t := range at {
				goes(b, fmt.Sprintf("web-7c-%d", n), t, byEvictionAPI)
			}
		}
	}
	three, most := func() *builder { return drained(`"minAvailable":3`) }, func() *builder { return drained(`"maxUnavailable":1`) }
	judgeCases(t, InvariantBudgets, three, []invariantCase{
		{"enough are left", func(b *builder) {
			evict("12s")(b)
			goes(b, "web-7c-b", "28s", "")
		}, ""},
		{"one too many", evict("12s"), "web-7c-0 was evicted at +12.00s with 2 others ready, budget web asks for 3"},
		{"two at once, one of which might go", evict("12s", "12.1s"), "web-7c-1 was evicted at +12.10s with 2 others ready, budget web asks for 3"},
		{"the other one went by itself a moment before", func(b *builder) {
			evict("12s")(b)
			goes(b, "web-7c-b", "11.5s", "")
		}, ""},
		{"the other one had gone by itself", func(b *builder) {
			evict("12s")(b)
			goes(b, "web-7c-b", "10.5s", "")
		}, "web-7c-0 was evicted"},
		{"it was not ready", func(b *builder) {
			evict("12s")(b)
			b.Without(history.SourceReady, "web-7c-0").State(history.SourceReady, "web-7c-0", "1s False", "uid=web-7c-0")
		}, unjudged},
		{"deleted, not evicted", func(b *builder) { goes(b, "web-7c-0", "12s", "") }, unjudged},
		{"evicted by its node's taint", func(b *builder) { goes(b, "web-7c-0", "12s", byTaintManager) }, unjudged},
		{"the readiness was out of sight", func(b *builder) {
			evict("12s")(b)
			b.Gap(history.SourceReady, "", "11s..13s")
		}, unjudged},
		{"nobody counted", func(b *builder) {
			evict("12s")(b)
			b.Meta(func(m *history.Meta) { m.Fault = "controlplane/controller-manager-stop" })
		}, unjudged},
		{"the budget was changed meanwhile", func(b *builder) {
			evict("12s")(b)
			b.Apply(`{"kind":"PodDisruptionBudget","metadata":{"name":"web"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"web"}}}}`)
		}, unjudged},
	})
	judgeCases(t, InvariantBudgets, most, []invariantCase{
		{"of three two are left", evict("12s"), ""},
		{"of three one is left", func(b *builder) {
			evict("12s")(b)
			b.Without(history.SourceReady, "web-7c-e")
		}, "web-7c-0 was evicted at +12.00s with 1 others ready, budget web asks for 2"},
	})
	judgeCases(t, InvariantBudgets, func() *builder { return drained("") }, []invariantCase{{"no budget", evict("12s", "12s", "12s"), unjudged}})
}
