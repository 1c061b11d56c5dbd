package rollout

import "github.com/seatrial/seatrial/suites"

// rolloverLab asks what two updates on top of each other leave of a service.
var rolloverLab = &suites.Lab{
	Finding: "availability",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 2}, {From: 3, To: 3}, {From: 4, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "An update over an unfinished one",
			Story: `Five pods of v1 serve a page; maxSurge is 2, maxUnavailable is 1. In a
moment v2 is applied, whose pods never get ready, and as soon as it has
three pods v3 is applied over it. When v3 is out, the same is done with v4
and v5, but the pods of v4 do get ready: v5 comes when three of them are.`,
			Look: `kubectl get replicasets --watch
kubectl get deployment web --watch`,
			Question: "How many of the five are available at the worst moment of all this?",
			Choices: []string{
				"None: v2 has taken the place of v1, and never gets ready",
				"One or two: three pods of v2 are there, so three of v1 are gone",
				"Three: each of the two updates may take one pod away",
				"Four or more: one may be missing, however many updates lie on top of each other",
			},
			Explain: `A Deployment has one pod template, the latest. The moment v3 comes, v2 is an old
ReplicaSet as v1 is: it never grows again, and nobody waits for it.
maxUnavailable counts over all of them together: four of five must be available,
and as no pod of v2 is, only one of v1 was let go. Of the old pods the controller
first removes those that are not available, all three of v2; v1 shrinks only as
pods of v3 get ready. The second time the pods of v4 are ready, so the older
version, v3, goes first, and v4 after it. With the strategy Recreate v2 would
have taken all five pods away, and nobody would have served until v3 was ready.`,
		},
		"ko": {
			Title: "끝나지 않은 업데이트 위에 또 업데이트",
			Story: `v1 파드 다섯 개가 페이지를 제공합니다. maxSurge 는 2, maxUnavailable 은 1입니다. 잠시 뒤 파드가 결코
준비되지 않는 v2 가 적용되고, v2 파드가 세 개가 되자마자 그 위에 v3 가 적용됩니다. v3 롤아웃이 끝나면 v4
와 v5 로 같은 일을 되풀이합니다. 다만 v4 파드는 준비되며, 그중 세 개가 준비되었을 때 v5 가 적용됩니다.`,
			Look: `kubectl get replicasets --watch
kubectl get deployment web --watch`,
			Question: "이 모든 일이 벌어지는 동안 사용 가능한(available) 파드가 가장 적을 때는 다섯 개 중 몇 개일까요?",
			Choices: []string{
				"하나도 없다: v2 가 v1 의 자리를 차지했고 결코 준비되지 않는다",
				"한두 개: v2 파드가 세 개 생긴 만큼 v1 파드 세 개가 나갔다",
				"세 개: 두 업데이트가 각각 파드 하나씩을 뺄 수 있다",
				"네 개 이상: 업데이트가 몇 개나 겹치든 모자라도 되는 것은 하나뿐이다",
			},
			Explain: `디플로이먼트의 파드 템플릿은 하나, 가장 최근 것뿐입니다. v3 가 오는 순간 v2 는 v1 과 마찬가지로
이전 레플리카셋이 됩니다. 다시는 늘어나지 않고, 아무도 기다려 주지 않습니다. maxUnavailable 은
모든 레플리카셋을 합쳐서 셉니다. 다섯 개 중 네 개는 사용 가능해야 하는데 v2 에는 그런 파드가
하나도 없으므로 v1 에서는 하나만 나갔습니다. 컨트롤러는 이전 파드 가운데 사용할 수 없는 것부터
지웁니다. 여기서는 v2 의 세 개 모두입니다. v1 은 v3 파드가 준비되는 만큼만 줄어듭니다. 두 번째에는
v4 파드가 준비되어 있으므로 더 오래된 v3 가 먼저, v4 는 그다음에 나갑니다. Recreate 전략이었다면
v2 가 파드 다섯 개를 모두 없앴을 것이고, v3 가 준비될 때까지 아무도 서비스하지 않았을 것입니다.`,
		},
	},
}
