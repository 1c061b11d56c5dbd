package judge_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// lives replaces what is known of a container of a pod on node w1 by its runs,
// "900ms..10.1s" or "11s..", as the API and the node's runtime tell of them.
func lives(b *historytest.Builder, name, container string, runs ...string) *historytest.Builder {
	subject := name + "/" + container
	b.Without(history.SourceContainer, subject)
	for n, run := range runs {
		from, to, _ := strings.Cut(run, "..")
		id := fmt.Sprintf("containerID=%s-%d", subject, n)
		states := from + " running"
		if to != "" {
			states += " " + to + " -"
			b.Instant(history.SourceRuntime, "w1", "exit", to, id)
		}
		b.State(history.SourceContainer, subject, states, fmt.Sprintf("uid=u-%s restarts=%d", name, n), id)
		b.Instant(history.SourceRuntime, "w1", "start", from, id)
	}
	return b
}

// waits has pod a's container be called CrashLoopBackOff.
func waits(b *historytest.Builder, from, to string) *historytest.Builder {
	const a = historytest.PodA
	return b.State(history.SourceContainer, a+"/web", from+" waiting "+to+" -", "uid=u-"+a+" restarts=1 reason=CrashLoopBackOff")
}

func TestRestartedInPlace(t *testing.T) {
	const a = historytest.PodA
	e := judge.RestartedInPlace()
	ran := func(runs ...string) *historytest.Builder { return lives(calm("app/exit", a), a, "web", runs...) }
	judgeAll(t, []judged{
		{"at once", e, ran("900ms..10.1s", "11s.."), judge.Pass, "started again after 900ms"},
		{"at the upper end", e, ran("900ms..10.1s", "15.1s.."), judge.Pass, ""},
		{"above it", e, ran("900ms..10.1s", "15.2s.."), judge.Fail, "after 5.10s"},
		{"never", e, ran("900ms..10.1s"), judge.Fail, "never: the pod is Running"},
		{"twice", e, ran("900ms..10.1s", "11s..30s", "31s.."), judge.Fail, "2 restarts, want 1"},
		{"after a back-off", e, waits(ran("900ms..10.1s", "12s.."), "10.2s", "12s"), judge.Fail, "CrashLoopBackOff before it"},
		{"cut off before it is due", e, ran("900ms..77s"), judge.Invalid, "before its restart is due"},
		{"no runtime events", e, ran("900ms..10.1s", "11s..").Without(history.SourceRuntime, ""), judge.Invalid, "saw no container"},
		{"no container states", e, calm("app/exit", a).Without(history.SourceContainer, ""), judge.Invalid, "no container"},
	})
}

func TestBackedOff(t *testing.T) {
	const a = historytest.PodA
	ran := func(second, third string) *historytest.Builder {
		b := lives(calm("app/crash-at-start", a), a, "web", "900ms..10.1s", "11s..11.2s", second+"..40s", third+"..")
		return waits(b, "11.5s", second)
	}
	capped := func(b *historytest.Builder) *historytest.Builder {
		return b.Meta(func(m *history.Meta) {
			m.Settings.Kubelets = map[string]history.Kubelet{"w1": {MaxContainerRestartPeriod: 10 * time.Second}}
		})
	}
	stopped := waits(lives(calm("app/crash-at-start", a), a, "web", "900ms..10.1s", "11s..11.2s"), "11.5s", "79s")
	untold := lives(calm("app/crash-at-start", a), a, "web", "900ms..10.1s", "11s..11.2s", "22s..")
	// The second run exits as it starts, and the runtime stamps the end first.
	early := ran("22s", "61s").Without(history.SourceRuntime, "")
	for _, line := range []string{"0 start 900ms", "0 exit 10.1s", "1 exit 10.99s", "1 start 11s", "2 start 22s", "2 exit 40s", "3 start 61s"} {
		word := strings.Fields(line)
		early.Instant(history.SourceRuntime, "w1", word[1], word[2], "containerID="+a+"/web-"+word[0])
	}
	judgeAll(t, []judged{
		{"it exits as it starts", judge.BackedOff(3), early, judge.Pass, "start after exit 2 after 11.00s"},
		{"0, 10 and 20 s", judge.BackedOff(3), ran("22s", "61s"), judge.Pass, "start after exit 3 after 21.00s"},
		{"the second too early", judge.BackedOff(3), ran("21.1s", "61s"), judge.Fail, "after 9.90s"},
		{"the second too late", judge.BackedOff(3), ran("31.3s", "61s"), judge.Fail, "after 20.10s"},
		{"the third as if capped", judge.BackedOff(3), ran("22s", "51s"), judge.Fail, "after 11.00s"},
		{"the third capped", judge.BackedOff(3), capped(ran("22s", "51s")), judge.Pass, ""},
		{"capped, yet as if not", judge.BackedOff(3), capped(ran("22s", "61s")), judge.Fail, "after 21.00s"},
		{"never again", judge.BackedOff(2), stopped, judge.Fail, "never"},
		{"nobody says why it waits", judge.BackedOff(2), untold, judge.Fail, "never called CrashLoopBackOff"},
		{"too few", judge.BackedOff(4), ran("22s", "61s"), judge.Invalid, "it must have 4"},
		{"no runtime events", judge.BackedOff(1), ran("22s", "61s").Without(history.SourceRuntime, ""), judge.Invalid, "saw no container"},
	})
}

func TestLossAtRestarts(t *testing.T) {
	const a = historytest.PodA
	e := judge.LossAtRestarts()
	// A slot every 20 ms from 1 s on: slot 455 is due at the first end.
	lost := func(good, bad int) *historytest.Builder {
		b := lives(calm("app/leak", a), a, "web", "900ms..10.1s", "11s..30s", "41s..")
		return load(b, fmt.Sprintf("ok:web-7c-a*%d XX*%d ok:web-7c-a*%d", good, bad, 3950-good-bad))
	}
	judgeAll(t, []judged{
		{"nothing lost", e, lost(455, 0), judge.Pass, "0 of"},
		{"at the first end", e, lost(455, 20), judge.Pass, "20 of"},
		{"under way at it", e, lost(415, 1), judge.Pass, "1 of"},
		{"at the second end", e, lost(1450, 100), judge.Pass, "100 of"},
		{"up to the upper end", e, lost(455, 250), judge.Pass, ""},
		{"too late", e, lost(707, 1), judge.Fail, "1 elsewhere: refused at +15.14s"},
		{"between two ends", e, lost(1000, 3), judge.Fail, "3 elsewhere"},
		{"before the fault can have done it", e, lost(400, 1), judge.Pass, "0 of"}, // that is assume-steady's
		{"no runtime events", e, lost(455, 5).Without(history.SourceRuntime, ""), judge.Invalid, "saw no container"},
	})
}
