package judge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// Conditions expects that the condition Progressing goes through its reasons in
// order at each rollout, the first to the first end ("NewReplicaSetAvailable"), the
// second to the second ("ProgressDeadlineExceeded"), and that the condition
// Available is True throughout.
func Conditions(ends ...string) Expectation {
	return expectation{"conditions", func(s *scene) (Finding, error) { return s.conditions(ends) }}
}

func (s *scene) conditions(ends []string) (Finding, error) {
	d, err := s.rolling()
	if err != nil {
		return Finding{}, err
	}
	deeds := marksOf(s.h, history.PhaseFault)
	if len(deeds) != len(ends) {
		return Finding{}, fmt.Errorf("the record has %d deeds, %d rollouts are expected", len(deeds), len(ends))
	}
	if len(s.intervals(history.SourceDeployment, d.Name+"/Progressing")) == 0 || len(s.intervals(history.SourceDeployment, d.Name+"/Available")) == 0 {
		return Finding{}, fmt.Errorf("the record has no conditions of Deployment %s", d.Name)
	}
	kept := true
	var wants, got []string
	for n, deed := range deeds {
		until := s.undone().Earliest
		if n+1 < len(deeds) {
			until = deeds[n+1].Earliest
		}
		ways, reasons := model.ProgressReasons(ends[n]), s.reasons(d.Name+"/Progressing", deed.Earliest, until)
		kept = kept && slices.ContainsFunc(ways, func(way []string) bool { return slices.Equal(way, reasons) })
		wants, got = append(wants, strings.Join(ways[0], ", ")), append(got, strings.Join(reasons, ", "))
	}
	available := "throughout"
	for _, i := range s.intervals(history.SourceDeployment, d.Name+"/Available") {
		reason := i.Attrs[history.AttrReason]
		if (i.State != "True" || reason != minimumAvailable) && i.Overlaps(s.deed.Earliest, s.undone().Earliest) {
			kept = false
			available = fmt.Sprintf("%s (%s) at %s", i.State, reason, offset(i.From))
			break
		}
	}
	return found(kept, "Progressing: "+strings.Join(wants, "; then ")+"; Available: throughout",
		"Progressing: "+strings.Join(got, "; then ")+"; Available: "+available,
		"controller/deployment/sync.go getNewReplicaSet and calculateStatus, progress.go syncRolloutStatus"), nil
}

// minimumAvailable is the reason of Available as long as it is True
// (kubernetes/pkg/controller/deployment/util/deployment_util.go MinimumReplicasAvailable).
const minimumAvailable = "MinimumReplicasAvailable"

// reasons lists the reasons that a condition was given between two instants, one
// that goes on once.
func (s *scene) reasons(subject string, from, until time.Duration) []string {
	var all []string
	for _, i := range s.intervals(history.SourceDeployment, subject) {
		if i.From >= from && i.From < until {
			all = append(all, i.Attrs[history.AttrReason])
		}
	}
	return slices.Compact(all)
}

// RolloutStatus expects that `kubectl rollout status`, asked once for each rollout,
// ends with these exit codes: 0 when the rollout is complete, 1 when it was called
// stuck, and not before it was.
func RolloutStatus(codes ...int) Expectation {
	return expectation{"rollout-status", func(s *scene) (Finding, error) { return s.rolloutStatus(codes) }}
}

func (s *scene) rolloutStatus(codes []int) (Finding, error) {
	asked := slices.DeleteFunc(s.intervals(history.SourceCommand, ""), func(i history.Interval) bool {
		return !strings.HasPrefix(i.Subject, "kubectl rollout status ")
	})
	if len(asked) != len(codes) {
		return Finding{}, fmt.Errorf("kubectl rollout status was asked %d times, not %d", len(asked), len(codes))
	}
	kept := true
	var wants, got []string
	for n, code := range codes {
		is, why, err := s.explains(asked[n])
		if err != nil {
			return Finding{}, err
		}
		kept = kept && is && asked[n].State == strconv.Itoa(code)
		wants = append(wants, strconv.Itoa(code))
		got = append(got, fmt.Sprintf("%s at %s (%s)", asked[n].State, offset(asked[n].To), why))
	}
	f := found(kept, "exit codes "+strings.Join(wants, ", ")+": 0 once complete, 1 once called stuck", strings.Join(got, "; "),
		"kubectl/pkg/polymorphichelpers/rollout_status.go")
	f.Measured = milliseconds(asked[len(asked)-1].To - s.lastDeed().Earliest) // until the last one was answered
	return f, nil
}

// explains reports whether the record says what kubectl said: with 0 that the
// rollout of the deed before is complete, with another code that it is stuck.
func (s *scene) explains(asked history.Interval) (is bool, why string, err error) {
	d, counts, err := s.rolled()
	if err != nil {
		return false, "", err
	}
	deed := s.deed
	for _, m := range marksOf(s.h, history.PhaseFault) {
		if m.Earliest <= asked.From {
			deed = m
		}
	}
	if asked.State == "0" {
		began, ok := first(counts, deed.Earliest, func(i history.Interval) bool { return !complete(i) })
		done, ended := first(counts, began.From, complete)
		if !ok || !ended || done.From > asked.To+watchSlack {
			return false, "not complete then", nil
		}
		return true, "complete at " + offset(done.From), nil
	}
	stuck, ok := first(s.intervals(history.SourceDeployment, d.Name+"/Progressing"), deed.Earliest, func(i history.Interval) bool {
		return i.State == "False" && i.Attrs[history.AttrReason] == stuckReason
	})
	if !ok || stuck.From > asked.To+watchSlack || !strings.Contains(asked.Detail, "exceeded its progress deadline") {
		return false, "not called stuck then: " + oneLine(asked.Detail), nil
	}
	return true, "called stuck at " + offset(stuck.From), nil
}
