package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// flapping adds a new pod of the rollout whose readiness goes as told.
func flapping(b *historytest.Builder, name, ready, reason string) *historytest.Builder {
	pod(b, name, "w1", "8d", "10.1s Pending 11s Running", ready, "12s ready").Without(history.SourceReady, name)
	b.State(history.SourceReady, name, ready, "uid=u-"+name+" reason="+reason)
	b.Instant(history.SourceApp, name, history.AppProbe, "11.5s", "path=/ready code=503") // it is not up yet
	return b.Instant(history.SourceApp, name, history.AppProbe, "11.9s", "path=/ready code=200")
}

// A new pod is ready at 12 s, and its kubelet takes that back for 0.2 s while all its probes
// pass: it is counted. Whatever else may be the cause, it is not.
func TestReadinessTakenBack(t *testing.T) {
	const (
		short  = "1s 3/3/3/3 10.1s 3/4/1/3 13s 3/4/1/2 13.1s 3/4/2/3 20s 3/3/3/3"
		two    = "1s 3/3/3/3 10.1s 3/4/1/3 13s 3/4/1/1 13.1s 3/4/2/3 20s 3/3/3/3"
		flap   = "10.1s False 12s True 12.8s False 13s True"
		unmade = "ContainersNotReady"
	)
	of := func(counts, ready string) *historytest.Builder {
		return flapping(counted(calm("rollout/update", "web"), counts), "web-8d-1", ready, unmade)
	}
	with := func(source, subject, state, at string, attrs ...string) *historytest.Builder {
		return of(short, flap).Instant(source, subject, state, at, attrs...)
	}
	restarted := of(short, flap).Without(history.SourceContainer, "web-8d-1/web").
		State(history.SourceContainer, "web-8d-1/web", "11s running 12.9s -", "uid=u-web-8d-1 restarts=0").
		State(history.SourceContainer, "web-8d-1/web", "12.9s running", "uid=u-web-8d-1 restarts=1")
	leaving := of(short, flap).Without(history.SourcePod, "web-8d-1").
		State(history.SourcePod, "web-8d-1", "10.1s Pending 11s Running 12.7s Terminating", "uid=u-web-8d-1 owner=ReplicaSet/web-8d hash=8d")
	e := judge.AvailabilityKept()
	judgeAll(t, []judged{
		{"taken back", e, of(short, flap), judge.Pass, "at least 3, at +1.00s; taken back though its probes passed: web-8d-1 for 200ms at +12.80s"},
		{"two at once", e, flapping(of(two, flap), "web-8d-2", "10.1s False 12s True 12.7s False 12.9s True", unmade), judge.Pass, "at least 3"},
		{"one after the other", e, flapping(of(two, flap), "web-8d-2", "10.1s False 12s True 12.4s False 12.6s True", unmade), judge.Fail, "at least 2"},
		{"another was missing too", e, of(two, flap), judge.Fail, "at least 2"},
		{"missing when nothing was taken back", e, of("1s 3/3/3/3 10.1s 3/4/1/3 16s 3/4/1/2 16.1s 3/4/2/3 20s 3/3/3/3", flap), judge.Fail, "at least 2"},
		{"missing before anything was taken back", e, of("1s 3/3/3/3 10.1s 3/4/1/3 11.5s 3/4/1/2 11.6s 3/4/1/3 20s 3/3/3/3", flap), judge.Fail, "at least 2"},
		{"missing for longer", e, of("1s 3/3/3/3 10.1s 3/4/1/3 13s 3/4/1/2 20s 3/3/3/3", flap), judge.Fail, "at least 2"},
		{"for as long as a probe is due again", e, of(short, "10.1s False 12s True 12.8s False 13.8s True"), judge.Fail, "at least 2"},
		{"for good", e, of(short, "10.1s False 12s True 12.8s False"), judge.Fail, "at least 2"},
		{"lost sight of after", e, of(short, "10.1s False 12s True 12.8s False 13s Unknown"), judge.Fail, "at least 2"},
		{"unknown between", e, of(short, "10.1s False 12s True 12.5s - 12.8s False 13s True"), judge.Fail, "at least 2"},
		{"long ready before", e, of(short, "10.1s False 11.7s True 12.8s False 13s True"), judge.Fail, "at least 2"},
		{"not for the first time", e, of(short, "10.1s False 10.5s True 11s False 12s True 12.8s False 13s True"), judge.Fail, "at least 2"},
		{"not by its kubelet", e, flapping(counted(calm("rollout/update", "web"), short), "web-8d-1", flap, "NodeNotReady"), judge.Fail, "at least 2"},
		{"a probe that failed", e, with(history.SourceApp, "web-8d-1", history.AppProbe, "12.85s", "path=/ready code=503"), judge.Fail, "at least 2"},
		{"a probe of another kind that failed", e, with(history.SourceApp, "web-8d-1", history.AppProbe, "12.85s", "path=/live code=503"), judge.Pass, "taken back"},
		{"a probe that was not answered", e, with(history.SourceEvent, "Pod/web-8d-1", "Unhealthy", "15s"), judge.Fail, "at least 2"},
		{"one of another pod was not answered", e, with(history.SourceEvent, "Pod/web-5f-1", "Unhealthy", "12.79s"), judge.Pass, "taken back"},
		{"its log was not read", e, of(short, flap).Gap(history.SourceApp, "web-8d-1", "12.5s..12.9s"), judge.Fail, "at least 2"},
		{"its events were not seen", e, of(short, flap).Gap(history.SourceEvent, "", "14s..14.5s"), judge.Fail, "at least 2"},
		{"its liveness probe was not answered", e, with(history.SourceEvent, "Pod/web-8d-1", "Unhealthy", "12.79s", "message=Liveness"), judge.Pass, "taken back"},
		{"restarted", e, restarted, judge.Fail, "at least 2"},
		{"told to go", e, leaving, judge.Fail, "at least 2"},
		{"not asked by HTTP", e, object(of(short, flap), readiness, `"readinessProbe":{"tcpSocket":{"port":8080},"periodSeconds":1,"timeoutSeconds":1,"failureThreshold":1,"successThreshold":1}`), judge.Fail, "at least 2"},
		{"not asked", e, object(of(short, flap), readiness+",", ""), judge.Fail, "at least 2"},
	})
}
