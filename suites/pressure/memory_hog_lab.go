package pressure

import "github.com/seatrial/seatrial/suites"

// memoryHogLab asks what becomes of a limited pod that wants all of its node's memory.
var memoryHogLab = &suites.Lab{
	Finding: "oom-killed",
	Counts: []suites.Count{
		{From: 0, To: 0},
		{From: 1, To: 1},
		{From: 2, To: -1},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "All the memory that is left",
			Story: `Two pods of a web service share a worker with a pod named hog, whose memory limit is
256Mi. The worker's kubelet evicts pods when more than 1 GiB is in use. In a moment
somebody tells the hog to take all that is left until then, and 64 MiB more.`,
			Look: `kubectl get pods --watch
kubectl get pods -o custom-columns='POD:.metadata.name,LAST:.status.containerStatuses[*].lastState.terminated.reason' --watch
kubectl get nodes -o custom-columns='NODE:.metadata.name,MEMORY:.status.conditions[?(@.type=="MemoryPressure")].status' --watch`,
			Question: "How many times is the hog's container restarted in its pod?",
			Choices: []string{
				"Not at all: the node runs out of memory, and the kubelet evicts the pod",
				"Once: the kernel kills it at its own limit, and the kubelet starts it again",
				"Twice and more: it runs into its limit again and again",
			},
			Explain: `The limit is one of the container's cgroup. When that is full the kernel kills what runs
in it and nobody outside: reason OOMKilled, exit code 137. The node's own memory was never
short, so there is no MemoryPressure and no eviction. The kubelet starts the container
again in the same pod, the first time at once. The new process was told nothing, so it
lives; one that always wants as much would go into CrashLoopBackOff. Without the limit the
hog's memory would be the node's. Then the kubelet evicts pods, those first that use more
than they asked for: a hog that has booked the node by a large request stays, and its
modest neighbours go.`,
		},
		"ko": {
			Title: "남은 메모리 전부",
			Story: `웹 서비스의 파드 두 개가 hog 라는 파드와 한 워커를 함께 쓰고, hog 의 메모리 제한은 256Mi 입니다. 이
워커의 kubelet은 사용 중인 메모리가 1 GiB 를 넘으면 파드를 축출합니다. 잠시 뒤 누군가 hog 에게 그때까지
남은 메모리 전부와 64 MiB 를 더 가져가라고 합니다.`,
			Look: `kubectl get pods --watch
kubectl get pods -o custom-columns='POD:.metadata.name,LAST:.status.containerStatuses[*].lastState.terminated.reason' --watch
kubectl get nodes -o custom-columns='NODE:.metadata.name,MEMORY:.status.conditions[?(@.type=="MemoryPressure")].status' --watch`,
			Question: "hog 의 컨테이너는 그 파드 안에서 몇 번 재시작될까요?",
			Choices: []string{
				"0번: 노드의 메모리가 바닥나 kubelet이 파드를 축출한다",
				"한 번: 자신의 제한에 닿은 컨테이너를 커널이 종료하고 kubelet이 다시 시작한다",
				"두 번 이상: 되풀이해서 제한에 부딪힌다",
			},
			Explain: `제한은 컨테이너의 cgroup에 걸립니다. cgroup이 가득 차면 커널은 그 안에서 실행되는 것을 종료하고 바깥은
건드리지 않습니다. 이유는 OOMKilled, 종료 코드는 137입니다. 노드 자체의 메모리는 모자란 적이 없으므로
MemoryPressure 도 축출도 없습니다. kubelet은 같은 파드 안에서 컨테이너를 다시 시작하고, 첫 번째는 곧바로
시작합니다. 새 프로세스는 아무 지시도 받지 않았으므로 계속 삽니다. 늘 그만큼을 원하는 프로세스였다면
CrashLoopBackOff 가 되었을 것입니다. 제한이 없었다면 hog 는 노드의 메모리를 가져갑니다. 그러면 kubelet은
요청한 것보다 많이 쓰는 파드부터 축출합니다. 큰 requests 로 노드를 예약해 둔 hog 는 남고, 적게 요청한
이웃들이 나갑니다.`,
		},
	},
}
