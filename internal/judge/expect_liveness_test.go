package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// started has the log of each of the three pods tell of its start.
func started(b *historytest.Builder) *historytest.Builder {
	for _, name := range []string{historytest.PodA, historytest.PodB, historytest.PodC} {
		b.Instant(history.SourceApp, name, history.AppStart, "500ms", "run=1")
	}
	return b
}

// probed adds probes of a path to a pod's log, each at an instant, with a status.
func probed(b *historytest.Builder, pod, path, code, millis string, at ...string) *historytest.Builder {
	for _, t := range at {
		b.Instant(history.SourceApp, pod, history.AppProbe, t, "kind=kubelet path="+path+" code="+code+" ms="+millis)
	}
	return b
}

// stopped has a pod's log tell of SIGTERM, of the exit and of the next start.
func stopped(b *historytest.Builder, pod, term, exit, again string) *historytest.Builder {
	b.Instant(history.SourceApp, pod, history.AppSIGTERM, term).Instant(history.SourceApp, pod, history.AppExit, exit)
	return b.Instant(history.SourceApp, pod, history.AppStart, again)
}

func TestLivenessAsModelled(t *testing.T) {
	const a, b = historytest.PodA, historytest.PodB
	e := judge.LivenessAsModelled()
	// a is stuck from 10 s on; the third probe is given up at 13.5 s.
	stuck := func(failures ...string) *historytest.Builder {
		h := started(calm("app/troubles", a)).Instant(history.SourceApp, a, history.AppStuck, "10s")
		return probed(h, a, "/live", "0", "1000", failures...)
	}
	three := []string{"10.5s", "11.5s", "12.5s"}
	knob := func(value string) *historytest.Builder {
		return started(calm("app/troubles", a)).Instant(history.SourceApp, a, history.AppKnob, "10s", value)
	}
	tcp := func(h *historytest.Builder) *historytest.Builder {
		return object(h, liveness, `"livenessProbe":{"tcpSocket":{"port":8080},"periodSeconds":1,"timeoutSeconds":1,"failureThreshold":3,"successThreshold":1}`)
	}
	exec := func(h *historytest.Builder) *historytest.Builder {
		return object(h, liveness, `"env":[{"name":"READY_FILE","value":"/tmp/x"}],"livenessProbe":{"exec":{"command":["/web","exists","/tmp/x"]},"periodSeconds":1,"timeoutSeconds":1,"failureThreshold":3,"successThreshold":1}`)
	}
	judgeAll(t, []judged{
		{"as modelled", e, stopped(stuck(three...), a, "13.6s", "13.7s", "14s"), judge.Pass, "3 failures counted, restarted after 300ms"},
		{"all are well", e, started(calm("app/troubles", a)), judge.Invalid, "no liveness probe had anything to notice"},
		{"others are well", e, stopped(stuck(three...), a, "13.6s", "13.7s", "14s"), judge.Pass, "run 1 well, left alone"},
		{"told too early", e, stopped(stuck(three...), a, "11.9s", "12s", "13s"), judge.Fail, ""},
		{"told too late", e, stopped(stuck(three...), a, "16.1s", "16.2s", "17s"), judge.Fail, ""},
		{"never told", e, stuck(three...), judge.Fail, "never told to stop"},
		{"two failures did", e, stopped(stuck("10.5s", "12.5s"), a, "13.6s", "13.7s", "14s"), judge.Fail, "2 failures counted (want 3)"},
		{"four failures did", e, stopped(stuck("10.1s", "11.1s", "12.1s", "13.1s"), a, "14.2s", "14.3s", "15s"), judge.Fail, "(want 3)"},
		{"restarted too late", e, stopped(stuck(three...), a, "13.6s", "13.7s", "18.8s"), judge.Fail, "restarted after 5.10s"},
		{"never restarted", e, stuck(three...).Instant(history.SourceApp, a, history.AppSIGTERM, "13.6s").Instant(history.SourceApp, a, history.AppExit, "13.7s"), judge.Fail, "never restarted"},
		{"a sound one told to stop", e, stopped(started(calm("app/troubles", a)), b, "13.6s", "13.7s", "14s"), judge.Fail, "well, and told to stop"},
		{"a sound one ended by itself", e, started(calm("app/troubles", a)).Instant(history.SourceApp, b, history.AppStart, "20s"), judge.Fail, "ended by itself"},
		{"again and again", e, stopped(probed(stopped(stuck(three...), a, "13.6s", "13.7s", "14s").Instant(history.SourceApp, a, history.AppStuck, "30s"),
			a, "/live", "0", "1000", "30.5s", "31.5s", "32.5s"), a, "33.6s", "33.7s", "34s"), judge.Pass, "run 3 well"},
		{"a TCP probe, a deadlock", e, tcp(stuck()), judge.Invalid, "anything to notice"},
		{"a TCP probe, a deadlock, yet restarted", e, stopped(tcp(stuck()), a, "13.6s", "13.7s", "14s"), judge.Fail, "does not notice, and told to stop"},
		{"a TCP probe, refused", e, stopped(tcp(knob("knob=port value=shut")), a, "12.5s", "12.6s", "13s"), judge.Pass, "port shut"},
		{"a TCP probe, refused and left", e, tcp(knob("knob=port value=shut")), judge.Fail, "never told to stop"},
		{"a command, its file gone", e, stopped(exec(knob("knob=ready-file value=false")), a, "12.5s", "12.6s", "13s"), judge.Pass, "0 failures counted"},
		{"a command that fails four times", e, stopped(exec(knob("knob=ready-file value=false")).
			Instant(history.SourceApp, a, history.AppProbe, "10.1s", "kind=exec path=/tmp/x code=1").Instant(history.SourceApp, a, history.AppProbe, "10.5s", "kind=exec path=/tmp/x code=1").
			Instant(history.SourceApp, a, history.AppProbe, "11s", "kind=exec path=/tmp/x code=1").Instant(history.SourceApp, a, history.AppProbe, "12s", "kind=exec path=/tmp/x code=1"),
			a, "12.5s", "12.6s", "13s"), judge.Fail, "4 failures counted"},
		{"too short to count", e, knob("knob=hang value=1s"), judge.Invalid, "too short a time"},
		{"turned back in time", e, knob("knob=live-code value=500").Instant(history.SourceApp, a, history.AppKnob, "12s", "knob=live-code value=0"), judge.Invalid, "too short a time"},
		{"one of two had no time", e, stopped(stuck(three...), a, "13.6s", "13.7s", "14s").Instant(history.SourceApp, b, history.AppKnob, "79s", "knob=hang value=9s"), judge.Invalid, b},
		{"named and judged", judge.LivenessAsModelled(a), stopped(stuck(three...), a, "13.6s", "13.7s", "14s"), judge.Pass, "restarted"},
		{"named and unknown", judge.LivenessAsModelled("stranger"), stuck(three...), judge.Invalid, "stranger"},
		{"no liveness probe", e, object(stuck(three...), liveness, `"tty":false`), judge.Fail, "no liveness probe"},
		{"no log", e, calm("app/troubles", a), judge.Invalid, "does not say when it started"},
	})
}

