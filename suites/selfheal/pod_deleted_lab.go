package selfheal

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// podDeletedLab asks how soon a deleted pod has a successor.
var podDeletedLab = &suites.Lab{
	Finding: "replaced",
	Choices: []suites.Range{
		{To: time.Second},
		{From: time.Second, To: 20 * time.Second},
		{From: 20 * time.Second, To: 5 * time.Minute},
		{From: 5 * time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "One pod less",
			Story: `Three pods of a Deployment serve the same page. In a moment somebody deletes one of
them, as by "kubectl delete pod". Nobody tells the Deployment to do anything.`,
			Look: `kubectl get pods --watch
kubectl get replicasets --watch`,
			Question: "How long after the deletion are three pods ready again?",
			Choices: []string{
				"Less than a second: the pod is only marked, and goes on",
				"A few seconds: another pod is made at once, and has to start",
				"Half a minute and more: the old pod's grace period has to pass first",
				"Never, until somebody scales the Deployment",
			},
			Explain: `The ReplicaSet compares what it is to have (spec.replicas) with the pods that it owns
and that are not terminating. The moment the deleted pod is terminating there is one too
few, and it makes another: it does not wait for the old one to be gone. What takes time
is what any pod needs: scheduling, the container's start, the first readiness probe. The
new pod has another name and another address. A pod that nobody owns would not come back.`,
		},
		"ko": {
			Title: "파드 하나가 사라지면",
			Story: `디플로이먼트의 파드 세 개가 같은 페이지를 제공합니다. 잠시 뒤 누군가 "kubectl delete pod" 처럼
그중 하나를 삭제합니다. 디플로이먼트에는 아무도 아무것도 지시하지 않습니다.`,
			Look: `kubectl get pods --watch
kubectl get replicasets --watch`,
			Question: "삭제 뒤 얼마 만에 준비된(Ready) 파드가 다시 세 개가 될까요?",
			Choices: []string{
				"1초 미만: 파드에 표시만 될 뿐 계속 실행된다",
				"몇 초: 곧바로 다른 파드가 만들어지고, 시작할 시간만 필요하다",
				"30초 이상: 먼저 이전 파드의 유예 기간이 지나야 한다",
				"누군가 디플로이먼트를 스케일하기 전까지는 돌아오지 않는다",
			},
			Explain: `레플리카셋은 있어야 할 수(spec.replicas)와, 자신이 소유하면서 종료 중이 아닌 파드의 수를
비교합니다. 삭제된 파드가 종료 중이 되는 순간 하나가 모자라므로 바로 새 파드를 만듭니다. 이전
파드가 완전히 사라질 때까지 기다리지 않습니다. 시간이 드는 것은 어느 파드에나 필요한 일, 곧
스케줄링과 컨테이너 시작과 첫 레디니스 프로브입니다. 새 파드는 이름도 주소도 다릅니다. 소유자가
없는 파드였다면 돌아오지 않았을 것입니다.`,
		},
	},
}
