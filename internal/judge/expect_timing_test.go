package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// timed is a trial of one pod whose probes are as its manifest says: startup every
// 2 s; readiness every 2 s from 6 s on, twice good, twice bad; liveness every 4 s
// from 8 s on, with a time-out of 3 s. It starts at 1 s and hangs from 21.5 s to 29.5 s.
func timed() *historytest.Builder {
	b := relive(calm("app/hang", historytest.PodA), historytest.PodA, "100ms False 9.5s True 25.3s False 32.2s True", "900ms ready")
	object(b, readiness, `"startupProbe":{"httpGet":{"path":"/startup","port":8080},"periodSeconds":2,"timeoutSeconds":1,"failureThreshold":10,"successThreshold":1},`+
		`"readinessProbe":{"httpGet":{"path":"/ready","port":8080},"initialDelaySeconds":6,"periodSeconds":2,"timeoutSeconds":1,"failureThreshold":2,"successThreshold":2}`)
	object(b, liveness, `"livenessProbe":{"httpGet":{"path":"/live","port":8080},"initialDelaySeconds":8,"periodSeconds":4,"timeoutSeconds":3,"failureThreshold":3,"successThreshold":1}`)
	const a = historytest.PodA
	b.Instant(history.SourceApp, a, history.AppStart, "1s").Instant(history.SourceApp, a, history.AppListen, "1.1s")
	probed(b, a, "/startup", "503", "1", "2s", "4s")
	probed(b, a, "/startup", "200", "1", "6s")
	probed(b, a, "/ready", "200", "1", "7.2s", "9.2s", "11.2s", "13.2s", "15.2s", "17.2s", "19.2s", "21.2s")
	probed(b, a, "/ready", "0", "1000", "23.2s", "24.2s", "26.2s", "28.2s")
	probed(b, a, "/ready", "200", "1", "30.2s", "32.1s", "34.1s")
	probed(b, a, "/live", "200", "1", "10s", "14s", "18s", "30s", "34s")
	return probed(b, a, "/live", "0", "3000", "22s", "26s")
}

func TestProbePeriod(t *testing.T) {
	const a = historytest.PodA
	e := judge.ProbePeriod()
	drift := func() *historytest.Builder {
		b := object(started(calm("app/hang", a)), liveness, `"livenessProbe":{"httpGet":{"path":"/live","port":8080},"periodSeconds":4,"timeoutSeconds":1,"failureThreshold":3,"successThreshold":1}`)
		return probed(b, a, "/live", "200", "1", "2s", "6.4s", "10.8s", "15.2s", "19.6s")
	}
	judgeAll(t, []judged{
		{"as the manifest says", e, timed(), judge.Pass, "startup: 3 probes 2.00s..2.00s apart"},
		{"one left out", e, timed().Without(history.SourceApp, a).Instant(history.SourceApp, a, history.AppStart, "1s"), judge.Invalid, "three probes"},
		{"one too many", e, probed(timed(), a, "/live", "200", "1", "16s"), judge.Fail, "liveness: 8 probes 2.00s"},
		{"readiness asked besides", e, probed(timed(), a, "/ready", "200", "1", "30.4s"), judge.Pass, ""},
		{"readiness asked too rarely", e, probed(timed(), a, "/ready", "200", "1", "38s"), judge.Fail, "readiness"},
		{"drifting", e, drift(), judge.Fail, "within 1.60s of ticks"},
		{"no log", e, calm("app/hang", a), judge.Invalid, "no pod's log"},
	})
}

func TestProbeInitialDelay(t *testing.T) {
	const a = historytest.PodA
	e := judge.ProbeInitialDelay()
	judgeAll(t, []judged{
		{"as the manifest says", e, timed(), judge.Pass, "3 checked"},
		{"liveness before its delay", e, probed(timed(), a, "/live", "200", "1", "6.9s"), judge.Fail, "liveness: first probe after 5.90s"},
		{"readiness before startup", e, probed(timed(), a, "/ready", "200", "1", "5.5s"), judge.Fail, "readiness"},
		{"startup too early", e, object(timed(), `"path":"/startup","port":8080},"periodSeconds":2`, `"path":"/startup","port":8080},"initialDelaySeconds":9,"periodSeconds":2`), judge.Fail, "startup"},
		{"no probe", e, started(calm("app/hang", a)), judge.Invalid, "no pod's log has a probe"},
	})
}

func TestProbeTimeout(t *testing.T) {
	const a = historytest.PodA
	e := judge.ProbeTimeout()
	judgeAll(t, []judged{
		{"as the manifest says", e, timed(), judge.Pass, "2 checked"},
		{"given up too early", e, probed(timed(), a, "/live", "0", "1900", "38s"), judge.Fail, "given up after 1.90s"},
		{"given up too late", e, probed(timed(), a, "/live", "0", "4100", "38s"), judge.Fail, ""},
		{"all were answered", e, probed(started(calm("app/hang", a)), a, "/live", "200", "1", "2s"), judge.Invalid, "nobody answered"},
	})
}

func TestProbeThresholds(t *testing.T) {
	const a = historytest.PodA
	e := judge.ProbeThresholds()
	ready := func(line string) *historytest.Builder { return relive(timed(), a, line, "900ms ready") }
	judgeAll(t, []judged{
		{"as the manifest says", e, timed(), judge.Pass, "3 checked"},
		{"ready at the first", e, ready("100ms False 7.5s True 25.3s False 32.2s True"), judge.Fail, "Ready true"},
		{"unready too late", e, ready("100ms False 9.5s True 27.3s False 32.2s True"), judge.Fail, "Ready false"},
		{"unready at the first", e, ready("100ms False 9.5s True 24.1s False 32.2s True"), judge.Fail, "Ready false"},
		{"never ready again", e, ready("100ms False 9.5s True 25.3s False"), judge.Fail, "by the API"},
		{"unready for no reason", e, ready("100ms False 9.5s True 25.3s False 32.2s True 40s False"), judge.Fail, "by the API"},
		{"no readiness probe asked", e, started(calm("app/hang", a)), judge.Invalid, "enough readiness probes"},
	})
}
