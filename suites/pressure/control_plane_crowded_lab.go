package pressure

import "github.com/seatrial/seatrial/suites"

// controlPlaneCrowdedLab asks what heavy pods that want to run there do to an API server.
var controlPlaneCrowdedLab = &suites.Lab{
	Finding: "api-latency",
	Counts: []suites.Count{
		{From: 0, To: 299},
		{From: 300, To: 999},
		{From: 1000, To: -1},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Everybody wants to run on the control plane",
			Story: `The control plane has a node of its own. In a moment that node is bounded to half as much
again as it takes while it is asked. Then a Job of four pods starts, each of which burns
processor time in two threads and asks for as much CPU as the API server does (250m).
Their nodeSelector names control-plane nodes, and they have no toleration. For a minute
the API server is asked for a list of pods twenty times a second, 1200 times in all.`,
			Look: `kubectl get pods --output wide --watch
kubectl get events --watch --field-selector reason=FailedScheduling
kubectl get nodes -o custom-columns='NODE:.metadata.name,TAINTS:.spec.taints[*].key'`,
			Question: "How many of the 1200 questions does the API server answer within a second?",
			Choices: []string{
				"Hardly any: eight threads burn all that the node has",
				"About half of them: the kernel shares the cores out by requests",
				"Nearly all: the four pods never start",
			},
			Explain: `A nodeSelector says where a pod wants to be, a taint whom a node lets in. kubeadm puts the
taint node-role.kubernetes.io/control-plane:NoSchedule on the nodes of the control plane.
None of the four pods tolerates it, and no other node has the label: they stay Pending,
the scheduler's event says "untolerated taint", and the API server keeps its processor
time. Had somebody taken the taint off, as is done on small clusters, the scheduler would
have let all four in. Each would have had as large a share as the API server, many of
whose answers would have taken more than a second, and all that lives on the API would
have waited: controllers, kubelets, leases. Only what the cluster itself needs should
tolerate that taint.`,
		},
		"ko": {
			Title: "모두가 컨트롤 플레인에서 실행되고 싶어 합니다",
			Story: `컨트롤 플레인은 노드 하나를 혼자 씁니다. 잠시 뒤 그 노드는 질문에 답하는 동안 쓰는 양의 1.5배로 제한됩니다.
그다음 파드 네 개짜리 잡(Job)이 시작됩니다. 각 파드는 스레드 두 개로 CPU 시간을 태우고, API
서버와 같은 양의 CPU(250m)를 요청합니다. nodeSelector 는 컨트롤 플레인 노드를 가리키고, 톨러레이션은
없습니다. 1분 동안 API 서버에 파드 목록을 초당 스무 번, 모두 1200번 묻습니다.`,
			Look: `kubectl get pods --output wide --watch
kubectl get events --watch --field-selector reason=FailedScheduling
kubectl get nodes -o custom-columns='NODE:.metadata.name,TAINTS:.spec.taints[*].key'`,
			Question: "API 서버는 1200번의 질문 중 몇 번을 1초 안에 답할까요?",
			Choices: []string{
				"거의 답하지 못한다: 스레드 여덟 개가 노드가 가진 것을 다 태운다",
				"절반쯤: 커널이 requests 에 따라 코어를 나눈다",
				"거의 모두: 파드 네 개는 시작하지 못한다",
			},
			Explain: `nodeSelector 는 파드가 어디에 있고 싶은지를, 테인트는 노드가 누구를 들이는지를 말합니다. kubeadm은
컨트롤 플레인 노드에 node-role.kubernetes.io/control-plane:NoSchedule 테인트를 붙입니다. 네 파드 중 그에
대한 톨러레이션을 가진 것은 없고, 그 레이블이 있는 다른 노드도 없습니다. 그래서 Pending 으로 남고,
스케줄러의 이벤트는 "untolerated taint" 라고 말하며, API 서버는 자기 CPU 시간을 지킵니다. 작은
클러스터에서 흔히 하듯 누군가 테인트를 지웠다면 스케줄러는 네 개를 모두 들였을 것입니다. 그러면 파드마다
API 서버와 같은 몫을 가져가고, API 서버의 많은 응답이 1초를 넘기며, API에 의지하는 컨트롤러와 kubelet과
리스가 모두 기다리게 됩니다. 그 테인트에 대한 톨러레이션은 클러스터 자체에 필요한 것만 가져야 합니다.`,
		},
	},
}
