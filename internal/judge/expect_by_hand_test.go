package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// byHand is a bare pod deleted at 10 s and applied again at 15 s, and a rollout of
// Deployment web at 40 s; both lanes as the words say, the deed being at slot 450
// and the rollout at slot 1950.
func byHand(words string) *historytest.Builder {
	const bare = "web-blue-1"
	b := calm("rollout/recreate-by-hand", bare).Deed("15s", bare).Deed("40s", "web")
	b.Apply(`{"kind":"Pod","metadata":{"name":"web-blue-1"},"spec":{"terminationGracePeriodSeconds":10,` +
		`"containers":[{"name":"web","env":[{"name":"BOOT_TIME","value":"5s"}]}]}}`)
	b.State(history.SourcePod, bare, "100ms Running 10.02s Terminating 14.5s -", "uid=u-1 node=w1")
	b.State(history.SourcePod, bare, "15.1s Pending 22s Running", "uid=u-2 node=w1")
	return load(b, words)
}

// 13 s to stop, 3 to be seen gone and applied, 6 to run, 2 for the status, 3 for routes, 0.9
func TestOutageAvoided(t *testing.T) {
	e := judge.OutageAvoided()
	owned := calm("rollout/update", historytest.PodA).Deed("40s", "web")
	judgeAll(t, []judged{
		{"as modelled", e, byHand("ok*600 XX*400 ok*2950"), judge.Pass, "longest outage 8.00s"},
		{"at the lower end", e, byHand("ok*600 XX*250 ok*3100"), judge.Pass, ""},
		{"impossibly short", e, byHand("ok*600 XX*240 ok*3110"), judge.Fail, "4.80s"},
		{"no outage at all", e, byHand("ok*3950"), judge.Fail, "0 of"},
		{"at the upper end, a slot's uncertainty beyond it", e, byHand("ok*500 XX*1396 ok*2054"), judge.Pass, "longest outage 27.92s"},
		{"too long", e, byHand("ok*500 XX*1397 ok*2053"), judge.Fail, "27.94s"},
		{"the rollout loses something too", e, byHand("ok*600 XX*400 ok*1050 XX ok*1899"), judge.Fail, "by the Deployment 1 of"},
		{"no Deployment is rolled out", e, byHand("ok*600 XX*400 ok*2950").Deed("50s", "stranger"), judge.Invalid, "stranger"},
		{"no bare pod", e, owned, judge.Invalid, "no bare pod"},
	})
}
