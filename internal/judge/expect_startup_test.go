package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// holding adds a startup probe to the manifest: every second, five failures.
func holding(b *historytest.Builder) *historytest.Builder {
	return object(b, `"livenessProbe":`, `"startupProbe":{"httpGet":{"path":"/startup","port":8080},"periodSeconds":1,"timeoutSeconds":1,"failureThreshold":5,"successThreshold":1},"livenessProbe":`)
}

func TestStartupGivesUp(t *testing.T) {
	const d = historytest.PodD
	e := judge.StartupGivesUp()
	// d comes at 12 s and fails its startup probe five times, in each of two lives.
	late := func() *historytest.Builder {
		b := pod(holding(started(calm("rollout/update", "web"))), d, "w2", "8d", "11s Pending 12s Running", "11s False", "90s ready")
		return b.Instant(history.SourceApp, d, history.AppStart, "12s").Instant(history.SourceApp, d, history.AppListen, "12.1s")
	}
	given := func(term, exit, again string) *historytest.Builder {
		b := stopped(probed(late(), d, "/startup", "503", "1", "13s", "14s", "15s", "16s", "17s"), d, term, exit, again)
		return b.Instant(history.SourceApp, d, history.AppReady, "30s") // the next life is able to serve
	}
	judgeAll(t, []judged{
		{"given up and tried again", e, given("17.1s", "17.2s", "18s"), judge.Pass, "5 failures counted, restarted after 800ms"},
		{"the first before it listened", e, stopped(probed(late(), d, "/startup", "503", "1", "14s", "15s", "16s", "17s"), d, "17.1s", "17.2s", "18s").
			Instant(history.SourceApp, d, history.AppReady, "30s"), judge.Pass, "4 failures counted"},
		{"too early", e, given("15.9s", "16s", "17s"), judge.Fail, ""},
		{"too late", e, given("23.1s", "23.2s", "24s"), judge.Fail, ""},
		{"three failures did", e, stopped(probed(late(), d, "/startup", "503", "1", "15s", "16s", "17s"), d, "17.1s", "17.2s", "18s").
			Instant(history.SourceApp, d, history.AppReady, "30s"), judge.Fail, "(want 5)"},
		{"restarted too late", e, given("17.1s", "17.2s", "22.3s"), judge.Fail, ""},
		{"never given up", e, late(), judge.Fail, "never told to stop"},
		{"able to serve", e, late().Instant(history.SourceApp, d, history.AppReady, "13s"), judge.Invalid, "no run since the deed"},
		{"no time for it", e, late().Marks("deploy 0s warm 1s steady 3s fault 10s seen 11s recover 14s drain 16s"), judge.Invalid, "no run since the deed"},
		{"no startup probe", e, object(given("17.1s", "17.2s", "18s"), `"startupProbe"`, `"noProbe"`), judge.Invalid, "no startup probe"},
	})
}

func TestBootedUndisturbed(t *testing.T) {
	const a = historytest.PodA
	e := judge.BootedUndisturbed()
	boots := func(able, ready string) *historytest.Builder {
		b := relive(holding(started(calm("app/slow-start", a))), a, "900ms True 10.4s False "+ready+" True", "900ms ready")
		return b.Instant(history.SourceApp, a, history.AppStart, "10.5s").Instant(history.SourceApp, a, history.AppReady, able)
	}
	judgeAll(t, []judged{
		{"undisturbed", e, boots("22.6s", "24s"), judge.Pass, "able to serve after 12.10s"},
		{"ready too late", e, boots("22.6s", "40s"), judge.Fail, ""},
		{"never ready", e, boots("22.6s", "90s"), judge.Fail, ""},
		{"told to stop", e, stopped(boots("30s", "31s"), a, "15s", "15.1s", "16s"), judge.Fail, "2 starts, the first of them told to stop: true"},
		{"counted: one start", counts(e), boots("22.6s", "24s"), judge.Pass, "counted 1"},
		{"counted: two", counts(e), stopped(boots("30s", "31s"), a, "15s", "15.1s", "16s"), judge.Fail, "counted 2"},
		{"never able to serve", e, started(calm("app/slow-start", a)).Instant(history.SourceApp, a, history.AppStart, "10.5s"), judge.Fail, "able to serve: false"},
		{"liveness would have let it", e, boots("18s", "19s"), judge.Invalid, "which liveness allows"},
		{"no liveness probe", e, object(boots("22.6s", "24s"), liveness, `"tty":false`), judge.Invalid, "no liveness probe"},
		{"no start after the deed", e, started(calm("app/slow-start", a)), judge.Invalid, "no start after the deed"},
	})
}

func TestStartupFirst(t *testing.T) {
	const a = historytest.PodA
	e := judge.StartupFirst()
	first := func(live string) *historytest.Builder {
		b := probed(holding(started(calm("rollout/update", "web"))), a, "/startup", "503", "1", "1s", "2s")
		return probed(probed(b, a, "/startup", "200", "1", "3s"), a, "/live", "200", "1", live, "9s")
	}
	other := first("3.5s").Instant(history.SourceApp, a, history.AppProbe, "1.5s", "kind=other path=/live code=200")
	judgeAll(t, []judged{
		{"startup, then liveness", e, first("3.5s"), judge.Pass, "3 startup probes"},
		{"somebody else asked before", e, other, judge.Pass, ""},
		{"liveness before", e, first("2.5s"), judge.Fail, "asked for /live at +2.50s"},
		{"readiness before", e, probed(first("3.5s"), a, "/ready", "200", "1", "2.9s"), judge.Fail, "asked for /ready"},
		{"startup again", e, probed(first("3.5s"), a, "/startup", "200", "1", "5s"), judge.Fail, "asked again at +5.00s"},
		{"never passed, yet liveness", e, probed(probed(holding(started(calm("x", a))), a, "/startup", "503", "1", "1s"), a, "/live", "200", "1", "2s"), judge.Fail, ""},
		{"no startup probe", e, started(calm("x", a)), judge.Invalid, "no pod's log has a startup probe"},
		{"no log", e, holding(calm("x", a)), judge.Invalid, "no pod's log says"},
	})
}
