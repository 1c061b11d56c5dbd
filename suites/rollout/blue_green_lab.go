package rollout

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// blueGreenLab asks how soon a switch of the Service is complete.
var blueGreenLab = &suites.Lab{
	Finding: "switched",
	Choices: []suites.Range{
		{To: 4 * time.Second},
		{From: 4 * time.Second, To: 20 * time.Second},
		{From: 20 * time.Second, To: 2 * time.Minute},
		{From: 2 * time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "From blue to green and back",
			Story: `The Deployment web-blue has three pods, and the Service selects them. The next version is
web-green; it has none as yet. In a moment green is scaled to three, and when all of them
are ready (they take five seconds to boot) the Service's selector is changed to green. Six
seconds later it is changed back to blue.`,
			Look: `kubectl get service web -o wide --watch
kubectl get deployments --watch
` + suites.WatchEndpoints,
			Question: "For how long after each change can a new connection still reach a pod of the old colour?",
			Choices: []string{
				"Up to three seconds: until every node's rules have followed",
				"Five to ten seconds: the pods that are switched to have to boot",
				"About half a minute: until clients ask DNS for the address again",
				"Until the pods of the old colour are stopped: who went there goes there again",
			},
			Explain: `A Service's name and address stay as they are, so DNS has no part in it. What changes is
which pods the selector takes: the controller writes that into the EndpointSlice, and
kube-proxy on each node makes rules of it, at most once a second. From then on every new
connection goes to the new colour; those that are kept open stay with the pod that they
have. Blue runs on, so the way back is as fast: no pod has to start. The price is twice
the pods. And the order counts: had the selector been changed before green was ready, the
Service would have had no endpoint for as long as green boots.`,
		},
		"ko": {
			Title: "블루에서 그린으로, 그리고 다시 블루로",
			Story: `디플로이먼트 web-blue 에는 파드 세 개가 있고 서비스가 그것을 선택합니다. 다음 버전은 web-green 이며 아직 파드가
없습니다. 잠시 뒤 그린이 세 개로 스케일되고, 모두 준비되면(부팅에 5초가 걸립니다) 서비스의 셀렉터가 그린으로
바뀝니다. 6초 뒤 다시 블루로 바뀝니다.`,
			Look: `kubectl get service web -o wide --watch
kubectl get deployments --watch
` + suites.WatchEndpoints,
			Question: "셀렉터가 바뀔 때마다, 그 뒤 얼마 동안 새 연결이 여전히 이전 색의 파드에 닿을 수 있을까요?",
			Choices: []string{
				"최대 3초: 모든 노드의 규칙이 따라올 때까지",
				"5~10초: 새로 선택된 파드가 부팅해야 한다",
				"30초쯤: 클라이언트가 DNS에 주소를 다시 물을 때까지",
				"이전 색의 파드가 중지될 때까지: 그리로 가던 클라이언트는 계속 그리로 간다",
			},
			Explain: `서비스의 이름과 주소는 그대로이므로 DNS는 아무 상관이 없습니다. 바뀌는 것은 셀렉터가 어느 파드를 선택하는지입니다.
컨트롤러가 그것을 엔드포인트슬라이스에 적고, 각 노드의 kube-proxy가 많아야 1초에 한 번 규칙으로 옮깁니다. 그때부터
새 연결은 모두 새로 선택된 색으로 가고, 열려 있는 연결은 지금의 파드에 머뭅니다. 블루는 계속 실행 중이므로 돌아가는 길도
똑같이 빠릅니다. 시작할 파드가 없기 때문입니다. 그 값은 두 배의 파드입니다. 그리고 순서가 중요합니다. 그린이
준비되기 전에 셀렉터를 바꿨다면, 그린이 부팅하는 동안 서비스에는 엔드포인트가 하나도 없었을 것입니다.`,
		},
	},
}
