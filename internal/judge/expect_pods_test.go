package judge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// stuck is a deadlock in pod a from 10 s on: told to stop at term, ended at
// exit, running again at again and ready at ready.
func stuck(term, exit, again, ready string) *historytest.Builder {
	const a = historytest.PodA
	b := restarted(calm("app/deadlock", a), a, exit, again, "reason=Error exitCode=137")
	relive(b, a, "900ms True 11.5s False "+ready+" True", "900ms ready 11.6s notready "+ready+" ready")
	b.Instant(history.SourceApp, a, history.AppStuck, "10s", "run=1")
	b.Instant(history.SourceApp, a, history.AppSIGTERM, term, "run=1")
	b.Instant(history.SourceRuntime, "w1", "exit", exit, "containerID=first exitCode=137")
	return b.Instant(history.SourceApp, a, history.AppStart, again, "run=2")
}

func TestRestartedBy(t *testing.T) {
	const a = historytest.PodA
	e := judge.RestartedBy("liveness")
	good := func() *historytest.Builder { return stuck("13.5s", "23.5s", "24s", "26s") }
	never := func() *historytest.Builder {
		return calm("app/deadlock", a).Instant(history.SourceApp, a, history.AppStuck, "10s", "run=1")
	}
	twice := good().State(history.SourceContainer, a+"/web", "40s running", "uid=u-"+a+" restarts=2")
	noSIGTERM := func(exit string) *historytest.Builder {
		return stuck("13.5s", exit, "30.5s", "32s").Without(history.SourceApp, a).Instant(history.SourceApp, a, history.AppStuck, "10s", "run=1")
	}
	judgeAll(t, []judged{
		{"in time", e, good(), judge.Pass, "SIGTERM after 3.50s"},
		{"at the lower end", e, stuck("12s", "22s", "23s", "25s"), judge.Pass, ""},
		{"below it", e, stuck("11.9s", "22s", "23s", "25s"), judge.Fail, ""},
		{"at the upper end", e, stuck("16s", "26s", "27s", "29s"), judge.Pass, ""},
		{"above it", e, stuck("16.1s", "26s", "27s", "29s"), judge.Fail, ""},
		{"stopped past its grace period", e, stuck("13s", "26.1s", "27s", "29s"), judge.Fail, ""},
		{"ready too late", e, stuck("13s", "23s", "24s", "50s"), judge.Fail, "ready again only"},
		{"never ready again", e, relive(good(), a, "900ms True 11s False", "900ms ready 11s notready"), judge.Fail, "not ready again"},
		{"never restarted", e, never(), judge.Fail, "never restarted"},
		{"restarted twice", e, twice, judge.Fail, "2 restarts"},
		{"without a liveness probe", e, object(never(), liveness, `"tty":false`), judge.Fail, "no liveness probe"},
		{"restarted without a liveness probe", e, object(good(), liveness, `"tty":false`), judge.Invalid, "no liveness probe, and was restarted 1 times"},
		{"no SIGTERM line, the runtime saw the end", e, noSIGTERM("23.5s"), judge.Pass, "container ended"},
		{"no SIGTERM line, ended too late", e, noSIGTERM("30s"), judge.Fail, ""},
		{"no runtime events", e, stuck("13.5s", "24s", "24.5s", "32s").Without(history.SourceRuntime, ""), judge.Pass, "ready again 8.00s after it ended"},
		{"no stuck line", e, good().Without(history.SourceApp, a), judge.Invalid, "does not say when it turned bad"},
		{"no container states", e, good().Without(history.SourceContainer, a+"/web"), judge.Invalid, "no container"},
		{"longer period in the manifest", e, object(good(), liveness, `"livenessProbe":{"httpGet":{"path":"/live","port":8080},"periodSeconds":3,"timeoutSeconds":1,"failureThreshold":3,"successThreshold":1}`), judge.Fail, ""},
	})
}

