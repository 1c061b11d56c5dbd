package trial

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/observe"
)

// calm follows the samples as they come and knows whether the last calmFor of
// every lane went without a failure.
type calm struct {
	rec   *history.Recorder
	lanes []history.LanePlan
	next  int                        // the first sample not looked at yet
	good  map[string][]time.Duration // due instants of the latest good slots, by lane
	bad   time.Duration              // the latest due instant of a slot that was not good
	pods  map[string]map[string]bool // pods that answered, by lane
}

func (r *run) newCalm(rec *history.Recorder) *calm {
	return &calm{
		rec: rec, lanes: r.deployed.Lanes, next: len(rec.Samples(0)), bad: -1,
		good: map[string][]time.Duration{}, pods: map[string]map[string]bool{},
	}
}

// at reports whether every lane was calm up to now: nearly all of the slots that
// have had their full time-out within the last calmFor were good, and none was bad.
func (c *calm) at(now time.Duration) bool {
	c.take()
	if c.bad >= 0 && c.bad > now-calmFor-c.timeout() {
		return false
	}
	for _, lane := range c.lanes {
		want := int(calmFor.Seconds() * float64(lane.Rate) * 0.95)
		c.good[lane.Lane] = since(c.good[lane.Lane], now-calmFor-lane.Timeout)
		if len(c.good[lane.Lane]) < want {
			return false
		}
	}
	return true
}

// reachedAll reports whether every lane had answers from at least n pods.
func (c *calm) reachedAll(n int) bool {
	for _, lane := range c.lanes {
		if len(c.pods[lane.Lane]) < n {
			return false
		}
	}
	return true
}

func (c *calm) take() {
	fresh := c.rec.Samples(c.next)
	c.next += len(fresh)
	for _, s := range fresh {
		switch {
		case s.Class.Failed():
			c.bad = max(c.bad, s.Due)
		case s.Class == history.ClassOK:
			c.good[s.Lane] = append(c.good[s.Lane], s.Due)
			if c.pods[s.Lane] == nil {
				c.pods[s.Lane] = map[string]bool{}
			}
			c.pods[s.Lane][s.Pod] = true
		}
	}
}

func (c *calm) timeout() time.Duration { return c.lanes[0].Timeout }

func since(instants []time.Duration, from time.Duration) []time.Duration {
	for i, t := range instants {
		if t >= from {
			return instants[i:]
		}
	}
	return nil
}

// whole reports whether as many pods are ready as when all was well less the lost, every
// Deployment is at what it was asked for, and nobody is on its way out any more:
// what an old pod does to its connections in its last moment belongs to the trial.
// Pods of a lost node are on their way out until it is back, or stay there for ever, and
// are not waited for.
func (r *run) whole(lost int) bool {
	seen := r.rec.Snapshot()
	pods, ready := observe.Current(seen, history.SourcePod), 0
	nodes := observe.Current(seen, history.SourceNode)
	for _, i := range pods {
		if i.State == "Terminating" && nodes[i.Attrs[history.AttrNode]].State == "True" {
			return false
		}
	}
	for name, i := range observe.Current(seen, history.SourceReady) {
		if i.State == "True" && pods[name].State == "Running" {
			ready++
		}
	}
	stay := r.staying(pods, nodes)
	for _, n := range stay {
		lost += n
	}
	if ready < r.deployed.Ready-lost || !startsTold(seen) {
		return false
	}
	for subject, i := range observe.Current(seen, history.SourceReplicas) {
		if strings.HasPrefix(subject, "Deployment/") && stay[subject] == 0 && !complete(i.Attrs) {
			return false
		}
	}
	return true
}

// startsTold reports whether the API has told of every restart of which the app's own
// log has. A kubelet may call a container ready that has ended, because its successor
// answered the probe (kubelet/prober/worker.go asks an address, not a container), and tell
// of the restart a moment later: until then the record does not have it.
func startsTold(seen []history.Interval) bool {
	runs, restarts := map[string]int{}, map[string]int{}
	for _, i := range seen {
		if i.Source == history.SourceApp && i.State == history.AppStart {
			runs[i.Subject], _ = strconv.Atoi(i.Attrs[history.AttrRun])
		}
	}
	for subject, i := range observe.Current(seen, history.SourceContainer) {
		pod, _, _ := strings.Cut(subject, "/")
		n, _ := strconv.Atoi(i.Attrs[history.AttrRestarts])
		restarts[pod] += n
	}
	for pod, n := range restarts {
		if runs[pod] > n+1 {
			return false
		}
	}
	return true
}

// gone counts the bare pods that are no more, or have ended: nobody makes them anew,
// and no undo brings them back.
func (r *run) gone() int {
	pods, n := observe.Current(r.rec.Snapshot(), history.SourcePod), 0
	for _, text := range r.deployed.Applied {
		var object struct {
			Kind     string
			Metadata struct{ Name string }
		}
		if json.Unmarshal(text, &object) != nil || object.Kind != "Pod" {
			continue
		}
		if i, there := pods[object.Metadata.Name]; !there || i.State == "Failed" || i.State == "Succeeded" {
			n++
		}
	}
	return n
}

// nodesBack reports whether every node is Ready and has no taint that it had not when the
// trial was steady: the API says so a while after a machine runs again.
func (r *run) nodesBack() bool {
	seen := r.rec.Snapshot()
	for _, i := range observe.Current(seen, history.SourceNode) {
		if i.State != "True" {
			return false
		}
	}
	for _, i := range observe.Current(seen, history.SourceTaint) {
		had := func(was history.Interval) bool {
			return was.Source == i.Source && was.Subject == i.Subject && was.At(r.steadyAt)
		}
		if !slices.ContainsFunc(seen, had) {
			return false
		}
	}
	return true
}

// complete follows k8s.io/kubernetes/pkg/controller/deployment/util, DeploymentComplete.
func complete(a history.Attrs) bool {
	want := a[history.AttrDesired]
	return a[history.AttrUpdated] == want && a[history.AttrReplicas] == want &&
		a[history.AttrAvailable] == want && a["observed"] == a["generation"]
}
