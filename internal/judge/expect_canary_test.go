package judge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

const canaryPod = "web-canary-9e-1"

// canaried is a canary of one pod of four from 12 s on, asked for at 10 s and
// aborted at the instant, its route gone 0.2 s after.
func canaried(abort string) *historytest.Builder {
	b := calm("rollout/canary", "web-canary").Deed(abort, "web-canary", "web")
	b.Apply(strings.Replace(historytest.Deployment(0), `"name":"web","namespace"`, `"name":"web-canary","namespace"`, 1))
	return pod(b, canaryPod, "w2", "canary-9e", "10.1s Pending 12s Running 30.1s Terminating 34s -", "12s True 34s -", "12s ready 30.2s serving 34s -")
}

// answered has one of so many answers of lane fresh from 12 s on, up to an instant,
// name version v2, all others v1.
func answered(b *historytest.Builder, oneOf int, until time.Duration) *history.History {
	h := built(b)
	for i := range h.Samples {
		x := &h.Samples[i]
		x.Version = "v1"
		if x.Due >= 12*time.Second && x.Due < until && int(x.Seq)%oneOf == 0 {
			x.Version = "v2"
		}
	}
	return h
}

func TestCanaryShare(t *testing.T) {
	const s = time.Second
	for _, row := range []struct {
		name  string
		h     *history.History
		want  judge.Status
		parts string
	}{
		{"its share", answered(canaried("30s"), 4, 31*s), judge.Pass, "188 of 750 answers by the new version, 25.1%; from +33.20s on 0 of"},
		{"half its share", answered(canaried("30s"), 8, 31*s), judge.Fail, "94 of 750"},
		{"twice its share", answered(canaried("30s"), 2, 31*s), judge.Fail, "375 of 750"},
		{"it goes on after the abort", answered(canaried("30s"), 4, 34*s), judge.Fail, "10 of"},
		{"too few answers", answered(canaried("18s"), 4, 31*s), judge.Invalid, "too few to see half of 1/4"},
		{"no answers", answered(canaried("30s").Load("fresh", 50, s, "ok*460"), 4, 31*s), judge.Invalid, "too few"},
		{"no endpoints", answered(canaried("30s").Without(history.SourceEndpoint, ""), 4, 31*s), judge.Invalid, "no endpoint"},
		{"which Deployment it is", answered(canaried("30s").Deed("40s", "stranger"), 4, 31*s), judge.Invalid, "stranger"},
	} {
		f := judge.CanaryShare().Judge(row.h)
		if f.Status != row.want || !strings.Contains(f.Got, row.parts) {
			t.Errorf("%s: got %s: %s (want %s %q)\n%s", row.name, f.Status, f.Got, row.want, row.parts, f.Want)
		}
	}
}

func TestCanaryAborted(t *testing.T) {
	e := judge.CanaryAborted()
	// From 12 s on, at slot 550, one of four fails, so many times.
	bad := func(b *historytest.Builder, times int) *historytest.Builder {
		return load(b, "ok:web-7c-a*550 "+strings.Repeat("ok:web-7c-a*3 500:"+canaryPod+" ", times)+"ok:web-7c-a*2000")
	}
	twice := canaried("30s")
	judgeAll(t, []judged{
		{"its share, until it is aborted", e, bad(canaried("30s"), 225), judge.Pass, "225 failed"},
		{"until its routes are gone", e, bad(canaried("30s"), 298), judge.Pass, "fresh: the last error after 5.82s"},
		{"longer than routes take", e, bad(canaried("30s"), 300), judge.Fail, "fresh: the last error after 5.98s"},
		{"later on lane reused, as pods stop", e, bad(canaried("30s"), 225).Load("reused", 50, time.Second, "ok*550 500*1800 ok*1600"), judge.Pass, "reused: the last error after 17.98s"},
		{"longer than pods take to stop", e, bad(canaried("30s"), 225).Load("reused", 50, time.Second, "ok*550 500*1900 ok*1500"), judge.Fail, "reused: the last error after 19.98s"},
		{"everything fails", e, load(canaried("30s"), "ok:web-7c-a*550 500:"+canaryPod+"*900 ok:web-7c-a*2500"), judge.Fail, "900 failed"},
		{"it is not bad", e, canaried("30s"), judge.Invalid, "not bad"},
		{"it is not aborted", e, bad(twice.Without(history.SourceEndpoint, canaryPod).State(history.SourceEndpoint, canaryPod, "12s ready", "service=web"), 225), judge.Invalid, "no canary that the second one aborts"},
	})
	if f := e.Judge(built(bad(canaried("30s"), 225))); f.Count == nil || *f.Count != 225 {
		t.Errorf("what the canary failed is not counted: %+v", f)
	}
}
