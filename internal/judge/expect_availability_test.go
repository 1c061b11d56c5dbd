package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// A new pod is ready at 12 s, and its kubelet takes that back for 0.2 s while all its probes
// pass: it is counted. Whatever else may be the cause, it is not.
func TestReadinessTakenBack(t *testing.T) {
	const short = "1s 3/3/3/3 10.1s 3/4/1/3 13s 3/4/1/2 13.1s 3/4/2/3 20s 3/3/3/3"
	record := func(counts, ready, probe string) *historytest.Builder {
		b := pod(counted(calm("rollout/update", "web"), counts), "web-8d-1", "w1", "8d", "10.1s Pending 11s Running", ready, "12s ready")
		b.Instant(history.SourceApp, "web-8d-1", history.AppStart, "11s", "run=1")
		b.Instant(history.SourceApp, "web-8d-1", history.AppProbe, "11.9s", "path=/ready code=200")
		return b.Instant(history.SourceApp, "web-8d-1", history.AppProbe, "12.85s", probe)
	}
	const good, flap = "path=/ready code=200", "10.1s False 12s True 12.8s False 13s True"
	event := func(of, at string) *historytest.Builder {
		return record(short, flap, good).Instant(history.SourceEvent, "Pod/"+of, "Unhealthy", at)
	}
	again := record(short, flap, good).Instant(history.SourceApp, "web-8d-1", history.AppStart, "12.9s", "run=2")
	leaving := pod(record(short, "10.1s False", good).Without(history.SourcePod, "web-8d-1").Without(history.SourceReady, "web-8d-1"), "web-8d-1", "w1", "8d",
		"10.1s Pending 11s Running 12.7s Terminating", flap, "12s ready")
	e := judge.AvailabilityKept()
	judgeAll(t, []judged{
		{"taken back", e, record(short, flap, good), judge.Pass, "at least 3, at +1.00s; taken back though its probes passed: web-8d-1 for 200ms at +12.80s"},
		{"taken back, and another was missing too", e, record("1s 3/3/3/3 10.1s 3/4/1/3 13s 3/4/1/1 13.1s 3/4/2/3 20s 3/3/3/3", flap, good), judge.Fail, "at least 2"},
		{"counted too few when nothing was taken back", e, record("1s 3/3/3/3 10.1s 3/4/1/3 16s 3/4/1/2 16.1s 3/4/2/3 20s 3/3/3/3", flap, good), judge.Fail, "at least 2"},
		{"for as long as a probe is due again", e, record(short, "10.1s False 12s True 12.8s False 13.8s True", good), judge.Fail, "at least 2"},
		{"for good", e, record(short, "10.1s False 12s True 12.8s False", good), judge.Fail, "at least 2"},
		{"a probe that failed", e, record(short, flap, "path=/ready code=503"), judge.Fail, "at least 2"},
		{"a probe of another kind that failed", e, record(short, flap, "path=/live code=503"), judge.Pass, "taken back"},
		{"a probe that was not answered", e, event("web-8d-1", "12.79s"), judge.Fail, "at least 2"},
		{"one of another pod was not answered", e, event("web-5f-1", "12.79s"), judge.Pass, "taken back"},
		{"started again", e, again, judge.Fail, "at least 2"},
		{"told to go", e, leaving, judge.Fail, "at least 2"},
		{"not asked by HTTP", e, object(record(short, flap, good), readiness, `"readinessProbe":{"tcpSocket":{"port":8080},"periodSeconds":1,"timeoutSeconds":1,"failureThreshold":1,"successThreshold":1}`), judge.Fail, "at least 2"},
		{"not asked", e, object(record(short, flap, good), readiness+",", ""), judge.Fail, "at least 2"},
	})
}
