package rollout

import "github.com/seatrial/seatrial/suites"

// singleReplicaLab asks whether an app of one pod is updated without a break.
var singleReplicaLab = &suites.Lab{
	Finding: "availability",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 1}, {From: 2, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "One replica, one update",
			Story: `A single pod serves the page; it takes eight seconds to boot. Its Deployment says nothing
about how pods are replaced, so the API server has filled in the default: a rolling update
with maxSurge 25% and maxUnavailable 25%. In a moment a new version is rolled out.`,
			Look: `kubectl get pods --watch
kubectl get deployment web --watch
kubectl get deployment web -o jsonpath='{.spec.strategy}{"\n"}'`,
			Question: "How many pods are available at the least, from the update to its end?",
			Choices: []string{
				"None: there is only one pod, and it has to go before the new one comes",
				"One: the new pod comes first, and the old one goes when that is available",
				"Two: the old pod and the new one serve side by side from the first moment on",
			},
			Explain: `Percentages are turned into pods: maxSurge is rounded up, maxUnavailable down. Of one
replica, 25% are therefore one pod above and none below. The Deployment makes the new pod
while the old one serves, waits for eight seconds of boot and for readiness, and only then
deletes the old one, which serves on for four seconds until the routes have followed. No
request is lost. The price is room for a second pod, and two versions for a moment. With
maxSurge 0 one pod must be unavailable: the old one goes first, and when it has stopped
nobody answers until the new one has booted. Against the loss of the pod or of its node a
single replica has no protection either way.`,
		},
		"ko": {
			Title: "레플리카 하나, 업데이트 한 번",
			Story: `파드 하나가 페이지를 제공하며, 부팅에 8초가 걸립니다. 디플로이먼트에는 파드를 어떻게 교체할지 적혀 있지
않으므로 API 서버가 기본값을 채웠습니다. maxSurge 25%, maxUnavailable 25%의 롤링 업데이트입니다. 잠시 뒤 새
버전이 롤아웃됩니다.`,
			Look: `kubectl get pods --watch
kubectl get deployment web --watch
kubectl get deployment web -o jsonpath='{.spec.strategy}{"\n"}'`,
			Question: "업데이트가 시작되어 끝날 때까지, 사용 가능한 파드는 가장 적을 때 몇 개일까요?",
			Choices: []string{
				"0개: 파드가 하나뿐이라, 새 파드가 오기 전에 나가야 한다",
				"1개: 새 파드가 먼저 오고, 그것이 사용 가능해지면 이전 파드가 나간다",
				"2개: 처음부터 이전 파드와 새 파드가 나란히 서비스한다",
			},
			Explain: `퍼센트는 파드 수로 바뀝니다. maxSurge 는 올림, maxUnavailable 은 내림합니다. 그래서 레플리카 하나의 25%는
위로 파드 하나, 아래로는 0개입니다. 디플로이먼트는 이전 파드가 서비스하는 동안 새 파드를 만들고, 부팅 8초와
레디니스를 기다린 다음에야 이전 파드를 삭제합니다. 이전 파드는 경로가 따라올 때까지 4초 더 서비스합니다. 잃는
요청은 없습니다. 그 값은 두 번째 파드를 위한 자리와, 잠시 함께 있는 두 버전입니다. maxSurge 가 0이면 파드 하나는
사용 불가능해져야 합니다. 이전 파드가 먼저 나가고, 그것이 멈추면 새 파드가 부팅할 때까지 아무도 답하지 않습니다.
파드나 그 노드를 잃는 일에는, 어느 쪽이든 레플리카 하나로 대비할 수 없습니다.`,
		},
	},
}
