package judge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

func TestFollowsDependency(t *testing.T) {
	const a = historytest.PodA
	e := judge.FollowsDependency()
	// The backend is gone from 10.1 s to 61 s; a and the others follow.
	follows := func(lineOfA string) *historytest.Builder {
		b := object(calm("app/dependency-down", "backend-1"), `"name":"web","image"`, `"env":[{"name":"DEPENDENCY","value":"backend:8080"}],"name":"web","image"`)
		for _, name := range []string{a, historytest.PodB, historytest.PodC} {
			line := "900ms True 13s False 63s True"
			if name == a {
				line = lineOfA
			}
			relive(b, name, line, "900ms ready 13s notready 63s ready")
		}
		b.State(history.SourceEndpoint, "backend-1", "800ms ready 10.1s -", "uid=u-1 service=backend")
		return b.State(history.SourceEndpoint, "backend-2", "61s ready", "uid=u-2 service=backend")
	}
	const well = "900ms True 13s False 63s True"
	judgeAll(t, []judged{
		{"down and up", e, follows(well), judge.Pass, "unready after 3.00s"},
		{"unready too late", e, follows("900ms True 17.2s False 63s True"), judge.Fail, ""},
		{"never unready", e, follows("900ms True"), judge.Fail, "never unready"},
		{"ready too late", e, follows("900ms True 13s False 68.1s True"), judge.Fail, "ready again after"},
		{"never ready again", e, follows("900ms True 13s False"), judge.Fail, "never ready again"},
		{"ready before it", e, follows("900ms True 13s False 40s True"), judge.Fail, "never ready again"},
		{"the backend never came back", e, follows(well).Without(history.SourceEndpoint, "backend-2"), judge.Fail, "never ready again"},
		{"the backend never went", e, follows(well).Without(history.SourceEndpoint, "backend-1"), judge.Invalid, "does not say that service backend"},
		{"nobody depends on it", e, calm("app/dependency-down", "backend-1"), judge.Invalid, "no pod depends"},
		{"no readiness known", e, follows(well).Without(history.SourceReady, ""), judge.Invalid, ""},
	})
}

func TestBackInEndpoints(t *testing.T) {
	const a = historytest.PodA
	e := judge.BackInEndpoints()
	back := func(at string) *historytest.Builder {
		return unready("11.5s", at).Instant(history.SourceApp, a, history.AppKnob, "60.1s", "knob=ready-file value=true")
	}
	never := calm("app/readiness-file", a).Instant(history.SourceApp, a, history.AppKnob, "60.1s", "knob=ready-file value=true")
	judgeAll(t, []judged{
		{"in time", e, back("61s"), judge.Pass, "after 900ms"},
		{"at the upper end", e, back("65.1s"), judge.Pass, ""},
		{"too late", e, back("65.2s"), judge.Fail, ""},
		{"before it was well", e, back("60s"), judge.Fail, ""},
		{"never", e, back("90s"), judge.Fail, "never one again"},
		{"never left", e, never, judge.Fail, "never ceased"},
		{"nobody knows when it was well", e, unready("11.5s", "61s"), judge.Invalid, "well again"},
		{"not seen at all", e, back("61s").Without(history.SourceEndpoint, ""), judge.Invalid, "never saw"},
	})
}

func TestThroughTheService(t *testing.T) {
	const a = historytest.PodA
	e := judge.SeenThroughService()
	// 2500 checks from 10 s to 60 s.
	checks := func(words string) *historytest.Builder {
		b := calm("app/fail-business", a).Instant(history.SourceApp, a, history.AppKnob, "10s", "knob=fail-business value=true")
		return load(b, "ok*450 "+words+" ok*1000")
	}
	every := func(n, times int) string {
		return strings.Repeat(fmt.Sprintf("500:%s ok*%d ", a, n-1), times)
	}
	left := relive(checks(every(3, 833)), a, "900ms True 20s False", "900ms ready 20s notready")
	judgeAll(t, []judged{
		{"a third of them", e, checks(every(3, 833)), judge.Pass, "one in 3.0; the first was number 1"},
		{"a sixth of them", e, checks(every(6, 416)), judge.Fail, "one in 6.0"},
		{"nearly all", e, checks(every(2, 1250)), judge.Fail, "one in 2.0"},
		{"a long run without", e, checks("ok*70 " + every(3, 810)), judge.Fail, "up to 70 in a row"},
		{"too few", e, checks(every(3, 833)).Marks("deploy 0s warm 1s steady 3s fault 10s seen 11s recover 12s drain 20s").Targets(a), judge.Invalid, "cannot tell"},
		{"it left the service", e, left, judge.Invalid, "left the EndpointSlice"},
		{"no knob", e, calm("app/fail-business", a), judge.Invalid, "turned bad"},
	})
}

func TestSeenByKubelet(t *testing.T) {
	const a = historytest.PodA
	e := judge.SeenByKubelet()
	asks := func(h *historytest.Builder) *historytest.Builder { return object(h, `"path":"/ready"`, `"path":"/"`) }
	bad := func() *historytest.Builder {
		return started(calm("app/fail-business", a)).Instant(history.SourceApp, a, history.AppKnob, "10s", "knob=fail-business value=true")
	}
	judgeAll(t, []judged{
		{"at the next tick", e, probed(asks(bad()), a, "/", "500", "1", "10.8s", "11.8s"), judge.Pass, "through the Service would take 3.00s on average"},
		{"two ticks later", e, probed(asks(bad()), a, "/", "500", "1", "12.1s"), judge.Fail, ""},
		{"never", e, asks(bad()), judge.Fail, "no probe met it"},
		{"no probe asks for business", e, bad(), judge.Invalid, "no probe that notices"},
		{"no log", e, calm("app/fail-business", a), judge.Invalid, "does not say"},
	})
}

func TestFlooded(t *testing.T) {
	const a = historytest.PodA
	e := judge.Flooded()
	flood := func(words string) *historytest.Builder {
		b := object(calm("app/flood", a), `"name":"web","image"`, `"env":[{"name":"WORKERS","value":"2"}],"name":"web","image"`)
		return load(b.Instant(history.SourceApp, a, history.AppKnob, "10s", "knob=answer-time value=1s"), words)
	}
	judgeAll(t, []judged{
		{"nobody comes through", e, flood("ok*450 to*2500 ok*1000"), judge.Pass, "0 of"},
		{"as many as can be served", e, flood("ok*450 to*2420 ok*1080"), judge.Pass, ""},
		{"more than can be served", e, flood("ok*450 to*2300 ok*1200"), judge.Fail, ""},
		{"nobody flooded", e, flood("ok*3950"), judge.Fail, ""},
		{"no limit of workers", e, calm("app/flood", a), judge.Invalid, "how many workers"},
		{"no load", e, flood("ok*300"), judge.Invalid, "no lane"},
	})
}