func TestOOMKilled(t *testing.T) {
	const a = historytest.PodA
	e := judge.OOMKilled()
	judgeAll(t, []judged{
		{"killed for its memory", e, restarted(calm("app/oom", a), a, "10.5s", "11s", "reason=OOMKilled exitCode=137"), judge.Pass, ""},
		{"the runtime missed why", e, restarted(calm("app/oom", a), a, "10.5s", "11s", "reason=Error exitCode=137").
			Instant(history.SourceKernel, "", history.KernelOOM, "10.5s", "uid=u-"+a), judge.Pass, "the kernel's log has it"},
		{"the kernel killed another's", e, restarted(calm("app/oom", a), a, "10.5s", "11s", "reason=Error exitCode=137").
			Instant(history.SourceKernel, "", history.KernelOOM, "10.5s", "uid=u-stranger"), judge.Fail, "reason Error"},
		{"exited by itself", e, restarted(calm("app/oom", a), a, "10.5s", "11s", "reason=Error exitCode=1"), judge.Fail, "reason Error"},
		{"nothing happened", e, calm("app/oom", a), judge.Fail, "reason none"},
		{"not restarted", e, restarted(calm("app/oom", a), a, "10.5s", "90s", "reason=OOMKilled exitCode=137"), judge.Fail, "0 restarts"},
		{"counted: once", counts(e), restarted(calm("app/oom", a), a, "10.5s", "11s", "reason=OOMKilled exitCode=137"), judge.Pass, "counted 1"},
		{"no container states", e, calm("app/oom", a).Without(history.SourceContainer, ""), judge.Invalid, "no container"},
		{"no such pod", e, calm("app/oom", "stranger"), judge.Invalid, "stranger"},
	})
}

func TestUntouched(t *testing.T) {
	const a, b = historytest.PodA, historytest.PodB
	gone := func(name string) *historytest.Builder {
		h := calm("app/oom", a).Without(history.SourcePod, name)
		return h.State(history.SourcePod, name, "1s Running 20s Terminating 21s -", "uid=u-"+name+" node=w1 owner=ReplicaSet/web-7c hash=7c")
	}
	judgeAll(t, []judged{
		{"all as it was", judge.NoRestart(), calm("app/readiness-file", a), judge.Pass, "3 pods"},
		{"one restarted", judge.NoRestart(), restarted(calm("app/readiness-file", a), a, "12s", "13s", ""), judge.Fail, "restarted 1 times"},
		{"one replaced", judge.NoRestart(), gone(a), judge.Fail, "gone"},
		{"no container states", judge.NoRestart(), calm("x", a).Without(history.SourceContainer, a+"/web"), judge.Invalid, ""},
		{"only the one hit", judge.OthersUntouched(), restarted(calm("app/oom", a), a, "12s", "13s", ""), judge.Pass, "2 pods"},
		{"another one restarted", judge.OthersUntouched(), restarted(calm("app/oom", a), b, "12s", "13s", ""), judge.Fail, b},
		{"counted: none", counts(judge.OthersUntouched()), restarted(calm("app/oom", a), a, "12s", "13s", ""), judge.Pass, "counted 0"},
		{"counted: one", counts(judge.OthersUntouched()), restarted(calm("app/oom", a), b, "12s", "13s", ""), judge.Fail, "counted 1"},
		{"another one gone", judge.OthersUntouched(), gone(b), judge.Fail, b + " gone"},
		{"counted: that one", counts(judge.OthersUntouched()), gone(b), judge.Fail, "counted 1"},
	})
}

// deleted is pod a deleted at 10 s, and d in its place from created on, ready at ready.
func deleted(created, ready string) *historytest.Builder {
	const a, d = historytest.PodA, historytest.PodD
	h := calm("pod/delete", a).Without(history.SourcePod, a)
	h.State(history.SourcePod, a, "1s Running 10.02s Terminating 11s -", "uid=u-"+a+" node=w1 owner=ReplicaSet/web-7c hash=7c")
	relive(h, a, "900ms True 11s -", "900ms ready 10.1s serving 11s -")
	return pod(h, d, "w2", "7c", created+" Pending "+ready+" Running", created+" False "+ready+" True", ready+" ready")
}

