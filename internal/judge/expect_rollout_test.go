package judge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// counted replaces the replica counts of Deployment web: each word is an instant
// and desired/replicas/updated/available.
//
//	counted(b, "1s 3/3/3/3 10.1s 3/4/1/3 20s 3/3/3/3")
func counted(b *historytest.Builder, line string, attrs ...string) *historytest.Builder {
	b.Without(history.SourceReplicas, "Deployment/web")
	words := strings.Fields(line)
	for i := 0; i+1 < len(words); i += 2 {
		n := strings.Split(words[i+1], "/")
		until := ""
		if i+2 < len(words) {
			until = " " + words[i+2] + " -"
		}
		b.State(history.SourceReplicas, "Deployment/web", words[i]+" "+n[3]+"/"+n[0]+until,
			append(attrs, "desired="+n[0]+" replicas="+n[1]+" updated="+n[2]+" available="+n[3])...)
	}
	return b
}

const rolled = "1s 3/3/3/3 10.1s 3/4/1/3 15s 3/4/2/3 20s 3/3/3/3"

func TestRollout(t *testing.T) {
	update := func(line string) *historytest.Builder { return counted(calm("rollout/update", "web"), line) }
	surge := func(gone string) *historytest.Builder {
		b := update(rolled)
		pod(b, "web-8d-1", "w1", "8d", "10.1s Pending 12s Running", "12s True", "12s ready")
		return pod(b, "web-8d-2", "w2", "8d", "11s Pending "+gone+" Terminating 30s -", "12s True", "12s ready")
	}
	held := func(container, probe string) *historytest.Builder {
		b := update("1s 3/3/3/3 10.1s 3/4/1/3")
		pod(b, "web-8d-1", "w1", "8d", "10.1s Pending 12s Running", "10.1s False", "10.1s notready")
		b.Without(history.SourceContainer, "web-8d-1/web").State(history.SourceContainer, "web-8d-1/web", container, "uid=u-web-8d-1 restarts=3 reason=CrashLoopBackOff")
		return b.Instant(history.SourceApp, "web-8d-1", history.AppProbe, "20s", "path=/ready code="+probe)
	}
	slow := func(b *historytest.Builder) *historytest.Builder {
		return object(b, `"minReadySeconds":0`, `"minReadySeconds":5`)
	}
	judgeAll(t, []judged{
		{"in time", judge.RolledOut(), update(rolled), judge.Pass, "after 10.00s"},
		{"impossibly early", judge.RolledOut(), slow(update(rolled)), judge.Fail, ""},
		{"slower pods, at the lower end", judge.RolledOut(), slow(update("1s 3/3/3/3 10.1s 3/4/1/3 25s 3/3/3/3")), judge.Pass, ""},
		// 3 waves of 1 to create, 6 to run, 1 to listen, 3 to pass, 2 for the status, and 1
		{"at the upper end", judge.RolledOut(), update("1s 3/3/3/3 10.1s 3/4/1/3 50s 3/3/3/3"), judge.Pass, ""},
		{"too late", judge.RolledOut(), update("1s 3/3/3/3 10.1s 3/4/1/3 50.2s 3/3/3/3"), judge.Fail, ""},
		{"never complete", judge.RolledOut(), update("1s 3/3/3/3 10.1s 3/4/1/3"), judge.Fail, "1 of 3 updated"},
		{"never complete, and why", judge.RolledOut(), held("12s waiting", "200"), judge.Fail, "3 available; web-8d-1: the pod is Running, web-8d-1/web waiting CrashLoopBackOff"},
		{"never complete for a probe", judge.RolledOut(), held("12s running", "503"), judge.Fail, "its probe of /ready was answered 503"},
		{"never begun", judge.RolledOut(), update("1s 3/3/3/3"), judge.Fail, "never began"},
		{"the first, in time", judge.FirstRolledOut(), update("1s 3/3/3/3 10.1s 3/4/1/3 20s 3/3/3/3 55s 3/4/1/3").Deed("54s", "web"), judge.Pass, "after 10.00s"},
		{"the first, too late", judge.FirstRolledOut(), update("1s 3/3/3/3 10.1s 3/4/1/3 50.2s 3/3/3/3").Deed("54s", "web"), judge.Fail, ""},
		{"the first, complete only with the second", judge.FirstRolledOut(), update("1s 3/3/3/3 10.1s 3/4/1/3 40s 3/3/3/3").Deed("20s", "web"), judge.Fail, "not complete"},
		{"no second", judge.FirstRolledOut(), update(rolled), judge.Invalid, "one rollout"},
		{"no counts", judge.RolledOut(), update("").Without(history.SourceReplicas, ""), judge.Invalid, "no replica counts"},
		{"kept", judge.AvailabilityKept(), update(rolled), judge.Pass, "at least 3"},
		{"one too few", judge.AvailabilityKept(), update("1s 3/3/3/3 10.1s 3/4/1/2 20s 3/3/3/3"), judge.Fail, "at least 2, at +10.10s"},
		{"counted: the least", counts(judge.AvailabilityKept()), update("1s 3/3/3/3 10.1s 3/4/1/2 20s 3/3/3/3"), judge.Fail, "counted 2"},
		{"one below, as its strategy now allows", judge.AvailabilityKept(), counted(calm("rollout/update", "web"), rolled+" 30s 3/3/0/2 40s 3/3/3/3", "strategy=0/1"), judge.Pass, "at least 2"},
		{"two below, whatever its strategy", judge.AvailabilityKept(), counted(calm("rollout/update", "web"), rolled+" 30s 3/3/0/1 40s 3/3/3/3", "strategy=0/1"), judge.Fail, "at least 1"},
		{"none, as Recreate allows", judge.AvailabilityKept(), counted(calm("rollout/update", "web"), rolled+" 30s 3/3/0/0 40s 3/3/3/3", "strategy=Recreate"), judge.Pass, "at least 0"},
		{"a strategy that cannot be read", judge.AvailabilityKept(), counted(calm("rollout/update", "web"), rolled, "strategy=x/y"), judge.Invalid, "maxSurge"},
		{"no counts", judge.AvailabilityKept(), update("").Without(history.SourceReplicas, ""), judge.Invalid, ""},
		{"a moment too many", judge.SurgeKept(), surge("11.8s"), judge.Pass, ""},
		{"one too many", judge.SurgeKept(), surge("15s"), judge.Fail, ""},
		{"nothing counted", judge.SurgeKept(), calm("").Without(history.SourcePod, "").Without(history.SourceReplicas, ""), judge.Invalid, ""},
	})
}

