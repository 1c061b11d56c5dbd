package judge

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

const (
	previousLogs = "kubectl logs --previous "
	plainLogs    = "kubectl logs "
)

// PreviousLog expects that kubectl logs --previous, asked for a pod that was hit
// once its container ran again, prints what the container printed before: lines of
// its first run, its last words among them, and none of a later one. If the kubelet
// collected the first run early, it may print nothing of any.
func PreviousLog() Expectation {
	return expectation{"previous-log", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.previousLog)
	}}
}

func (s *scene) previousLog(p pod) (Finding, error) {
	asked := s.commands(previousLogs + p.name)
	if len(asked) == 0 {
		return Finding{}, fmt.Errorf("kubectl was not asked for the previous log of pod %s", p.name)
	}
	if len(s.app(p, history.AppExit, s.deed.Earliest-logSlack)) == 0 {
		return Finding{}, fmt.Errorf("the log of pod %s does not say that its process exited", p.name)
	}
	ran, later, exited := 0, 0, false
	for _, line := range printed(asked[0].Detail) {
		if line.Run > 1 {
			later++
			continue
		}
		ran, exited = ran+1, exited || line.State == history.AppExit
	}
	got := fmt.Sprintf("exit code %s, %d lines of run 1, its exit among them: %t, %d of later runs", asked[0].State, ran, exited, later)
	if asked[0].State != "0" {
		got += ": " + oneLine(asked[0].Detail)
	}
	ok := asked[0].State == "0" && exited && later == 0
	want, from := "the first run to its last words, and nothing else",
		"the kubelet keeps the container before the one that runs (kubelet/kubelet_pods.go validateContainerLogStatus)"
	if at, early := s.collected(p); early && at < asked[0].To+removing {
		ok = ok || ran+later == 0 && slices.ContainsFunc(notFound, func(words string) bool { return strings.Contains(asked[0].Detail, words) })
		want += fmt.Sprintf("; or nothing at all: the kubelet collected it at %s", offset(at))
		from += ", but once a minute it takes one that is created and does not run yet for the one to keep (kuberuntime/kuberuntime_gc.go evictableContainers)"
	}
	return found(ok, want, got, from), nil
}

// removing is how long the kubelet's collector takes from looking at the containers to the
// end of one that it removes, whose log goes first (kuberuntime_container.go removeContainer).
const removing = 300 * time.Millisecond

// notFound is how a kubelet says that a container, or its log, is not there any more
// (kuberuntime_container.go GetContainerLogs, cri-client/pkg/logs/logs.go ReadLogs).
var notFound = []string{"unable to retrieve container logs for ", "no such file or directory"}

// collected is when the runtime removed a run of one of the pod's containers after the next
// was created and before that had started, give or take what removing takes: the kubelet's
// collector, which comes by once a minute (kubelet/kubelet.go ContainerGCPeriod) and leaves
// one container that does not run of each name (cmd/kubelet/app/options
// MaxPerPodContainerCount), then leaves the new one.
//
//	created 4.05s, removed 4.10s, started 4.19s == 4.10s
func (s *scene) collected(p pod) (time.Duration, bool) {
	for _, container := range s.containers(p) {
		_, name, _ := strings.Cut(container.Subject, "/")
		ours, next, runs := s.idsOf(p, name), "", history.Open // the next, and when it was started
		for _, i := range s.intervals(history.SourceRuntime, p.node) {
			id := i.Attrs[history.AttrContainerID]
			switch {
			case !ours[id]:
			case i.State == "create":
				next, runs = id, history.Open
			case i.State == "start":
				runs = i.From
			case i.State == "delete" && next != "" && next != id && (runs == history.Open || i.From < runs+removing):
				return i.From, true
			}
		}
	}
	return 0, false
}

// A printedLine is as much of a line that an app prints as is looked at; see
// workloads.Event.
type printedLine struct {
	Run   int
	State string
}

// printed reads the lines that are an app's; what else is printed is passed over.
func printed(text string) []printedLine {
	var all []printedLine
	for _, line := range strings.Split(text, "\n") {
		var one printedLine
		if json.Unmarshal([]byte(line), &one) == nil && one.Run > 0 {
			all = append(all, one)
		}
	}
	return all
}

// GoneRefused expects that kubectl logs, asked for a pod that is gone, says that
// there is none: what it printed is nowhere in Kubernetes any more.
func GoneRefused() Expectation {
	return expectation{"gone-refused", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.goneRefused)
	}}
}

func (s *scene) goneRefused(p pod) (Finding, error) {
	asked, ok := first(s.commands(plainLogs+p.name), p.to, func(history.Interval) bool { return true })
	if !ok {
		return Finding{}, fmt.Errorf("kubectl was not asked for the log of pod %s after it was gone", p.name)
	}
	refused := asked.State != "0" && strings.Contains(asked.Detail, "not found")
	runs := map[int]bool{}
	for _, line := range printed(asked.Detail) {
		runs[line.Run] = true
	}
	return found(refused, "refused: the pod is not found",
		fmt.Sprintf("exit code %s %s after the pod was gone: %s", asked.State, short(asked.From-p.to), oneLine(asked.Detail)),
		"logs are read from the pod's node by way of its object (registry/core/pod/strategy.go LogLocation)").counted(len(runs)), nil
}

// EvidenceKept expects that our own evidence has what Kubernetes has not any more:
// of every start of the app's container in the pods hit, what it printed is kept
// beside the record, to its end, and the record has lines of its own log.
func EvidenceKept() Expectation {
	return expectation{"evidence-kept", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		if len(s.intervals(history.SourceSaved, "")) == 0 {
			return Finding{}, fmt.Errorf("the record does not say which logs were kept")
		}
		return each(hit, s.evidenceKept)
	}}
}

func (s *scene) evidenceKept(p pod) (Finding, error) {
	starts, err := s.restarts(p, s.end)
	if err != nil {
		return Finding{}, err
	}
	starts++
	var lost, kept []string
	for n := range starts {
		bytes, lines := s.saved(p, n), 0
		for _, i := range s.intervals(history.SourceApp, p.name) {
			if i.Attrs[history.AttrRun] == strconv.Itoa(n+1) && i.From >= p.from {
				lines++
			}
		}
		what := fmt.Sprintf("start %d: %d bytes kept, %d lines in the record", n+1, bytes, lines)
		if bytes == 0 || lines == 0 {
			lost = append(lost, what)
		} else {
			kept = append(kept, what)
		}
	}
	return found(len(lost) == 0, fmt.Sprintf("what each of %d starts printed, whole, and lines of its log", starts),
		strings.Join(append(lost, kept...), "; "), "logs are taken while they can be had (internal/observe/logs.go)"), nil
}

// saved is how many bytes of the log of the n-th start, from 0, of one of the pod's
// containers were kept whole.
func (s *scene) saved(p pod, n int) int {
	most := 0
	for _, i := range s.intervals(history.SourceSaved, "") {
		if strings.HasPrefix(i.Subject, p.name+"/") && sameUID(i, p) && i.State == history.StateWhole && i.Attrs[history.AttrRestarts] == strconv.Itoa(n) {
			bytes, _ := number(i, history.AttrBytes)
			most = max(most, bytes)
		}
	}
	return most
}
