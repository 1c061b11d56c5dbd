package nodes

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// networkPartitionedLab asks when a pod that was given up on the far side is gone.
var networkPartitionedLab = &suites.Lab{
	Finding: "gone-on-return",
	Choices: []suites.Range{
		{To: 2 * time.Minute},
		{From: 2 * time.Minute, To: 10 * time.Minute},
		{From: 10 * time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "The far side of a partition",
			Story: `Three pods serve the same page, each on a worker of its own. In a moment one worker is cut
off: no packet passes between it and the other nodes, and all that runs on it runs on.
When three pods are ready again elsewhere, the network is mended. This cluster's timers
are shortened: a silent node is NotReady after 8 s (Kubernetes' own: 50 s; 40 s before
v1.32), and its pods are evicted 5 s after that (Kubernetes' own: 300 s).`,
			Look: `kubectl get nodes --watch
kubectl get pods --output wide --watch
` + suites.WatchEndpoints,
			Question: "How long after its node is Ready again is the evicted pod gone?",
			Choices: []string{
				"Within a minute or so: its kubelet hears only now that it was deleted, and stops it",
				"Some minutes: with the node Ready the toleration begins anew",
				"Never: it has run all the time, and the Service takes it back",
			},
			Explain: `A deletion is a wish that stands in the API. Only the pod's own kubelet can stop its
containers, and that one hears nothing: the pod stays Terminating and runs on. The
ReplicaSet does not count it any more and makes another, elsewhere. At NotReady the pod
had been marked ready: false in the EndpointSlice; until then a third of the new connections timed out. With the
network mended the kubelet watches its pods again (it tries again within a minute),
sees the deletion and stops the pod like any other: preStop, SIGTERM, grace period. No
request reaches it again. Until it is gone there are two of them: a StatefulSet would not
have made the second. Had all three been on that node, nobody would have served until
others were ready.`,
		},
		"ko": {
			Title: "네트워크가 끊긴 저편",
			Story: `파드 세 개가 각각 다른 워커에서 같은 페이지를 제공합니다. 잠시 뒤 워커 하나가 고립됩니다. 다른 노드와는
패킷이 하나도 오가지 못하지만, 그 위에서 돌던 것은 모두 계속 돕니다. 다른 곳에서 파드 세 개가 다시
준비되면 네트워크를 복구합니다. 이 클러스터는 타이머를 줄여 두었습니다. 소식이 없는 노드는 8초 뒤
NotReady 가 되고(쿠버네티스 기본값은 50초, v1.32 이전에는 40초), 그 5초 뒤에 파드가 축출됩니다(기본값은
300초).`,
			Look: `kubectl get nodes --watch
kubectl get pods --output wide --watch
` + suites.WatchEndpoints,
			Question: "노드가 다시 Ready 가 된 뒤 얼마 만에 축출된 파드가 사라질까요?",
			Choices: []string{
				"길어야 1분 남짓: kubelet이 삭제되었다는 사실을 이제야 듣고 파드를 중지한다",
				"몇 분: 노드가 Ready 가 되면 톨러레이션이 처음부터 다시 시작된다",
				"사라지지 않는다: 내내 실행되고 있었으므로 서비스가 다시 받아들인다",
			},
			Explain: `삭제는 API에 적힌 희망일 뿐입니다. 컨테이너를 중지할 수 있는 것은 그 파드의 kubelet뿐인데, 고립된
kubelet은 아무것도 듣지 못합니다. 그래서 파드는 Terminating 인 채로 계속 실행됩니다. 레플리카셋은 그
파드를 더 이상 세지 않고 다른 노드에 새 파드를 만듭니다. 파드는 노드가 NotReady 가 될 때
엔드포인트슬라이스에 ready: false 로 표시되었고, 그때까지는 새 연결의 3분의 1이 시간 초과되었습니다. 네트워크가 복구되면
kubelet은 다시 파드를 감시하기 시작하고(늦어도 1분 안에 다시 시도합니다), 삭제를 보고 여느 파드처럼
중지합니다. preStop, SIGTERM, 유예 기간 순서입니다. 요청은 다시 가지 않습니다. 사라질 때까지는 둘이 함께
있는 셈입니다. 스테이트풀셋이었다면 두 번째를 만들지 않았을 것입니다. 세 파드가 모두 그 노드에 있었다면
새 파드가 준비될 때까지 아무도 서비스하지 못했을 것입니다.`,
		},
	},
}
