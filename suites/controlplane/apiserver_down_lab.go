package controlplane

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// apiServerDownLab asks who restarts a container while there is no API server.
var apiServerDownLab = &suites.Lab{
	Finding: "restarted-without-api",
	Choices: []suites.Range{
		{To: 7 * time.Second},
		{From: 7 * time.Second, To: 2 * time.Minute},
		{From: 2 * time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Nobody answers kubectl",
			Story: `Three pods serve the same page, each on a worker of its own; a fourth is another app's. In a
moment the API server is stopped: its manifest is taken away from the kubelet of the control
plane. Within a minute the fourth pod's activeDeadlineSeconds are over, and then the
container of one of the three is killed on its node (SIGKILL). The API server is started
again eight seconds after that at the earliest.`,
			Look: `while sleep 1; do kubectl get pods --output wide; done
while sleep 1; do kubectl get --raw /readyz; echo; done`,
			Question: "How long after the container's end does it run again?",
			Choices: []string{
				"A second or two: the kubelet of its node sees the end and starts it again",
				"Only when the API server is back: the kubelet asks it what to do",
				"Not at all: the pod counts as lost, and is replaced by another one in the end",
			},
			Explain: `A kubelet asks nobody. It has the pods of its node in memory, as it heard of them last,
looks at the runtime once a second, and starts a container that has ended again, as the
pod's restartPolicy says; the first time without any back-off. It cannot tell anybody:
RESTARTS rises in the API only when that is back. Requests do not pass through the API
server either: what kube-proxy wrote is in the kernel of each node. But nobody changes it
now: the killed pod stays an endpoint, and a third of the new connections is refused for
the second or two until it runs again. What needs a decision waits: the pod whose deadline
passed was ended by its kubelet all the same, and it is replaced only when controllers
hear of that; nothing is scheduled, no node is given up, and kubectl is refused.`,
		},
		"ko": {
			Title: "아무도 kubectl에 답하지 않습니다",
			Story: `파드 세 개가 각각 다른 워커에서 같은 페이지를 제공합니다. 네 번째 파드는 다른 앱의 것입니다. 잠시 뒤
API 서버가 멈춥니다. 컨트롤 플레인의 kubelet에게서 API 서버의 매니페스트를 치우는 것입니다. 1분 안에
네 번째 파드의 activeDeadlineSeconds 가 끝나고, 이어서 세 파드 중 하나의 컨테이너가 노드에서 강제로
종료됩니다(SIGKILL). API 서버는 그로부터 빨라야 8초 뒤에 다시 시작됩니다.`,
			Look: `while sleep 1; do kubectl get pods --output wide; done
while sleep 1; do kubectl get --raw /readyz; echo; done`,
			Question: "컨테이너가 종료된 뒤 얼마 만에 다시 실행될까요?",
			Choices: []string{
				"1~2초: 그 노드의 kubelet이 종료를 보고 다시 시작한다",
				"API 서버가 돌아온 뒤에야: kubelet은 무엇을 할지 API 서버에 묻는다",
				"다시 실행되지 않는다: 파드는 잃은 것으로 간주되고 결국 다른 파드로 대체된다",
			},
			Explain: `kubelet은 아무에게도 묻지 않습니다. 마지막으로 들은 대로 자기 노드의 파드를 메모리에 가지고 있고, 1초에
한 번 런타임을 살펴보며, 끝난 컨테이너를 파드의 restartPolicy 에 따라 다시 시작합니다. 첫 번째는
백오프도 없습니다. 알릴 곳이 없을 뿐입니다. API의 RESTARTS 는 API 서버가 돌아온 뒤에야 올라갑니다.
요청도 API 서버를 거치지 않습니다. kube-proxy가 써 둔 규칙은 각 노드의 커널에 있습니다. 다만 이제는
아무도 그것을 바꾸지 않습니다. 종료된 파드는 엔드포인트로 남아, 다시 실행될 때까지 1~2초 동안 새 연결의
3분의 1이 거부됩니다. 결정이 필요한 일은 모두 기다립니다. 기한이 지난 파드도 kubelet이 끝내기는 하지만
컨트롤러가 그것을 알게 된 뒤에야 대체됩니다. 아무것도 스케줄되지 않으며, 어떤 노드도 포기되지 않고, kubectl은 거부됩니다.`,
		},
	},
}
