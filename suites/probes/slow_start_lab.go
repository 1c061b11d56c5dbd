package probes

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// slowStartLab asks how long a rollout waits for pods that are slow to start.
var slowStartLab = &suites.Lab{
	Finding: "rolled-out",
	Choices: []suites.Range{
		{To: 2 * time.Second},
		{From: 2 * time.Second, To: 8 * time.Second},
		{From: 8 * time.Second, To: 17 * time.Second},
		{From: 17 * time.Second},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Running is not ready",
			Story: `Two pods serve a page. Each needs ten seconds from its start until it listens; until
then its status is Running, and it refuses connections. A startup probe and a readiness
probe ask every second. In a moment a new version is rolled out, with maxSurge 1 and
maxUnavailable 0.`,
			Look: `kubectl get pods --watch
kubectl get replicasets --watch
while sleep 1; do kubectl rollout status deployment/web; done`,
			Question: "How long does it take until the rollout is complete?",
			Choices: []string{
				"No time: the Service takes up the new version as soon as it is applied",
				"A few seconds: until both new pods are Running",
				"Some ten seconds: both new pods boot side by side",
				"Twenty seconds and more: one after the other, each until it is ready",
			},
			Explain: `Running says that the process was started, and no more. Ten seconds later the startup
probe passes, then the readiness probe: only now the pod is Ready, an endpoint of the
Service and available to the Deployment. maxUnavailable 0 lets no old pod go before
that, and maxSurge 1 makes one new pod at a time: two pods, one after the other, and no
request is lost. The rollout is as slow as the boot, and that is the price. Without
these probes a pod would be Ready as soon as it runs: READY 1/1, the old ones gone
within seconds, and every connection refused until the new ones listen.`,
		},
		"ko": {
			Title: "Running은 준비되었다는 뜻이 아닙니다",
			Story: `파드 두 개가 페이지를 제공합니다. 각 파드는 시작한 뒤 10초가 지나야 포트를 엽니다.
그때까지 상태는 Running 이지만 연결은 거부됩니다. 스타트업 프로브와 레디니스 프로브가
1초마다 확인합니다. 잠시 뒤 maxSurge 1, maxUnavailable 0으로 새 버전이 롤아웃됩니다.`,
			Look: `kubectl get pods --watch
kubectl get replicasets --watch
while sleep 1; do kubectl rollout status deployment/web; done`,
			Question: "롤아웃이 끝날 때까지 얼마나 걸릴까요?",
			Choices: []string{
				"전혀 걸리지 않는다: 적용하는 즉시 서비스가 새 버전으로 향한다",
				"몇 초: 새 파드 두 개가 모두 Running 이 될 때까지",
				"10초쯤: 새 파드 두 개가 나란히 부팅한다",
				"20초 이상: 하나씩 차례로, 각각 준비될 때까지",
			},
			Explain: `Running 은 프로세스가 시작되었다는 뜻일 뿐입니다. 10초 뒤에 스타트업 프로브가, 이어서
레디니스 프로브가 성공해야 비로소 파드는 Ready 가 되어 서비스의 엔드포인트가 되고,
디플로이먼트도 사용 가능하다고 봅니다. maxUnavailable 0은 그 전에는 이전 파드를 하나도
내보내지 않게 하고, maxSurge 1은 새 파드를 한 번에 하나만 만들게 합니다. 그래서 두 파드가
차례로 바뀌고, 잃는 요청은 없습니다. 그 대가로 롤아웃은 부팅만큼 느립니다. 이 프로브들이
없으면 파드는 실행되자마자 Ready 가 됩니다. READY 는 1/1이고 이전 파드는 몇 초 만에
사라지며, 새 파드가 포트를 열 때까지 모든 연결이 거부됩니다.`,
		},
	},
}
