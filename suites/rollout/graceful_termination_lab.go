package rollout

import "github.com/seatrial/seatrial/suites"

// gracefulTerminationLab asks what becomes of the answers that a pod has begun when it
// is told to go.
var gracefulTerminationLab = &suites.Lab{
	Finding: "no-loss",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 29}, {From: 30, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Told to go in mid-answer",
			Story: `Three pods serve the same page. An answer takes 100 ms and a hundred requests come in
every second, so that about ten are under way at any moment. A pod that is to go waits
for 2 s (preStop), serves on for 2 s after SIGTERM, asks its clients to close their
connections, ends what it has begun and exits. In a moment a new version is rolled out,
pod by pod, and after it another one.`,
			Look: `kubectl get pods --watch
kubectl get endpointslices -o jsonpath='{range .items[*].endpoints[*]}{.addresses[0]} {.conditions}{"\n"}{end}'
kubectl get pods -o jsonpath='{.items[0].spec.containers[0].lifecycle}{"\n"}'`,
			Question: "How many requests fail until both are rolled out and all old pods are gone?",
			Choices: []string{
				"None: each old pod serves on until nothing new reaches it, and ends what it has begun",
				"About twenty: what the six pods are answering when they are stopped",
				"Dozens: that, and all that is sent to a pod until every node knows that it goes",
			},
			Explain: `When a pod is deleted two things begin at once, and neither waits for the other. The
kubelet stops the container; and the EndpointSlice says that the pod is terminating, which
kube-proxy makes rules of, on every node in its own time: up to three seconds here. A
process that exits on SIGTERM at once is quicker than that: what it was answering is cut
off, and new connections to it are refused. The preStop pause puts SIGTERM off, so that
the pod serves while the routes follow. Then it drains: connections that are kept open get
one more answer, with "Connection: close", and what is under way is ended. All of it has
to fit into the grace period (30 s), for SIGKILL comes at its end.`,
		},
		"ko": {
			Title: "답하는 도중에 종료 지시를 받으면",
			Story: `파드 세 개가 같은 페이지를 제공합니다. 답하는 데 100ms가 걸리고 1초에 요청 100개가 들어오므로, 어느
순간에나 열 개쯤을 처리하고 있습니다. 나가야 하는 파드는 먼저 2초를 기다리고(preStop), SIGTERM 뒤에도 2초 동안
서비스하면서 클라이언트에게 연결을 닫아 달라고 하며, 시작한 일을 끝내고 종료합니다. 잠시 뒤 새 버전이 파드
하나씩 롤아웃되고, 이어서 또 한 버전이 롤아웃됩니다.`,
			Look: `kubectl get pods --watch
kubectl get endpointslices -o jsonpath='{range .items[*].endpoints[*]}{.addresses[0]} {.conditions}{"\n"}{end}'
kubectl get pods -o jsonpath='{.items[0].spec.containers[0].lifecycle}{"\n"}'`,
			Question: "두 번의 롤아웃이 끝나고 이전 파드가 모두 사라질 때까지 요청이 몇 개나 실패할까요?",
			Choices: []string{
				"없다: 이전 파드는 새 요청이 오지 않을 때까지 서비스하고, 시작한 일을 끝낸다",
				"스무 개쯤: 여섯 파드가 중지될 때 답하고 있던 요청",
				"수십 개: 거기에 더해, 파드가 나간다는 것을 모든 노드가 알 때까지 그 파드로 간 요청",
			},
			Explain: `파드가 삭제되면 두 가지 일이 동시에 시작되고, 어느 쪽도 다른 쪽을 기다리지 않습니다. kubelet은 컨테이너를
중지합니다. 한편 엔드포인트슬라이스에는 파드가 종료 중이라고 적히고, kube-proxy가 노드마다 제각기 규칙으로
옮깁니다. 여기서는 최대 3초가 걸립니다. SIGTERM 을 받자마자 끝나는 프로세스는 그보다 빠릅니다. 처리하던 요청은
끊기고, 그 파드로 가는 새 연결은 거부됩니다. preStop 의 대기 시간은 SIGTERM 을 늦추어, 경로가 따라오는 동안 파드가
서비스하게 합니다. 그런 다음 드레이닝합니다. 열려 있는 연결에는 "Connection: close" 를 붙여 한 번 더 답하고,
처리하던 요청을 끝냅니다. 이 모든 일이 유예 기간(30초) 안에 끝나야 합니다. 그 끝에는 SIGKILL 이 오기 때문입니다.`,
		},
	},
}