func TestVersionsAlternate(t *testing.T) {
	e := judge.VersionsAlternate()
	// The versions of each hundred slots; the deed is at slot 450.
	for _, row := range []struct {
		name, line string
		want       judge.Status
	}{
		{"side by side", "v1 v1 v1 v1 v1 v2 v1 v2", judge.Pass},
		{"one after the other", "v1 v1 v1 v1 v1 v2 v2 v2", judge.Fail},
		{"never the new", "v1", judge.Fail},
	} {
		h := built(calm("rollout/update", "web"))
		words := strings.Fields(row.line)
		for i := range h.Samples {
			h.Samples[i].Version = words[min(int(h.Samples[i].Seq)/100, len(words)-1)]
		}
		if f := e.Judge(h); f.Status != row.want {
			t.Errorf("%s: got %s: %s", row.name, f.Status, f.Got)
		}
	}
	late := built(calm("rollout/update", "web").Marks("warm 1s steady 3s fault 10s fault 30s recover 60s drain 80s").Targets("web"))
	for i := range late.Samples {
		late.Samples[i].Version = []string{"v1", "v1", "v1", "v1", "v1", "v2", "v1", "v2", "v2", "v2", "v2", "v2", "v2", "v2", "v1", "v3", "v2", "v3"}[min(int(late.Samples[i].Seq)/100, 17)]
	}
	if f := e.Judge(late); f.Status != judge.Pass {
		t.Errorf("the version before the last answers when the second rollout begins: got %s: %s", f.Status, f.Got)
	}
	two := built(calm("rollout/update", "web").Marks("warm 1s steady 3s fault 10s fault 30s recover 60s drain 80s").Targets("web"))
	for i := range two.Samples {
		two.Samples[i].Version = []string{"v1", "v1", "v1", "v1", "v1", "v2", "v1", "v2", "v2", "v2", "v2", "v2", "v2", "v2", "v2", "v3"}[min(int(two.Samples[i].Seq)/100, 15)]
	}
	if f := e.Judge(two); f.Status != judge.Fail || !strings.Contains(f.Got, "after v1, v2: first new answer") {
		t.Errorf("two rollouts, the second one at once: got %s: %s", f.Status, f.Got)
	}
	if f := e.Judge(built(calm("rollout/update", "web"))); f.Status != judge.Invalid {
		t.Errorf("no versions: got %s", f.Status)
	}
	// Old pods cease to be endpoints at an instant, the new one is one from 10.5 s on.
	for gone, want := range map[string]judge.Status{"10.4s": judge.Fail, "11s": judge.Pass, "16s": judge.Fail} {
		b := calm("rollout/update", "web")
		for _, name := range []string{historytest.PodA, historytest.PodB, historytest.PodC, historytest.PodD} {
			b.Without(history.SourceEndpoint, name)
		}
		b.State(history.SourceEndpoint, historytest.PodB, "1s ready "+gone+" -", "uid=u-"+historytest.PodB)
		b.State(history.SourcePod, "web-9f-a", "10.1s Pending 10.3s Running", "uid=u-new owner=ReplicaSet/web-9f hash=9f")
		b.State(history.SourceEndpoint, "web-9f-a", "10.5s ready", "uid=u-new")
		h := built(b)
		for i := range h.Samples {
			h.Samples[i].Version = []string{"v1", "v2"}[min(int(h.Samples[i].Seq)/500, 1)]
		}
		if f := e.Judge(h); f.Status != want {
			t.Errorf("answers one after the other, endpoints side by side until %s: got %s: %s", gone, f.Status, f.Got)
		}
	}
}