// What people are told is told, and not judged.
func TestEventsAreTold(t *testing.T) {
	const a = historytest.PodA
	h := started(calm("app/troubles", a)).Instant(history.SourceApp, a, history.AppStuck, "10s")
	stopped(probed(h, a, "/live", "0", "1000", "10.5s", "11.5s", "12.5s"), a, "13.6s", "13.7s", "14s")
	h.Instant(history.SourceEvent, "Pod/"+a, "Unhealthy", "11s", "message=Liveness count=2").Instant(history.SourceEvent, "Pod/"+a, "Unhealthy", "12s", "message=Liveness count=3")
	h.Instant(history.SourceEvent, "Pod/"+a, "Unhealthy", "12s", "message=Readiness count=9").Instant(history.SourceEvent, "Pod/"+a, "Killing", "13s", "message=x count=1")
	judgeAll(t, []judged{{"told", judge.LivenessAsModelled(a), h, judge.Pass, "(events: Unhealthy 3, Killing 1)"}})
}

func TestCrashLoops(t *testing.T) {
	const a = historytest.PodA
	e := judge.CrashLoops(a)
	loop := func(reason, restarts string) *historytest.Builder {
		h := calm("pod/create", a).Without(history.SourceContainer, a+"/web")
		h.State(history.SourceContainer, a+"/web", "11s running 12s -", "uid=u-"+a+" restarts=0")
		h.State(history.SourceContainer, a+"/web", "12s waiting 22s -", "uid=u-"+a+" restarts=1 lastExitCode=64 reason="+reason)
		return h.State(history.SourceContainer, a+"/web", "22s running", "uid=u-"+a+" lastExitCode=64 restarts="+restarts)
	}
	judgeAll(t, []judged{
		{"again and again", e, loop("CrashLoopBackOff", "2"), judge.Pass, `2 restarts, exit code "64"`},
		{"once", e, loop("CrashLoopBackOff", "1"), judge.Fail, "1 restarts"},
		{"counted", counts(e), loop("CrashLoopBackOff", "2"), judge.Pass, "counted 2"},
		{"without a pause", e, loop("x", "2"), judge.Fail, "0 times"},
		{"never", e, calm("pod/create", a), judge.Fail, "0 restarts"},
		{"no container states", e, calm("pod/create", a).Without(history.SourceContainer, ""), judge.Invalid, "no container"},
	})
}

