package nodes

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// nodeKilledLab asks when the loss of a machine is noticed.
var nodeKilledLab = &suites.Lab{
	Finding: "node-not-ready",
	Choices: []suites.Range{
		{To: 3 * time.Second},
		{From: 3 * time.Second, To: 12 * time.Second},
		{From: 12 * time.Second, To: 2 * time.Minute},
		{From: 2 * time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "A machine that says nothing any more",
			Story: `Three pods serve the same page, each on a worker of its own. In a moment one worker loses
its power: it cannot say goodbye. This cluster's timers are shortened: a kubelet renews
its lease every 2 s, the grace period is 8 s (Kubernetes' own: 10 s and 50 s; 40 s before
v1.32), and pods tolerate a lost node for 5 s (Kubernetes' own: 300 s).`,
			Look: `kubectl get nodes --watch
kubectl get pods --output wide --watch
kubectl get leases --namespace kube-node-lease --watch`,
			Question: "How long after the power is cut does Kubernetes call the node NotReady?",
			Choices: []string{
				"At once: its connections break",
				"After about eight seconds: when its lease has not been renewed for the grace period",
				"After some 13 seconds: the grace period and the toleration",
				"After five minutes",
			},
			Explain: `Nobody watches a node's power. Its kubelet renews a lease, and the node lifecycle
controller looks once a second (Kubernetes' own: every 5 s) how old that is: older than the
grace period, and the node is Unknown, shown as NotReady. The clock began at the last renewal, which was up to 2 s
before the power went: so it may take a little less than the grace period, or a little
more. Until then its pod is an endpoint, and a third of the new connections time out. Only
now does the toleration begin, at whose end the pods are deleted and others made elsewhere.
Readiness probes do not help: it is the dead kubelet that would run them.`,
		},
		"ko": {
			Title: "아무 말도 하지 않게 된 머신",
			Story: `파드 세 개가 각각 다른 워커에서 같은 페이지를 제공합니다. 잠시 뒤 워커 하나의 전원이 끊깁니다.
작별 인사도 하지 못합니다. 이 클러스터는 타이머를 줄여 두었습니다. kubelet은 2초마다 리스를
갱신하고, 유예 기간은 8초이며(쿠버네티스 기본값은 10초와 50초, v1.32 이전에는 40초), 파드는 잃어버린
노드를 5초 동안 견딥니다(기본값은 300초).`,
			Look: `kubectl get nodes --watch
kubectl get pods --output wide --watch
kubectl get leases --namespace kube-node-lease --watch`,
			Question: "전원이 끊긴 뒤 얼마 만에 쿠버네티스가 노드를 NotReady 라고 부를까요?",
			Choices: []string{
				"즉시: 연결이 끊어지므로",
				"약 8초 뒤: 유예 기간 동안 리스가 갱신되지 않았을 때",
				"13초쯤 뒤: 유예 기간에 톨러레이션을 더한 만큼",
				"5분 뒤",
			},
			Explain: `노드의 전원을 지켜보는 것은 없습니다. kubelet이 리스를 갱신하고, 노드 라이프사이클 컨트롤러가 1초에 한
번(쿠버네티스 기본값은 5초에 한 번) 그것이 얼마나 오래되었는지 봅니다. 유예 기간보다 오래되면 노드는 Unknown, 화면에는 NotReady 가 됩니다.
시계는 마지막 갱신부터 가는데, 그것은 전원이 끊기기 최대 2초 전일 수 있습니다. 그래서 유예 기간보다
조금 짧을 수도, 조금 길 수도 있습니다. 그때까지 그 파드는 엔드포인트로 남아 있어 새 연결의 3분의 1이
시간 초과됩니다. 톨러레이션은 이제야 시작되고, 그것이 끝나면 파드가 삭제되고 다른 노드에 새로 만들어집니다.
레디니스 프로브는 도움이 되지 않습니다. 프로브를 실행할 kubelet 자신이 죽었기 때문입니다.`,
		},
	},
}
