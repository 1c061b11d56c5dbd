package nodes

import "github.com/seatrial/seatrial/suites"

// taintedByHandLab asks whom a taint NoSchedule touches.
var taintedByHandLab = &suites.Lab{
	Finding: "pending-until-undone",
	Counts: []suites.Count{
		{From: 0, To: 0},
		{From: 1, To: 2},
		{From: 3, To: -1},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Closed for newcomers",
			Story: `Three pods of a Deployment serve the same page. In a moment somebody puts the taint
seatrial.dev/closed with the effect NoSchedule on every worker, and then scales the
Deployment from three pods to five. Some ten seconds later the taint is taken off again.`,
			Look: `kubectl get pods --output wide --watch
kubectl get nodes -o custom-columns='NODE:.metadata.name,TAINTS:.spec.taints[*].key' --watch
kubectl get events --watch --field-selector reason=FailedScheduling`,
			Question: "How many pods are Pending until the taint is taken off?",
			Choices: []string{
				"None: there is no other node, so the taint is passed over",
				"Two: those that come new, and no other",
				"All five: those that run are driven off and made anew",
			},
			Explain: `NoSchedule is a question that the scheduler asks when it looks for a node for a pod, and
nobody asks it again: the three that run go on, without a restart and without a lost
request. The two new ones fit nowhere, for the control plane has a taint of its own; their
event says "untolerated taint". They are not refused for good: when the taint goes, that
change of the nodes brings them back into the scheduler's queue, and they start within
some seconds, after a back-off of 10 s at most. Nobody has to delete or restart anything.
The effect NoExecute would have evicted the three as well: five Pending. A pod with a
toleration for the taint is placed at once, as if it were not there.`,
		},
		"ko": {
			Title: "새 손님은 받지 않습니다",
			Story: `디플로이먼트의 파드 세 개가 같은 페이지를 제공합니다. 잠시 뒤 누군가 모든 워커에 효과가 NoSchedule 인
seatrial.dev/closed 테인트를 붙이고, 디플로이먼트를 파드 세 개에서 다섯 개로 스케일합니다. 10초쯤 뒤
테인트를 다시 지웁니다.`,
			Look: `kubectl get pods --output wide --watch
kubectl get nodes -o custom-columns='NODE:.metadata.name,TAINTS:.spec.taints[*].key' --watch
kubectl get events --watch --field-selector reason=FailedScheduling`,
			Question: "테인트를 지울 때까지 Pending 인 파드는 몇 개일까요?",
			Choices: []string{
				"0개: 다른 노드가 없으므로 테인트는 무시된다",
				"2개: 새로 생긴 파드만, 다른 파드는 아니다",
				"5개 모두: 실행 중이던 파드도 쫓겨나 새로 만들어진다",
			},
			Explain: `NoSchedule 은 스케줄러가 파드를 놓을 노드를 찾을 때 한 번 묻는 질문이고, 그 뒤로는 아무도 다시 묻지
않습니다. 실행 중인 세 파드는 재시작도, 잃는 요청도 없이 계속됩니다. 새 파드 두 개는 들어갈 곳이
없습니다. 컨트롤 플레인에도 자체 테인트가 있기 때문입니다. 이벤트는 "untolerated taint" 라고 말합니다.
영영 거절된 것은 아닙니다. 테인트가 사라지면 노드의 그 변화가 파드를 스케줄러의 큐로 되돌리고, 최대
10초의 백오프 뒤 몇 초 안에 시작합니다. 아무것도 삭제하거나 재시작할 필요가 없습니다. 효과가 NoExecute
였다면 세 파드도 축출되어 다섯 개가 모두 Pending 이 되었을 것입니다. 그 테인트에 대한 톨러레이션이 있는
파드는 테인트가 없는 것처럼 곧바로 배치됩니다.`,
		},
	},
}
