package selfheal

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// oomKilledLab asks what callers notice of a container that is killed for its memory.
var oomKilledLab = &suites.Lab{
	Finding: "no-outage",
	Choices: []suites.Range{
		{To: time.Second},
		{From: time.Second, To: 10 * time.Second},
		{From: 10 * time.Second, To: 5 * time.Minute},
		{From: 5 * time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Over the limit",
			Story: `Three pods of a Deployment serve the same page; the memory limit of each container is
64 MiB. On the node of one of them runs a pod of another app too. In a moment the
process of the first allocates twice as much as it may.`,
			Look: `kubectl get pods --output wide --watch
kubectl get pods --output custom-columns='POD:.metadata.name,WAS:.status.containerStatuses[0].lastState.terminated.reason' --watch`,
			Question: "For how long at a stretch does no new connection to the Service get an answer?",
			Choices: []string{
				"Hardly at all: two pods answer on, and the third one's container is restarted in its pod",
				"Some seconds: the Service waits until the container runs again",
				"Half a minute: the pod is evicted, and a new one has to start on another node",
				"Until somebody raises the limit",
			},
			Explain: `The limit belongs to the container's cgroup. When that is full the kernel kills what
runs in it, and nothing else: neither the other replicas nor the other app on the node.
The kubelet sees the exit (code 137, reason OOMKilled) and starts the container again in
the same pod: same name, same node, RESTARTS 1, and at once the first time. Eviction is
another thing: the kubelet does that when the node runs short of memory. Until the pod
is no endpoint any more, a third of the new connections is refused, one here and two
there; the others meet a pod that answers. With one replica nobody would be answered
until it had booted.`,
		},
		"ko": {
			Title: "메모리 제한을 넘으면",
			Story: `디플로이먼트의 파드 세 개가 같은 페이지를 제공하고, 각 컨테이너의 메모리 제한은
64 MiB입니다. 그중 한 파드의 노드에서는 다른 앱의 파드도 실행되고 있습니다. 잠시 뒤 바로 그
파드의 프로세스가 허용된 양의 두 배를 할당합니다.`,
			Look: `kubectl get pods --output wide --watch
kubectl get pods --output custom-columns='POD:.metadata.name,WAS:.status.containerStatuses[0].lastState.terminated.reason' --watch`,
			Question: "서비스로 들어오는 새 연결에 아무도 답하지 않는 시간이 한 번에 얼마나 길게 이어질까요?",
			Choices: []string{
				"거의 없다: 두 파드가 계속 답하고, 나머지 하나는 같은 파드 안에서 컨테이너가 재시작된다",
				"몇 초: 서비스는 컨테이너가 다시 실행될 때까지 기다린다",
				"30초쯤: 파드가 축출되고 다른 노드에서 새 파드가 시작되어야 한다",
				"누군가 제한을 올릴 때까지",
			},
			Explain: `메모리 제한은 컨테이너의 cgroup에 걸려 있습니다. 그것이 가득 차면 커널은 그 안에서
실행되는 것만 죽이고, 다른 레플리카도 같은 노드의 다른 앱도 건드리지 않습니다. kubelet은
종료(코드 137, 이유 OOMKilled)를 보고 같은 파드 안에서 컨테이너를 다시 시작합니다. 이름도
노드도 그대로이고 RESTARTS 만 1이 되며, 처음에는 기다리지 않고 바로 시작합니다. 축출은
다른 일입니다. 그것은 노드의 메모리가 모자랄 때 kubelet이 하는 일입니다. 파드가
엔드포인트에서 빠질 때까지 새 연결의 3분의 1이 드문드문 거부되고, 나머지는 답하는 파드를
만납니다. 레플리카가 하나뿐이었다면 다시 부팅할 때까지 아무도 답을 받지 못했을 것입니다.`,
		},
	},
}
