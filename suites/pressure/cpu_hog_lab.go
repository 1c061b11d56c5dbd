package pressure

import "github.com/seatrial/seatrial/suites"

// cpuHogLab asks how often a CPU limit is felt.
var cpuHogLab = &suites.Lab{
	Finding: "throttled",
	Counts: []suites.Count{
		{From: 0, To: 0},
		{From: 1, To: 49},
		{From: 50, To: -1},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "More than its share",
			Story: `A worker of one core runs a pod of a web service and, beside it, a pod named hog with a
CPU limit of 100m, a tenth of a core. The kernel enforces limits in periods of 100 ms. In
a moment the hog begins to burn processor time in eight threads.`,
			Look: `kubectl get pods --watch
kubectl get --raw "/api/v1/nodes/$(kubectl get pods -l app.kubernetes.io/component=hog -o jsonpath='{.items[0].spec.nodeName}')/proxy/metrics/cadvisor" | grep 'cfs.*periods.*pod="hog'`,
			Question: "In how many of a hundred such periods is the hog held back?",
			Choices: []string{
				"In none: a container above its limit is killed and restarted, as it is for memory",
				"In a few: only when the service wants the processor at the same time",
				"In most or all: its ten milliseconds are used up before the period is over",
			},
			Explain: `A CPU limit is a quota: 100m are 10 ms in each period of 100 ms, for all threads of the
container together. Eight threads use them up within a few milliseconds and stand still
until the next period begins, even where the core is idle. Time can be held back, memory
that was given cannot: so nothing is killed, RESTARTS stays at 0, and only a counter of
the kernel, nr_throttled, tells of it. The service's answers come as fast as before.
Without the limit the hog would take the node's whole share, and one answer in a hundred
of its neighbour's would come some 200 ms late; nothing would be restarted then either,
and no pod would look ill. A request alone would give the service its share, but not its
turn in time.`,
		},
		"ko": {
			Title: "자기 몫보다 더",
			Story: `코어가 하나인 워커에서 웹 서비스의 파드 하나와, 그 옆에 hog 라는 파드가 실행됩니다. hog 의 CPU 제한은
100m, 곧 코어의 10분의 1입니다. 커널은 100밀리초 주기로 제한을 적용합니다. 잠시 뒤 hog 가 스레드 여덟
개로 CPU 시간을 태우기 시작합니다.`,
			Look: `kubectl get pods --watch
kubectl get --raw "/api/v1/nodes/$(kubectl get pods -l app.kubernetes.io/component=hog -o jsonpath='{.items[0].spec.nodeName}')/proxy/metrics/cadvisor" | grep 'cfs.*periods.*pod="hog'`,
			Question: "그런 주기 100번 중 몇 번에서 hog 가 스로틀링(throttling)될까요?",
			Choices: []string{
				"0번: 메모리처럼, 제한을 넘은 컨테이너는 종료되고 재시작된다",
				"몇 번만: 서비스가 동시에 CPU를 쓰려고 할 때만",
				"대부분 또는 전부: 주기가 끝나기 전에 10밀리초를 다 써 버린다",
			},
			Explain: `CPU 제한은 할당량입니다. 100m 은 컨테이너의 모든 스레드를 합쳐 100밀리초 주기마다 10밀리초입니다. 스레드
여덟 개는 그것을 수 밀리초 만에 다 쓰고, 코어가 놀고 있어도 다음 주기가 시작될 때까지 멈춰 있습니다.
시간은 주지 않고 미룰 수 있지만 이미 준 메모리는 그럴 수 없습니다. 그래서 아무것도 종료되지 않고
RESTARTS 는 0으로 남으며, 커널의 카운터 nr_throttled 만이 그 사실을 알려 줍니다. 서비스의 응답은
이전만큼 빠릅니다. 제한이 없었다면 hog 가 노드의 몫을 전부 차지하고, 이웃의 응답 100개 중 하나는
200밀리초쯤 늦었을 것입니다. 그때도 재시작되는 것은 없고 어느 파드도 아파 보이지 않습니다. requests
만으로는 서비스의 몫은 지킬 수 있어도 제때 차례가 오게 할 수는 없습니다.`,
		},
	},
}
