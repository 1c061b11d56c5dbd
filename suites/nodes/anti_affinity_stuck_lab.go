package nodes

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// antiAffinityStuckLab asks what one node more does for a rollout that has none to spare.
var antiAffinityStuckLab = &suites.Lab{
	Finding: "rolled-out-once-added",
	Choices: []suites.Range{
		{To: 2 * time.Second},
		{From: 2 * time.Second, To: 3 * time.Minute},
		{From: 3 * time.Minute, To: 10 * time.Minute},
		{From: 10 * time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "As many nodes as pods, and none to spare",
			Story: `Three pods serve the same page on three workers; a required anti-affinity forbids two of
them on one node. The Deployment has maxSurge 1 and maxUnavailable 0: first comes a new
pod, then an old one goes. In a moment the version is updated. The first new pod is
Pending, and some time later a fourth worker is added.`,
			Look: `kubectl get pods --output wide --watch
kubectl get nodes --watch
kubectl get events --watch --field-selector reason=FailedScheduling`,
			Question: "How long after the new node is open to pods is the rollout complete?",
			Choices: []string{
				"At once: all three new pods start there",
				"Within a minute or two: one new pod goes there, the others where an old one has gone",
				"After some minutes: a pod that fitted nowhere is looked at every five minutes only",
				"Never: three new pods need three more nodes",
			},
			Explain: `Old and new pods bear the same labels, so every worker is taken, and the control plane's
taint keeps pods off. No old pod may go before a new one is ready, and no new one fits:
the rollout stands still, nothing is lost, and the scheduler's event says
"didn't match pod anti-affinity rules". A node that is added brings the pod back into the
scheduler's queue at once. It starts there, an old pod goes, and when that one is gone,
not before, its node is free for the next. In between a pod that did not fit is held back
for up to 10 s. So one node more is enough for any number of pods. With a preferred
anti-affinity none is needed, two pods share a node for a while; nor with maxUnavailable
1, where an old pod goes first.`,
		},
		"ko": {
			Title: "노드 수와 파드 수가 같아 남는 자리가 없을 때",
			Story: `파드 세 개가 워커 세 개에서 같은 페이지를 제공합니다. 필수(required) 안티-어피니티가 한 노드에 두 파드가
놓이는 것을 금합니다. 디플로이먼트는 maxSurge 1, maxUnavailable 0 입니다. 즉 새 파드가 먼저 생기고 나서
이전 파드가 나갑니다. 잠시 뒤 버전이 업데이트됩니다. 첫 새 파드는 Pending 이 되고, 얼마 뒤 네 번째
워커가 추가됩니다.`,
			Look: `kubectl get pods --output wide --watch
kubectl get nodes --watch
kubectl get events --watch --field-selector reason=FailedScheduling`,
			Question: "새 노드가 파드를 받을 수 있게 된 뒤 얼마 만에 롤아웃이 끝날까요?",
			Choices: []string{
				"즉시: 새 파드 세 개가 모두 그 노드에서 시작한다",
				"1~2분 안: 새 파드 하나가 그 노드로 가고, 나머지는 이전 파드가 떠난 자리로 간다",
				"몇 분 뒤: 어디에도 들어가지 못한 파드는 5분마다 한 번만 다시 살펴본다",
				"끝나지 않는다: 새 파드가 세 개이니 노드도 세 개 더 필요하다",
			},
			Explain: `이전 파드와 새 파드는 같은 레이블을 가지므로 모든 워커에 이미 임자가 있고, 컨트롤 플레인은 테인트가 막고
있습니다. 새 파드가 준비되기 전에는 이전 파드가 나갈 수 없고, 새 파드는 들어갈 곳이 없습니다. 롤아웃은
멈춰 있지만 잃는 요청은 없고, 스케줄러의 이벤트는 "didn't match pod anti-affinity rules" 라고 말합니다.
노드가 추가되면 파드는 곧바로 스케줄러의 큐로 돌아갑니다. 새 파드가 그 노드에서 시작하면 이전 파드
하나가 나가고, 그 파드가 완전히 사라진 다음에야 그 노드가 다음 새 파드의 자리가 됩니다. 그 사이 들어가지
못한 파드는 최대 10초까지 미뤄집니다. 그래서 파드가 몇 개든 노드 하나만 더 있으면 됩니다.
선호(preferred) 안티-어피니티라면 잠시 한 노드를 나누어 쓰므로 노드가 더 필요 없고, maxUnavailable 1
이라면 이전 파드가 먼저 나가므로 역시 필요 없습니다.`,
		},
	},
}