// pulled is a rollout to a bad image at 10 s: called stuck at one instant, its
// deadline being 20 s, undone at 60 s.
func pulled(stuck string) *historytest.Builder {
	b := object(calm("rollout/bad-image", "web"), `"progressDeadlineSeconds":600`, `"progressDeadlineSeconds":20`)
	counted(b, "1s 3/3/3/3 10.1s 3/4/1/3 61s 3/3/3/3")
	b.State(history.SourceReplicas, "ReplicaSet/web-8d", "10.1s 0/1 60.5s -", "desired=1 revision=2")
	b.State(history.SourceDeployment, "web/Progressing", "1s True "+stuck+" -", "reason=ReplicaSetUpdated")
	b.State(history.SourceDeployment, "web/Progressing", stuck+" False 60.5s -", "reason=ProgressDeadlineExceeded")
	pod(b, "web-8d-1", "w1", "8d", "10.1s Pending 60.5s Terminating 61s -", "10.1s False 61s -", "61s -")
	return b.State(history.SourceContainer, "web-8d-1/web", "10.5s waiting 61s -", "uid=u-web-8d-1 restarts=0 reason=ErrImagePull")
}

func TestStall(t *testing.T) {
	stalls := judge.RolloutStalls("ErrImagePull")
	stays := pulled("30.5s").Without(history.SourcePod, "web-8d-1")
	stays.State(history.SourcePod, "web-8d-1", "10.1s Pending", "uid=u-web-8d-1 owner=ReplicaSet/web-8d hash=8d")
	shrunk := pulled("30.5s").Without(history.SourceReplicas, "ReplicaSet/web-8d")
	for _, part := range []struct{ line, desired string }{{"10.1s 0/1 40s -", "1"}, {"40s 0/0", "0"}} {
		shrunk.State(history.SourceReplicas, "ReplicaSet/web-8d", part.line, "revision=2 desired="+part.desired)
	}
	// The runtime calls it an error; the kernel's log says what killed it.
	killed := func(uid string) *historytest.Builder {
		b := pulled("30.5s").Without(history.SourceContainer, "web-8d-1/web")
		b.State(history.SourceContainer, "web-8d-1/web", "10.5s waiting 61s -", "uid=u-web-8d-1 restarts=1 reason=CrashLoopBackOff lastReason=Error")
		return b.Instant(history.SourceKernel, "w1", history.KernelOOM, "10.4s", "uid="+uid)
	}
	short := pulled("70s").Marks("warm 1s steady 3s fault 10s recover 25s settled 30s drain 40s").Targets("web")
	judgeAll(t, []judged{
		{"at its deadline", stalls, pulled("30.5s"), judge.Pass, "after 20.50s"},
		{"at the lower end", stalls, pulled("29s"), judge.Pass, ""},
		{"too early", stalls, pulled("28.9s"), judge.Fail, ""},
		{"at the upper end", stalls, pulled("32.1s"), judge.Pass, ""},
		{"too late", stalls, pulled("32.2s"), judge.Fail, ""},
		{"never called stuck", stalls, pulled("30s").Without(history.SourceDeployment, ""), judge.Fail, "never called stuck"},
		{"for another reason", judge.RolloutStalls("CrashLoopBackOff"), pulled("30s"), judge.Fail, "no new pod ever waited"},
		{"killed for its memory, as the kernel says", judge.RolloutStalls("OOMKilled"), killed("u-web-8d-1"), judge.Pass, ""},
		{"another one killed for its memory", judge.RolloutStalls("OOMKilled"), killed("u-other"), judge.Fail, "no new pod ever waited"},
		{"undone before", stalls, short, judge.Invalid, "undone before"},
		{"nothing changes", judge.NoRollback(), pulled("30.5s"), judge.Pass, "unchanged for 29.50s"},
		{"somebody shrank it", judge.NoRollback(), shrunk, judge.Fail, "desired 0"},
		{"never called stuck", judge.NoRollback(), pulled("30s").Without(history.SourceDeployment, ""), judge.Invalid, ""},
		{"restored", judge.UndoRestores(), pulled("30.5s"), judge.Pass, "after 1.00s"},
		{"not complete again", judge.UndoRestores(), counted(pulled("30.5s"), "1s 3/3/3/3 10.1s 3/4/1/3"), judge.Fail, "not complete"},
		{"a new pod is left", judge.UndoRestores(), stays, judge.Fail, "web-8d-1"},
		{"never undone", judge.UndoRestores(), pulled("30.5s").Marks("warm 1s steady 3s fault 10s drain 80s").Targets("web"), judge.Invalid, ""},
	})
}

