package nodes

import "github.com/seatrial/seatrial/suites"

// roomiestLab asks where new pods go when two of three idle nodes are booked.
var roomiestLab = &suites.Lab{
	Finding: "landed-on-roomiest",
	Counts: []suites.Count{
		{From: 0, To: 0},
		{From: 1, To: 2},
		{From: 3, To: 3},
		{From: 4, To: -1},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Booked, but idle",
			Story: `On two of three workers stands a neighbour that asks for 1.8 cores (resources.requests):
a worker here offers two, so that is nearly all of it. It uses next to nothing. On
the third worker runs the one pod of an app, which asks for a quarter of a core. In a
moment the app is scaled from one pod to five.`,
			Look: `kubectl get pods --output wide --watch
kubectl describe nodes | grep -A5 "Allocated resources"`,
			Question: "How many of the four new pods land on the third worker?",
			Choices: []string{
				"None: it has a pod of the app already, and the other two have none",
				"One or two: all three workers are idle and get a like share",
				"Three: the third has the most room, but not for all",
				"All four: nowhere else is there room for what they ask for",
			},
			Explain: `The scheduler does not look at what a node does. It adds up the requests of the pods that
were placed on it: 1.8 and 0.25 cores are more than two, so only the third is left, whose
sum comes to 1.25. That the neighbours sleep does not matter. The other way round it does
not matter either: had the neighbours no requests, all three nodes would look empty, and
most of the new pods would go beside them, however busy they were. A request is a booking:
too high, and the machine stands idle while pods are Pending; none, and nobody keeps your
place free. While pods run, what they use is for limits and evictions, not for the
scheduler.`,
		},
		"ko": {
			Title: "예약되었지만 놀고 있는 노드",
			Story: `워커 세 개 중 두 개에는 1.8코어를 요청(resources.requests)하는 이웃 파드가 하나씩 있습니다. 여기서 워커
하나가 내놓는 코어는 두 개이므로 거의 전부입니다. 실제로는 거의 아무것도 쓰지 않습니다. 세 번째
워커에서는 0.25코어를 요청하는 앱의 파드 하나가 실행됩니다. 잠시 뒤 앱이 파드 한 개에서 다섯 개로
스케일됩니다.`,
			Look: `kubectl get pods --output wide --watch
kubectl describe nodes | grep -A5 "Allocated resources"`,
			Question: "새 파드 네 개 중 몇 개가 세 번째 워커에 놓일까요?",
			Choices: []string{
				"0개: 세 번째에는 이미 앱의 파드가 있고 나머지 두 곳에는 없다",
				"1~2개: 워커 세 개가 모두 놀고 있으므로 고르게 나뉜다",
				"3개: 세 번째에 자리가 가장 많지만 전부 들어갈 만큼은 아니다",
				"4개 모두: 요청한 만큼의 자리가 다른 곳에는 없다",
			},
			Explain: `스케줄러는 노드가 무엇을 하고 있는지 보지 않습니다. 그 노드에 배치된 파드들의 요청(requests)을 더할
뿐입니다. 1.8코어와 0.25코어를 더하면 두 코어가 넘으므로 세 번째만 남고, 그곳의 합은 1.25코어가 됩니다.
이웃 파드가 놀고 있다는 사실은 상관이 없습니다. 그 반대도 마찬가지입니다. 이웃에게 requests 가 없다면 세
노드가 모두 비어 보이고, 이웃이 아무리 바빠도 새 파드 대부분이 그 옆에 놓입니다. requests 는 예약입니다.
너무 크면 머신은 노는데 파드는 Pending 이 되고, 없으면 아무도 자리를 지켜 주지 않습니다. 파드가 실행되는
동안 실제로 쓰는 양은 제한(limits)과 축출이 다루는 일이고, 스케줄러의 일이 아닙니다.`,
		},
	},
}