func TestReplaced(t *testing.T) {
	bare := func() *historytest.Builder {
		h := calm("pod/delete", "alone").Apply(`{"kind":"Pod","metadata":{"name":"alone"},"spec":{"containers":[{"name":"web"}]}}`)
		h.State(history.SourcePod, "alone", "1s Running 10.02s Terminating 11s -", "uid=u-alone node=w1")
		return h.State(history.SourceReady, "alone", "1s True 11s -", "uid=u-alone")
	}
	again := bare().State(history.SourcePod, "alone", "11.1s Pending 12s Running", "uid=u-again node=w1").State(history.SourceReady, "alone", "12s True", "uid=u-again")
	alien := deleted("10.1s", "90s")
	pod(alien, "other-1", "w2", "9z", "10.1s Pending 12s Running", "12s True", "12s ready")
	judgeAll(t, []judged{
		{"in time", judge.Replaced(), deleted("10.1s", "12s"), judge.Pass, "after 2.00s"},
		{"at the upper end", judge.Replaced(), deleted("10.1s", "23s"), judge.Pass, ""},
		{"too late", judge.Replaced(), deleted("10.1s", "23.1s"), judge.Fail, ""},
		{"impossibly early", judge.Replaced(), object(deleted("10.1s", "12s"), `"name":"web","image"`, `"env":[{"name":"BOOT_TIME","value":"5s"}],"name":"web","image"`), judge.Fail, ""},
		{"there before the deed", judge.Replaced(), deleted("9s", "12s"), judge.Fail, "0 new pods"},
		{"never ready", judge.Replaced(), deleted("10.1s", "90s"), judge.Fail, "0 ready"},
		{"of another owner", judge.Replaced(), alien, judge.Fail, ""},
		{"bare pod, and another came in its place", judge.Replaced(), again, judge.Pass, "after 2.00s"},
		{"not ready yet when the record ended", judge.Replaced(), deleted("10.1s", "90s").Marks("deploy 0s warm 1s steady 3s fault 10s recover 14s drain 22.9s").Targets(historytest.PodA), judge.Invalid, "the record ends 12.90s after the deed, and it might have taken 13.00s"},
		{"not ready in time when the record ended", judge.Replaced(), deleted("10.1s", "90s").Marks("deploy 0s warm 1s steady 3s fault 10s recover 14s drain 23.1s").Targets(historytest.PodA), judge.Fail, "0 ready"},
		{"bare pod", judge.Replaced(), bare(), judge.Fail, "no owner"},
		{"no readiness known", judge.Replaced(), deleted("10.1s", "12s").Without(history.SourceReady, ""), judge.Invalid, ""},
		{"same owner", judge.SameOwner(), deleted("10.1s", "12s"), judge.Pass, "ReplicaSet/web-7c"},
		{"another owner", judge.SameOwner(), alien, judge.Fail, "web-9z"},
		{"bare pod", judge.SameOwner(), bare(), judge.Fail, "0 new pods"},
	})
}

func TestHealed(t *testing.T) {
	const a = historytest.PodA
	e := judge.Healed()
	more := pod(calm("app/oom", a), historytest.PodD, "w1", "7c", "12s Running", "12s True", "12s ready")
	// One of another Deployment too many does not make up for one that is missing.
	other := relive(pod(calm("app/oom", a).Apply(strings.ReplaceAll(historytest.Deployment(1), `"name":"web"`, `"name":"other"`)), "other-5d-a", "w1", "x", "1s Running", "1s True", "1s notready"), a, "900ms True 11s False", "900ms ready")
	other.Without(history.SourcePod, "other-5d-a")
	for _, name := range []string{"other-5d-a", "other-5d-b"} {
		other.State(history.SourcePod, name, "1s Running", "uid=u-"+name+" owner=ReplicaSet/other-5d").State(history.SourceReady, name, "1s True", "uid=u-"+name)
	}
	scaled := calm("rollout/scale", "web").Without(history.SourceReplicas, "")
	scaled.State(history.SourceReplicas, "Deployment/web", "1s 3/3 10s 3/5", "desired=5 replicas=3")
	still := calm("app/deadlock", a).Instant(history.SourceApp, a, history.AppStuck, "10s", "run=1")
	judgeAll(t, []judged{
		{"all ready, no errors", e, calm("app/oom", a), judge.Pass, "3 of 3 pods ready"},
		{"restarted and well", e, stuck("13s", "23s", "24s", "26s"), judge.Pass, ""},
		{"one not ready", e, relive(calm("app/oom", a), a, "900ms True 11s False", "900ms ready"), judge.Fail, "2 of 3"},
		{"ready, but stuck still", e, still, judge.Fail, "stuck still"},
		{"one too many", e, more, judge.Fail, "web: 4 of 3 pods ready"},
		{"as many in all, of others", e, other, judge.Fail, "web: 2 of 3 pods ready; other: 2 of 1"},
		{"scaled, and never came", e, scaled, judge.Fail, "web: 3 of 5"},
		{"errors to the end", e, load(calm("app/oom", a), "ok*3900 XX ok*49"), judge.Fail, "1 of 100 failed"},
		{"errors just before", e, load(calm("app/oom", a), "ok*3840 XX ok*109"), judge.Pass, ""},
		{"the lane ended before", e, load(calm("app/oom", a), "ok*3800"), judge.Invalid, "no slot"},
		{"no readiness known", e, calm("app/oom", a).Without(history.SourceReady, ""), judge.Invalid, ""},
	})
}

