package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// refused is a rollout at 10 s of which no pod can be created for the reason, called
// stuck at one instant, its deadline being 20 s, undone at 60 s.
func refused(stuck, reason, message string) *historytest.Builder {
	b := pulled(stuck).Without(history.SourcePod, "web-8d-1").Without(history.SourceContainer, "web-8d-1/web")
	b.State(history.SourceDeployment, "web/ReplicaFailure", "10.2s True 60.5s -", "reason="+reason)
	return b.Detail(history.SourceDeployment, "web/ReplicaFailure", message)
}

func TestRolloutBlocked(t *testing.T) {
	const quota = `pods "web-8d-1" is forbidden: exceeded quota: bar, requested: pods=1, used: pods=3, limited: pods=3`
	e := judge.RolloutBlocked("exceeded quota")
	judgeAll(t, []judged{
		{"at its deadline", e, refused("30.5s", "FailedCreate", quota), judge.Pass, "after 20.50s"},
		{"too early", e, refused("28.9s", "FailedCreate", quota), judge.Fail, ""},
		{"too late", e, refused("32.2s", "FailedCreate", quota), judge.Fail, ""},
		{"for another reason", e, refused("30.5s", "FailedDelete", quota), judge.Fail, "FailedDelete"},
		{"in other words", e, refused("30.5s", "FailedCreate", "no such account"), judge.Fail, "no such account"},
		{"it never says so", e, refused("30.5s", "FailedCreate", quota).Without(history.SourceDeployment, "web/ReplicaFailure"), judge.Fail, "never"},
		{"never called stuck", e, refused("30.5s", "FailedCreate", quota).Without(history.SourceDeployment, "web/Progressing"), judge.Fail, "never called stuck"},
		{"undone before", e, refused("70s", "FailedCreate", quota).Marks("warm 1s steady 3s fault 10s recover 25s settled 30s drain 40s").Targets("web"), judge.Invalid, "undone before"},
	})
}

func TestRolloutUnready(t *testing.T) {
	e := judge.RolloutUnready()
	waits := func(ready, container string, reason string) *historytest.Builder {
		b := pulled("30.5s").Without(history.SourceContainer, "web-8d-1/web").Without(history.SourceReady, "web-8d-1")
		b.State(history.SourceReady, "web-8d-1", ready, "uid=u-web-8d-1 reason="+reason)
		return b.State(history.SourceContainer, "web-8d-1/web", container, "uid=u-web-8d-1 restarts=0")
	}
	judgeAll(t, []judged{
		{"runs and is not ready", e, waits("10.1s False 61s -", "12s running 61s -", "ContainersNotReady"), judge.Pass, "after 20.50s"},
		{"ready meanwhile", e, waits("10.1s False 20s True 22s False", "12s running", "ContainersNotReady"), judge.Fail, "ready at +20.00s"},
		{"does not run", e, waits("10.1s False", "12s waiting", "ContainersNotReady"), judge.Fail, "no container of it runs"},
		{"not ready for another reason", e, waits("10.1s False", "12s running", "PodFailed"), judge.Fail, "PodFailed"},
		{"no new pod", e, waits("10.1s False", "12s running", "ContainersNotReady").Without(history.SourcePod, "web-8d-1"), judge.Fail, "no new pod"},
		{"never called stuck", e, waits("10.1s False", "12s running", "ContainersNotReady").Without(history.SourceDeployment, ""), judge.Fail, "never called stuck"},
	})
}
