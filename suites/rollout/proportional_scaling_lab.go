package rollout

import "github.com/seatrial/seatrial/suites"

// proportionalScalingLab asks which version gets the pods that scaling adds in mid-rollout.
var proportionalScalingLab = &suites.Lab{
	Finding: "shared-in-proportion",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 2}, {From: 3, To: 4}, {From: 5, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Scaled in the middle of a rollout",
			Story: `A Deployment of ten pods has maxSurge 3 and maxUnavailable 2. In a moment
it is given a version whose pods never get ready: the rollout stands still,
with eight old pods and five new ones. Then somebody scales the Deployment
from 10 to 15. With the surge that makes 18 pods, five more than there are.`,
			Look: `kubectl get replicasets --watch
kubectl get deployment web --watch`,
			Question: "How many of these five pods are of the new version?",
			Choices: []string{
				"None: the version that is known to work gets them all",
				"Two: they are shared in proportion to what is there, 8 to 5",
				"Three: each version gets half, and the newer one what is left over",
				"All five: scaling makes pods of the latest template",
			},
			Explain: `While a rollout is under way, the Deployment controller shares what scaling adds
among the ReplicaSets, in proportion to their sizes: 8 of 13 pods become 8 x 18/13,
rounded 11, and 5 become 7. What rounding leaves over would go to the largest. So
three old pods more serve and two new ones more wait, and the rollout stands still
again: 13 must be available, and eleven are. Had the new version got all five, none
of the added pods would serve, for its pods do not get ready; had the old one got
them all, all would have to be replaced once the rollout goes on. Where no rollout
is under way one ReplicaSet has all the pods, and gets the new ones too.`,
		},
		"ko": {
			Title: "롤아웃 도중의 스케일링",
			Story: `파드 열 개짜리 디플로이먼트의 maxSurge 는 3, maxUnavailable 은 2입니다. 잠시 뒤 파드가
결코 준비되지 않는 버전으로 업데이트됩니다. 롤아웃은 이전 파드 여덟 개와 새 파드 다섯 개인
채로 멈춰 있습니다. 그때 누군가 디플로이먼트를 10에서 15로 스케일합니다. maxSurge 를
더하면 파드는 18개가 되어, 지금보다 다섯 개가 많아집니다.`,
			Look: `kubectl get replicasets --watch
kubectl get deployment web --watch`,
			Question: "늘어나는 다섯 개 중 몇 개가 새 버전일까요?",
			Choices: []string{
				"하나도 없다: 잘 동작한다고 알려진 버전이 모두 받는다",
				"두 개: 지금 있는 8 대 5의 비율로 나눈다",
				"세 개: 반씩 나누고, 남는 하나는 새 버전이 받는다",
				"다섯 개 모두: 스케일링은 최신 템플릿으로 파드를 만든다",
			},
			Explain: `롤아웃이 진행되는 동안 디플로이먼트 컨트롤러는 스케일링으로 늘어난 몫을 레플리카셋들의 크기에
비례해 나눕니다. 13개 중 8개는 8 x 18/13 을 반올림해 11개가 되고, 5개는 7개가 됩니다. 반올림하고
남는 것이 있으면 가장 큰 쪽이 받습니다. 그래서 이전 파드 세 개가 더 서비스하고 새 파드 두 개가 더
기다리며, 롤아웃은 다시 멈춥니다. 13개가 사용 가능해야 하는데 11개뿐이기 때문입니다. 새 버전이
다섯 개를 모두 받았다면, 새 버전의 파드는 준비되지 않으므로 늘어난 파드는 하나도 서비스하지
못했을 것입니다. 이전 버전이 모두 받았다면 롤아웃이 이어질 때 전부 다시 바꿔야 합니다. 롤아웃
중이 아니라면 한 레플리카셋이 파드를 모두 가지고 있고, 늘어나는 파드도 그 레플리카셋이 받습니다.`,
		},
	},
}
