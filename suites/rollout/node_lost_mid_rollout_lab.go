package rollout

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// nodeLostMidRolloutLab asks what becomes of a rollout that loses a worker.
var nodeLostMidRolloutLab = &suites.Lab{
	Finding: "rolled-out-elsewhere",
	Choices: []suites.Range{
		{To: 10 * time.Second},
		{From: 10 * time.Second, To: 3 * time.Minute},
		{From: 3 * time.Minute, To: 15 * time.Minute},
		{From: 15 * time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "A machine dies in the middle of a rollout",
			Story: `Six pods are spread over three workers; maxSurge is 1, maxUnavailable is 0.
In a moment a new version is rolled out, and when half of the pods are new,
one worker loses its power. This cluster's timers are shortened: a silent
node is called NotReady after 8 s (Kubernetes' own: 50 s; 40 s before
v1.32), and pods tolerate a lost node for 5 s (Kubernetes' own: 300 s).`,
			Look: `kubectl get nodes --watch
kubectl get pods --output wide --watch
kubectl get deployment web --watch`,
			Question: "How long after the update is the rollout complete, with every pod on the other workers?",
			Choices: []string{
				"A few seconds: the Deployment sees the pods die, and makes others at once",
				"About half a minute: it stands still until the lost pods are evicted, and goes on then",
				"Ten minutes: when its progress deadline has passed it begins anew",
				"Not before somebody starts the worker again: its pods are waited for",
			},
			Explain: `A dead kubelet reports nothing: in the API its pods stay available, and a new one may
even be scheduled there, which never starts. When the lease has not been renewed for
the grace period, the node lifecycle controller calls the node NotReady, marks its pods
not ready and taints it. Fewer than six are available now, and with maxUnavailable 0 no
old pod may go: the rollout stands still. After the toleration the lost pods are marked
for deletion; from then on their ReplicaSets do not count them and make others, on
nodes without the taint. When those are ready, the rollout goes on. Spread as the pods
are, about a third of new connections fail until the node is NotReady; had all been on
that worker, nobody would have answered until others were ready.`,
		},
		"ko": {
			Title: "롤아웃 도중 머신이 죽으면",
			Story: `파드 여섯 개가 워커 세 개에 나뉘어 있습니다. maxSurge 는 1, maxUnavailable 은 0입니다. 잠시 뒤
새 버전이 롤아웃되고, 파드의 절반이 새것이 되었을 때 워커 하나의 전원이 끊깁니다. 이
클러스터는 타이머를 줄여 두었습니다. 소식이 끊긴 노드는 8초 뒤에 NotReady 가 되고(쿠버네티스
기본값은 50초, v1.32 이전에는 40초), 파드는 잃어버린 노드를 5초 동안 견딥니다(기본값은 300초).`,
			Look: `kubectl get nodes --watch
kubectl get pods --output wide --watch
kubectl get deployment web --watch`,
			Question: "업데이트 뒤 얼마 만에 모든 파드가 다른 워커에 있는 채로 롤아웃이 끝날까요?",
			Choices: []string{
				"몇 초: 디플로이먼트는 파드가 죽은 것을 보고 바로 다른 파드를 만든다",
				"30초쯤: 잃어버린 파드가 축출될 때까지 멈춰 있다가 이어진다",
				"10분: 진행 기한(progress deadline)이 지나면 처음부터 다시 시작한다",
				"누군가 워커를 다시 켜기 전에는 끝나지 않는다: 그 파드들을 기다린다",
			},
			Explain: `죽은 kubelet은 아무것도 보고하지 않습니다. 그래서 API에서 그 파드들은 여전히 사용 가능하고, 새
파드가 그 노드에 배치되어 시작하지 못하는 일도 생깁니다. 유예 기간 동안 리스가 갱신되지 않으면 노드
라이프사이클 컨트롤러가 노드를 NotReady 로 부르고, 그 파드들을 준비되지 않은 것으로 표시하고,
테인트를 붙입니다. 이제 사용 가능한 파드가 여섯 개보다 적고, maxUnavailable 이 0이므로 이전 파드는
하나도 나갈 수 없습니다. 롤아웃이 멈춥니다. 톨러레이션이 끝나면 잃어버린 파드에 삭제 표시가 붙고,
그때부터 레플리카셋은 그것을 세지 않고 테인트가 없는 노드에 다른 파드를 만듭니다. 그 파드들이
준비되면 롤아웃이 이어집니다. 파드가 나뉘어 있으므로 노드가 NotReady 가 될 때까지 새 연결의 3분의
1쯤이 실패합니다. 모두 그 워커에 있었다면 다른 파드가 준비될 때까지 아무도 응답하지 않았을 것입니다.`,
		},
	},
}