func TestSwitched(t *testing.T) {
	e := judge.Switched("green")
	// The old colour answers until so many slots after the deed, the new one then.
	moved := func(slots string) *historytest.Builder {
		b := calm("rollout/switch", "web")
		object(b, `"template":{"metadata":{"labels":{"app":"web"}}`, `"template":{"metadata":{"labels":{"app":"web","color":"blue"}}`)
		b.Apply(strings.ReplaceAll(strings.Replace(historytest.Deployment(3), `"labels":{"app":"web"}`, `"labels":{"app":"web","color":"green"}`, 1), `"name":"web","namespace"`, `"name":"green","namespace"`))
		pod(b, "green-1-x", "w1", "1", "1s Running", "1s True", "1s ready")
		b.Without(history.SourcePod, "green-1-x").State(history.SourcePod, "green-1-x", "1s Running", "uid=u-green-1-x node=w1 owner=ReplicaSet/green-1 hash=1")
		b.State(history.SourceService, "web", "1s app=web,color=blue 10s app=web,color=green 60s app=web,color=blue", "uid=s")
		return b.Load("fresh", 50, time.Second, "ok:web-7c-a*450 ok:web-7c-a,green-1-x*"+slots+" ok:green-1-x*2450 ok:web-7c-b*1000")
	}
	judgeAll(t, []judged{
		{"in time", e, moved("100"), judge.Pass, ", 0 late"},
		{"at the upper end", e, moved("151"), judge.Pass, ", 0 late"},
		{"too late", e, moved("153"), judge.Fail, ", 1 late"},
		{"back, just in time", e, moved("100").Load("fresh", 50, time.Second, "ok:web-7c-a*450 ok:web-7c-a,green-1-x*100 ok:green-1-x*2550 ok:web-7c-b*850"), judge.Pass, ""},
		{"back far too late", e, moved("100").Load("fresh", 50, time.Second, "ok:web-7c-a*450 ok:web-7c-a,green-1-x*100 ok:green-1-x*2800 ok:web-7c-b*600"), judge.Fail, "late"},
		{"one of three came too late to be judged", e, moved("100").Deed("60s", "web").Deed("75s", "web"), judge.Invalid, "2 of 3 switches"},
		{"no such selector", judge.Switched("red"), moved("100"), judge.Invalid, "red"},
		{"no load after it", e, moved("100").Load("fresh", 50, time.Second, "ok*500"), judge.Invalid, "no slot"},
		{"nothing lost", judge.DowntimeAsModelled(), moved("100"), judge.Pass, ""},
	})
}