// unready has the ready file of pod a gone from 10 s to 60 s.
func unready(left, back string) *historytest.Builder {
	const a = historytest.PodA
	b := relive(calm("app/readiness-file", a), a, "900ms True "+left+" False "+back+" True", "900ms ready "+left+" notready "+back+" ready")
	return b.Instant(history.SourceApp, a, history.AppKnob, "10s", "knob=ready-file value=false")
}

func TestEndpoints(t *testing.T) {
	const a = historytest.PodA
	// a answers until so many slots after 10 s (450 slots), and again from 61.2 s on.
	answers := func(b *historytest.Builder, slots string) *historytest.Builder {
		return b.Load("fresh", 50, time.Second, "ok:web-7c-b,web-7c-a*"+slots+" ok:web-7c-b,web-7c-c*800 ok:web-7c-b,web-7c-c*1700 ok:web-7c-b,web-7c-a*950")
	}
	// a has a connection until 10 s, and so many slots on it after it left at 11.5 s.
	held := func(slots string) *historytest.Builder {
		return unready("11.5s", "61s").Load("reused", 50, time.Second, "ok:web-7c-a*450 ok:web-7c-b*75 ok:web-7c-a*"+slots+" ok:web-7c-b*2000")
	}
	never := calm("app/readiness-file", a).Instant(history.SourceApp, a, history.AppKnob, "10s", "knob=ready-file value=false")
	judgeAll(t, []judged{
		{"in time", judge.LeftEndpoints(), unready("11.5s", "61s"), judge.Pass, "after 1.50s"},
		{"at the upper end", judge.LeftEndpoints(), unready("15s", "61s"), judge.Pass, ""},
		{"too late", judge.LeftEndpoints(), unready("15.1s", "61s"), judge.Fail, ""},
		{"slower probe, impossibly early", judge.LeftEndpoints(), object(unready("10.5s", "61s"), `"failureThreshold":1`, `"failureThreshold":3`), judge.Fail, ""},
		{"never", judge.LeftEndpoints(), never, judge.Fail, "never left"},
		{"without readiness", judge.LeftEndpoints(), object(never, readiness, noProbe), judge.Fail, "never left"},
		{"not seen at all", judge.LeftEndpoints(), unready("11s", "61s").Without(history.SourceEndpoint, ""), judge.Invalid, "never saw"},
		{"no knob line", judge.LeftEndpoints(), unready("11s", "61s").Without(history.SourceApp, ""), judge.Invalid, ""},
		{"none after propagation", judge.NoNewConnections(), answers(unready("11.5s", "61s"), "600"), judge.Pass, ", 0 of them late"},
		{"routes lead there before we hear of it", judge.NoNewConnections(), answers(unready("11.5s", "61s"), "600").Load("fresh", 50, time.Second, "ok:web-7c-b,web-7c-a*600 ok:web-7c-b*2397 ok:web-7c-a*953"), judge.Pass, ", 0 of them late"},
		{"routes lead there long before it is back", judge.NoNewConnections(), answers(unready("11.5s", "61s"), "600").Load("fresh", 50, time.Second, "ok:web-7c-b,web-7c-a*600 ok:web-7c-b*2390 ok:web-7c-a*960"), judge.Fail, ", 5 of them late"},
		{"one after propagation", judge.NoNewConnections(), answers(unready("11.5s", "61s"), "680"), judge.Fail, "late"},
		{"back before propagation was over", judge.NoNewConnections(), answers(unready("11.5s", "12.5s"), "600"), judge.Invalid, "no slot between"},
		{"never left", judge.NoNewConnections(), answers(never, "600"), judge.Fail, "never left"},
		{"open ones go on", judge.OpenConnectionsGoOn(), held("600"), judge.Pass, "600 requests"},
		{"open ones were broken", judge.OpenConnectionsGoOn(), held("0"), judge.Fail, "0 requests"},
		{"nobody had one", judge.OpenConnectionsGoOn(), unready("11.5s", "61s").Load("reused", 50, time.Second, "ok:web-7c-b*3950"), judge.Invalid, "no connection"},
		{"open ones, never left", judge.OpenConnectionsGoOn(), never, judge.Invalid, "never left"},
		{"no load", judge.NoNewConnections(), unready("11.5s", "61s").Load("fresh", 50, time.Second, "ok*100"), judge.Invalid, "no slot"},
	})
}

