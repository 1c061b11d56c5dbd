package rollout

import "github.com/seatrial/seatrial/suites"

// revisionHistoryLab asks how much of its past a Deployment keeps.
var revisionHistoryLab = &suites.Lab{
	Finding: "history-kept",
	Counts:  []suites.Count{{From: 0, To: 1}, {From: 2, To: 2}, {From: 3, To: 3}, {From: 4, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Back to a version that is not kept",
			Story: `A Deployment with one pod has revisionHistoryLimit 2 (Kubernetes' default
is 10). In a moment it is updated four times, each time when the update
before is complete: from v1 to v5. Then somebody wants to go back, by
"kubectl rollout undo --to-revision=1", and then to revision 3 instead.`,
			Look: `kubectl rollout history deployment/web
kubectl get replicasets -o custom-columns='NAME:.metadata.name,REVISION:.metadata.annotations.deployment\.kubernetes\.io/revision,PODS:.spec.replicas' --watch`,
			Question: "How many ReplicaSets does the Deployment have when all of this is done?",
			Choices: []string{
				"One: a ReplicaSet without pods is removed",
				"Two: that is what revisionHistoryLimit says",
				"Three: the current one, and two old ones",
				"Five or more: one for each version, so that one can go back to any",
			},
			Explain: `A revision is nothing but a ReplicaSet: that is where its pod template is kept.
When a rollout is complete, the Deployment controller removes the oldest ones
beyond revisionHistoryLimit, the current one not counted. So v1 and v2 are gone,
and the undo to revision 1 ends with exit code 1, "unable to find specified
revision 1 in history", and changes nothing. The undo to revision 3 gives the
Deployment the template of v3. Its ReplicaSet is there still, so no new one is
made: it gets the next number, 6, and the pod. 4, 5 and 6 are left, and there is
no revision 3 any more. A version that is out of the history comes back only by
its manifest; with a limit of 0 there is nothing to undo to at all.`,
		},
		"ko": {
			Title: "보관되지 않은 버전으로 돌아가기",
			Story: `파드 하나짜리 디플로이먼트의 revisionHistoryLimit 는 2입니다(쿠버네티스 기본값은 10). 잠시 뒤
v1 에서 v5 까지, 이전 업데이트가 끝날 때마다 한 번씩 모두 네 번 업데이트됩니다. 그런 다음
누군가 "kubectl rollout undo --to-revision=1" 로 돌아가려 하고, 이어서 리비전 3으로 돌아갑니다.`,
			Look: `kubectl rollout history deployment/web
kubectl get replicasets -o custom-columns='NAME:.metadata.name,REVISION:.metadata.annotations.deployment\.kubernetes\.io/revision,PODS:.spec.replicas' --watch`,
			Question: "이 모든 일이 끝났을 때 디플로이먼트의 레플리카셋은 몇 개일까요?",
			Choices: []string{
				"한 개: 파드가 없는 레플리카셋은 삭제된다",
				"두 개: revisionHistoryLimit 가 그렇게 정한다",
				"세 개: 현재 것 하나와 이전 것 둘",
				"다섯 개 이상: 어느 버전으로든 돌아갈 수 있도록 버전마다 하나씩 있다",
			},
			Explain: `리비전은 레플리카셋 그 자체입니다. 파드 템플릿이 거기에 보관되어 있습니다. 롤아웃이 끝나면
디플로이먼트 컨트롤러는 현재 것을 빼고 revisionHistoryLimit 를 넘는 가장 오래된 레플리카셋부터
지웁니다. 그래서 v1 과 v2 는 사라졌고, 리비전 1로 되돌리려는 명령은 "unable to find specified
revision 1 in history" 라며 종료 코드 1로 끝나고 아무것도 바꾸지 않습니다. 리비전 3으로
되돌리면 디플로이먼트는 v3 의 템플릿을 받습니다. 그 레플리카셋이 아직 있으므로 새로 만들지
않고, 그것이 다음 번호인 6과 파드를 받습니다. 4, 5, 6이 남고 리비전 3은 더는 없습니다. 기록에서
사라진 버전은 매니페스트를 다시 적용해야만 돌아옵니다. 한도가 0이면 되돌릴 곳이 아예 없습니다.`,
		},
	},
}
