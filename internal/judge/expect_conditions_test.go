package judge_test

import (
	"strings"
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// progressed is a good rollout at 10 s and a stuck one at 30 s, undone at 60 s, in
// which condition Progressing has these reasons: each behind its instant.
func progressed(line string) *historytest.Builder {
	b := calm("rollout/update", "web").Deed("30s", "web")
	counted(b, "1s 3/3/3/3 10.1s 3/4/1/3 20s 3/3/3/3 30.1s 3/4/1/3 61s 3/3/3/3")
	words := strings.Fields(line)
	for i := 0; i+1 < len(words); i += 2 {
		state, until := "True", "80s"
		if words[i+1] == "ProgressDeadlineExceeded" {
			state = "False"
		}
		if i+2 < len(words) {
			until = words[i+2]
		}
		b.State(history.SourceDeployment, "web/Progressing", words[i]+" "+state+" "+until+" -", "reason="+words[i+1])
	}
	return b.State(history.SourceDeployment, "web/Available", "1s True", "reason=MinimumReplicasAvailable")
}

const (
	wentWell = "1s NewReplicaSetAvailable 10.1s NewReplicaSetCreated 10.2s ReplicaSetUpdated 15s ReplicaSetUpdated 20s NewReplicaSetAvailable "
	gotStuck = "30.1s NewReplicaSetCreated 30.2s ReplicaSetUpdated 45s ProgressDeadlineExceeded 60.5s ReplicaSetUpdated 61s NewReplicaSetAvailable"
)

func TestConditions(t *testing.T) {
	e := judge.Conditions("NewReplicaSetAvailable", "ProgressDeadlineExceeded")
	dip := progressed(wentWell+gotStuck).Without(history.SourceDeployment, "web/Available")
	dip.State(history.SourceDeployment, "web/Available", "1s True 12s False 13s True", "reason=MinimumReplicasAvailable")
	late := progressed(wentWell+gotStuck).Without(history.SourceDeployment, "web/Available")
	late.State(history.SourceDeployment, "web/Available", "1s True 62s False", "reason=MinimumReplicasAvailable")
	named := progressed(wentWell+gotStuck).Without(history.SourceDeployment, "web/Available")
	named.State(history.SourceDeployment, "web/Available", "1s True", "reason=x")
	judgeAll(t, []judged{
		{"in order", e, progressed(wentWell + gotStuck), judge.Pass, "ReplicaSetUpdated, NewReplicaSetAvailable; then NewReplicaSetCreated"},
		{"the first new pod was missed", e, progressed(wentWell + "30.1s NewReplicaSetCreated 45s ProgressDeadlineExceeded"), judge.Pass, ""},
		{"never called stuck", e, progressed(wentWell + "30.1s NewReplicaSetCreated 30.2s ReplicaSetUpdated"), judge.Fail, ""},
		{"it goes back", e, progressed(wentWell + "30.1s NewReplicaSetCreated 45s ProgressDeadlineExceeded 46s ReplicaSetUpdated"), judge.Fail, ""},
		{"the good one makes no progress", e, progressed("10.1s NewReplicaSetCreated 20s NewReplicaSetAvailable " + gotStuck), judge.Fail, ""},
		{"the good one is called stuck between", e, progressed("10.1s NewReplicaSetCreated 12s ProgressDeadlineExceeded 13s ReplicaSetUpdated 20s NewReplicaSetAvailable " + gotStuck), judge.Fail, ""},
		{"not available for a while", e, dip, judge.Fail, "Available: False (MinimumReplicasAvailable) at +12.00s"},
		{"available for another reason", e, named, judge.Fail, "Available: True (x)"},
		{"not available after the undo", e, late, judge.Pass, ""},
		{"one rollout more than expected", judge.Conditions("NewReplicaSetAvailable"), progressed(wentWell + gotStuck), judge.Invalid, "2 deeds"},
		{"no conditions", e, progressed("").Without(history.SourceDeployment, ""), judge.Invalid, "no conditions"},
	})
}

func TestRolloutStatus(t *testing.T) {
	e := judge.RolloutStatus(0, 1)
	const status, tooLong = "kubectl rollout status deployment/web --timeout=60s", `error: deployment "web" exceeded its progress deadline`
	asked := func(first, second, said string) *historytest.Builder {
		b := progressed(wentWell+gotStuck).State(history.SourceCommand, status, first).State(history.SourceCommand, status, second)
		return b.Detail(history.SourceCommand, status, said)
	}
	judgeAll(t, []judged{
		{"good, then stuck", e, asked("10.3s 0 20.3s -", "30.3s 1 45.3s -", tooLong), judge.Pass, "0 at +20.30s (complete at +20.00s); 1 at +45.30s"},
		{"before it was complete", e, asked("10.3s 0 15s -", "30.3s 1 45.3s -", tooLong), judge.Fail, "not complete then"},
		{"before it was stuck", e, asked("10.3s 0 20.3s -", "30.3s 1 35s -", tooLong), judge.Fail, "not called stuck then"},
		{"for lack of patience", e, asked("10.3s 0 20.3s -", "30.3s 1 45.3s -", "error: timed out waiting for the condition"), judge.Fail, "timed out"},
		{"the stuck one called good", e, asked("10.3s 0 20.3s -", "30.3s 0 45.3s -", tooLong), judge.Fail, ""},
		{"another code", e, asked("10.3s 0 20.3s -", "30.3s 2 45.3s -", tooLong), judge.Fail, ""},
		{"never asked", e, progressed(wentWell + gotStuck), judge.Invalid, "asked 0 times"},
	})
	if f := e.Judge(built(asked("10.3s 0 20.3s -", "30.3s 1 45.3s -", tooLong))); f.Measured == nil || *f.Measured != 15300 {
		t.Errorf("how long the last answer took is not measured: %+v", f)
	}
}
