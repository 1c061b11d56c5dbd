package rollout

import "github.com/seatrial/seatrial/suites"

// surgeSpeedLab asks what twice the surge makes of the time that a rollout takes.
var surgeSpeedLab = &suites.Lab{
	Finding: "surge-speed",
	Counts:  []suites.Count{{From: 0, To: 14}, {From: 15, To: 30}, {From: 31, To: 80}, {From: 81, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Two at a time",
			Story: `Ten pods, which take three seconds to boot, are replaced twice; there is no load.
The first rollout has maxSurge 1, and when it is complete, the second has maxSurge
2. maxUnavailable is 0 in both: an old pod goes only when a new one is ready.`,
			Look: `kubectl get deployment web --watch
kubectl get replicasets --watch`,
			Question: "How long does the second rollout take, in percent of the first?",
			Choices: []string{
				"Some 10: as soon as it need not be one at a time, all ten start together",
				"Some 25: twice as many pods come at a time, and twice as many go",
				"Some 50: two pods are in the making at any time instead of one",
				"More than 80: the same ten pods have to boot, and none of them boots faster",
			},
			Explain: `With maxUnavailable 0, what is above the ten is all the room that there is to work
in: 11 pods in the first rollout, 12 in the second. When a new pod is ready, the
controller lets an old one go and makes the next new one at once; pods that are
terminating do not count. So one new pod is in the making at any time, or two: ten
pods in a row against two rows of five, each pod as slow as before. The half is
not exact, for the probes look once a second and the controllers take a moment for
each pod. The price is room: two more pods must fit on the nodes and into the
quota, and those that terminate are there as well. One more of maxUnavailable is
as fast and needs no room, but it is paid for with a pod that serves.`,
		},
		"ko": {
			Title: "한 번에 두 개씩",
			Story: `부팅에 3초가 걸리는 파드 열 개를 두 번 교체합니다. 부하는 없습니다. 첫 번째 롤아웃의
maxSurge 는 1이고, 그것이 끝난 뒤의 두 번째 롤아웃은 maxSurge 가 2입니다. maxUnavailable
은 둘 다 0이므로, 이전 파드는 새 파드가 준비되어야 나갑니다.`,
			Look: `kubectl get deployment web --watch
kubectl get replicasets --watch`,
			Question: "두 번째 롤아웃에 걸리는 시간은 첫 번째의 몇 퍼센트일까요?",
			Choices: []string{
				"10 정도: 하나씩이 아니어도 되면 열 개가 모두 한꺼번에 시작한다",
				"25 정도: 한 번에 오는 파드도, 나가는 파드도 두 배가 된다",
				"50 정도: 만들어지고 있는 파드가 언제나 하나가 아니라 둘이다",
				"80 넘게: 똑같이 파드 열 개가 부팅해야 하고, 부팅이 빨라지지는 않는다",
			},
			Explain: `maxUnavailable 이 0이면 쓸 수 있는 여유는 열 개를 넘는 몫뿐입니다. 첫 번째 롤아웃에서는 파드
11개, 두 번째에서는 12개까지입니다. 새 파드가 준비되면 컨트롤러는 이전 파드 하나를 내보내고
바로 다음 새 파드를 만듭니다. 종료 중인 파드는 세지 않습니다. 그래서 만들어지고 있는 새
파드는 언제나 하나, 또는 둘입니다. 열 개가 한 줄로 서는 것과 다섯 개씩 두 줄로 서는 것의
차이이고, 파드 하나에 걸리는 시간은 그대로입니다. 프로브는 1초에 한 번 보고 컨트롤러도
파드마다 잠깐씩 시간이 걸리므로 정확히 절반은 아닙니다. 대가는 자원입니다. 파드 두 개가 더
노드와 쿼터에 들어가야 하고, 종료 중인 파드도 아직 자리를 차지합니다. maxUnavailable 을 하나
늘려도 똑같이 빠르고 자원도 더 들지 않지만, 대신 서비스하는 파드 하나를 내놓아야 합니다.`,
		},
	},
}
