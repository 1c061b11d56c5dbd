package rollout

import "github.com/seatrial/seatrial/suites"

// minReadySecondsLab asks how far a version gets that is ready and dies soon after.
var minReadySecondsLab = &suites.Lab{
	Finding: "stops-at-first",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 1}, {From: 2, To: 3}, {From: 4, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Ready, and dead five seconds later",
			Story: `Three pods serve the same page. The Deployment's minReadySeconds is 10; it rolls with
maxSurge 1 and maxUnavailable 0. In a moment it is given a version that becomes ready as
it should, and exits five seconds after that, each time it is started. Some twenty seconds
later the update is undone.`,
			Look: `kubectl get pods --watch
kubectl get deployment web --watch
kubectl get replicasets --watch`,
			Question: "How many pods of the new version have been made when it is undone?",
			Choices: []string{
				"None: Kubernetes tries a version out before it makes pods of it",
				"One: it is never available, and the rollout waits for it",
				"Three: each was ready, which is enough to go on with the next",
				"More than three: another pod is made for each one that dies",
			},
			Explain: `A pod that is ready is an endpoint at once, but it is available only when it has been
ready for minReadySeconds without a break, and a Deployment counts what is available: with
maxUnavailable 0 no old pod goes, and with maxSurge 1 no second new one is made, before
the first has got that far. This one dies after five seconds; the kubelet starts its
container again in the same pod, and the ten seconds begin anew. So the bad version is one
of four endpoints at the most, and some requests fail when it dies. With minReadySeconds 0
ready is available: the next pod is made at once, the old ones go, and soon every pod dies
time and again.`,
		},
		"ko": {
			Title: "준비되고 5초 뒤에 죽는 버전",
			Story: `파드 세 개가 같은 페이지를 제공합니다. 디플로이먼트의 minReadySeconds 는 10이며, maxSurge 1, maxUnavailable 0
으로 롤아웃합니다. 잠시 뒤 정상적으로 준비되지만 그로부터 5초 뒤에 종료하는 버전으로 업데이트됩니다. 시작될
때마다 그렇습니다. 20초쯤 뒤 업데이트를 되돌립니다.`,
			Look: `kubectl get pods --watch
kubectl get deployment web --watch
kubectl get replicasets --watch`,
			Question: "되돌릴 때까지 새 버전의 파드가 몇 개나 만들어질까요?",
			Choices: []string{
				"0개: 쿠버네티스는 파드를 만들기 전에 버전을 먼저 시험해 본다",
				"1개: 그 파드가 한 번도 사용 가능해지지 않아, 롤아웃이 기다린다",
				"3개: 하나하나 준비되었고, 그것이면 다음으로 넘어가기에 충분하다",
				"4개 이상: 죽을 때마다 다른 파드가 만들어진다",
			},
			Explain: `준비된 파드는 곧바로 엔드포인트가 되지만, minReadySeconds 동안 끊김 없이 준비되어 있어야 사용 가능한 것으로
여겨집니다. 디플로이먼트가 세는 것은 사용 가능한 파드입니다. 첫 파드가 거기에 이르기 전에는 maxUnavailable 0 이므로
이전 파드가 나가지 않고, maxSurge 1 이므로 두 번째 새 파드도 만들어지지 않습니다. 이 파드는 5초 뒤에 죽습니다.
kubelet이 같은 파드 안에서 컨테이너를 다시 시작하고, 10초는 처음부터 다시 셉니다. 그래서 나쁜 버전은 많아야
엔드포인트 네 개 중 하나이고, 죽을 때 일부 요청이 실패합니다. minReadySeconds 가 0이면 준비된 것이 곧 사용 가능한
것입니다. 다음 파드가 곧바로 만들어지고 이전 파드가 나가며, 머지않아 모든 파드가 거듭 죽게 됩니다.`,
		},
	},
}