func TestHeaderArrives(t *testing.T) {
	const a = historytest.PodA
	e := judge.HeaderArrives(a)
	asks := func(h *historytest.Builder) *historytest.Builder {
		return object(h, `"path":"/live","port":8080`, `"path":"/live","port":8080,"httpHeaders":[{"name":"Custom-Header","value":"Awesome"}]`)
	}
	with := started(calm("pod/create", a)).Instant(history.SourceApp, a, history.AppProbe, "3s", "kind=kubelet path=/live code=200 header=Awesome")
	judgeAll(t, []judged{
		{"it does", e, asks(with), judge.Pass, "1 probes, 0 of them without"},
		{"one without", e, probed(asks(started(calm("pod/create", a))), a, "/live", "200", "1", "4s"), judge.Fail, "1 of them without"},
		{"none asked for", e, started(calm("pod/create", a)), judge.Invalid, "asks for no header"},
		{"no probe", e, asks(started(calm("pod/create", a))), judge.Invalid, "has no liveness probe"},
	})
}

func TestReadyAsModelled(t *testing.T) {
	const a = historytest.PodA
	e := judge.ReadyAsModelled(a)
	ready := func(at string) *historytest.Builder {
		return relive(started(calm("pod/create", a)), a, "100ms False "+at+" True", "900ms ready")
	}
	judgeAll(t, []judged{
		{"in time", e, ready("2s"), judge.Pass, "ready after 1.50s"},
		{"too late", e, ready("7.6s"), judge.Fail, ""},
		{"too early", e, object(ready("2s"), readiness, `"readinessProbe":{"tcpSocket":{"port":8080},"initialDelaySeconds":5,"periodSeconds":10,"timeoutSeconds":1,"failureThreshold":3,"successThreshold":1}`), judge.Fail, ""},
		{"never", e, relive(started(calm("pod/create", a)), a, "100ms False", "900ms ready"), judge.Fail, "never ready"},
		{"no log", e, calm("pod/create", a), judge.Invalid, "does not say when it started"},
		{"no readiness known", e, ready("2s").Without(history.SourceReady, ""), judge.Invalid, ""},
	})
}