// A switch is between two that are complete.
func TestBothComplete(t *testing.T) {
	e := judge.BothComplete()
	// Green asks for so many; each word is an instant and how many of its pods are ready then.
	// The Service is switched 10 s and 40 s in.
	both := func(asked, ready string) *historytest.Builder {
		b := calm("rollout/switch", "web").Deed("40s", "web").Without(history.SourceReplicas, "Deployment/web")
		b.Apply(strings.ReplaceAll(historytest.Deployment(3), `"name":"web","namespace"`, `"name":"green","namespace"`))
		b.State(history.SourceReplicas, "Deployment/web", "1s 3/3", "desired=3 ready=3")
		words := strings.Fields(ready)
		for n := 0; n+1 < len(words); n += 2 {
			until := " "
			if n+2 < len(words) {
				until += words[n+2] + " -"
			}
			b.State(history.SourceReplicas, "Deployment/green", words[n]+" x"+until, "desired="+asked+" ready="+words[n+1])
		}
		return b
	}
	judgeAll(t, []judged{
		{"both complete", e, both("3", "1s 0 9s 3"), judge.Pass, "at +10.00s web 3, green 3; at +40.00s web 3, green 3"},
		{"green ready too late", e, both("3", "1s 2 10.1s 3"), judge.Fail, "at +10.00s web 3, green 2"},
		{"green smaller", e, both("2", "1s 2"), judge.Fail, "green 2"},
		{"green not whole on the way back", e, both("3", "1s 3 30s 2"), judge.Fail, "at +40.00s web 3, green 2"},
		{"unknown", e, both("3", ""), judge.Invalid, "does not say how many pods Deployment green"},
		{"one Deployment", e, calm("rollout/switch", "web"), judge.Invalid, "1 Deployments"},
	})
}

// wants adds a ReplicaSet: instants and desired/available.
func wants(b *historytest.Builder, name, line string) *historytest.Builder {
	words := strings.Fields(line)
	for i := 0; i+1 < len(words); i += 2 {
		desired, available, _ := strings.Cut(words[i+1], "/")
		until := ""
		if i+2 < len(words) {
			until = " " + words[i+2] + " -"
		}
		b.State(history.SourceReplicas, "ReplicaSet/"+name, words[i]+" "+available+"/"+desired+until, "desired="+desired+" available="+available)
	}
	return b
}

func TestRollover(t *testing.T) {
	e := judge.RolloverRetires()
	three := func(v1, v2, v3 string) *historytest.Builder {
		b := calm("rollout/second-update", "web")
		return wants(wants(wants(b, "web-7c", v1), "web-8d", v2), "web-9e", v3)
	}
	const unready = "10s 3/0 15s 0/0"
	judgeAll(t, []judged{
		{"unready goes first", e, three("1s 5/5 10s 4/4 20s 2/4 30s 0/0", unready, "14s 0/0 20s 5/5"), judge.Pass, "0 available"},
		{"the first version goes before it", e, three("1s 5/5 10s 4/4 14.5s 3/4 30s 0/0", unready, "14s 0/0 20s 5/5"), judge.Fail, "before its own unavailable ones"},
		{"it grows", e, three("1s 5/5 10s 4/4 20s 0/0", "10s 3/0 15s 4/0 16s 0/0", "14s 0/0 20s 5/5"), judge.Fail, "grew to 4"},
		{"ready: the first version goes first", e, three("1s 5/5 10s 2/2 16s 0/0", "10s 3/3 20s 1/1 25s 0/0", "14s 0/0 20s 5/5"), judge.Pass, "3 available"},
		{"ready: it goes before the first version", e, three("1s 5/5 10s 2/2 26s 0/0", "10s 3/3 20s 1/1 25s 0/0", "14s 0/0 20s 5/5"), judge.Fail, "before the version before it was gone"},
		{"twice, both well", e, wants(wants(three("1s 5/5 10s 4/4 20s 2/4 30s 0/0", unready, "14s 0/0 20s 5/5 40s 2/2 46s 0/0"), "web-af", "40s 3/3 50s 1/1 55s 0/0"), "web-b0", "44s 0/0 50s 5/5"), judge.Pass, "newest version at +44.00s"},
		{"twice, the second not", e, wants(wants(three("1s 5/5 10s 4/4 20s 2/4 30s 0/0", unready, "14s 0/0 20s 5/5 40s 2/2 56s 0/0"), "web-af", "40s 3/3 50s 1/1 55s 0/0"), "web-b0", "44s 0/0 50s 5/5"), judge.Fail, "before the version before it was gone"},
		{"became available before the controller acted", e, three("1s 5/5 10s 2/2 16s 1/2 30s 0/0", "10s 4/3 15s 4/4 35s 0/0", "14s 0/0 20s 5/5"), judge.Pass, ""},
		{"twice, and the second came too late to be one", e, three("1s 5/5 10s 4/4 20s 2/4 30s 0/0", unready, "14s 0/0 20s 5/5").
			Deed("14s", "web").Deed("40s", "web").Deed("44s", "web"), judge.Invalid, "1 of 2 rollovers"},
		{"two versions only", e, wants(calm("rollout/second-update", "web"), "web-7c", "1s 5/5"), judge.Invalid, "has 3"},
		{"no rollover", e, three("1s 5/5 10s 0/0", unready, "14s 0/0"), judge.Invalid, "no rollover"},
	})
}