func TestNotBeforeReady(t *testing.T) {
	const d = historytest.PodD
	e := judge.NotBeforeReady()
	slow := func(able string) *historytest.Builder {
		return deleted("10.1s", "20s").Instant(history.SourceApp, d, history.AppReady, able, "run=1")
	}
	judgeAll(t, []judged{
		{"ready after it was able", e, slow("19s"), judge.Pass, "1 pods"},
		{"called ready before", e, slow("30s"), judge.Fail, "called ready 10.00s before"},
		{"answered before", e, load(slow("19s"), "ok:web-7c-b*700 ok:"+d+"*3250"), judge.Fail, "answered before"},
		{"refused meanwhile", e, load(slow("19s"), "ok:web-7c-b*700 XX ok*3249"), judge.Fail, "refused 1"},
		{"no log", e, deleted("10.1s", "20s"), judge.Invalid, "no pod's log"},
	})
}

func TestLiveCodes(t *testing.T) {
	const a, b = historytest.PodA, historytest.PodB
	e := judge.LiveCodes()
	// a is given 404 and restarted, b is given 302.
	given := func(term string) *historytest.Builder {
		h := restarted(calm("app/live-code", a, b), a, "14s", "15s", "reason=Error exitCode=143")
		relive(h, a, "900ms True 14s False 17s True", "900ms ready 14s notready 17s ready")
		h.Instant(history.SourceApp, a, history.AppSIGTERM, term)
		h.Instant(history.SourceApp, a, history.AppKnob, "10s", "knob=live-code value=404")
		return h.Instant(history.SourceApp, b, history.AppKnob, "10s", "knob=live-code value=302")
	}
	spared := func() *historytest.Builder {
		h := calm("app/live-code", a, b).Instant(history.SourceApp, a, history.AppKnob, "10s", "knob=live-code value=404")
		return h.Instant(history.SourceApp, b, history.AppKnob, "10s", "knob=live-code value=302")
	}
	judgeAll(t, []judged{
		{"as decided", e, given("13s"), judge.Pass, "404: SIGTERM after 3.00s"},
		{"too early", e, given("11.9s"), judge.Fail, ""},
		{"too late", e, given("16.1s"), judge.Fail, ""},
		{"a healthy one restarted", e, restarted(given("13s"), b, "13s", "14s", ""), judge.Fail, "302: 1 restarts"},
		{"counted: one of two", counts(e), given("13s"), judge.Pass, "counted 1"},
		{"counted: both", counts(e), restarted(given("13s"), b, "13s", "14s", ""), judge.Fail, "counted 2"},
		{"only one kind of status", e, given("13s").Targets(a), judge.Invalid, "each kind"},
		{"a target that nobody knows", e, given("13s").Targets(a, b, "web-7c-x"), judge.Invalid, "does not know web-7c-x"},
		{"no knob line", e, given("13s").Without(history.SourceApp, b), judge.Invalid, b},
		{"no liveness probe, and restarted", e, object(given("13s"), liveness, `"tty":false`), judge.Invalid, "no liveness probe, and was restarted"},
		{"no liveness probe", e, object(spared(), liveness, `"tty":false`), judge.Fail, "no liveness probe"},
	})
}
