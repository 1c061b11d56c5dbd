package rollout

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// badImageLab asks when a rollout that cannot go on says so.
var badImageLab = &suites.Lab{
	Finding: "rollout-stalls",
	Choices: []suites.Range{
		{To: 3 * time.Second},
		{From: 3 * time.Second, To: 30 * time.Second},
		{From: 30 * time.Second, To: 5 * time.Minute},
		{From: 5 * time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "A version that cannot start",
			Story: `Three pods of a Deployment serve the same page; its progressDeadlineSeconds is 10
(Kubernetes' default is 600). In a moment it is given an image that does not exist.`,
			Look: `kubectl get pods --watch
kubectl get deployment -o jsonpath='{range .items[*].status.conditions[*]}{.type} {.status} {.reason}{"\n"}{end}'
while sleep 1; do kubectl rollout status deployment; done`,
			Question: "How long after the update does the Deployment say that its rollout has failed?",
			Choices: []string{
				"At once: the first ErrImagePull is enough",
				"After about ten seconds: when nothing has moved for the progress deadline",
				"After some minutes: when the pull has been given up",
				"Never: it rolls back to the old version by itself",
			},
			Explain: `ErrImagePull and ImagePullBackOff are a pod's troubles; the kubelet tries again for
ever. The Deployment looks only whether the rollout makes progress, and when it made none
for progressDeadlineSeconds its condition Progressing becomes False, with the reason
ProgressDeadlineExceeded. That is all that happens: nothing rolls back by itself.
"kubectl rollout status" ends with 1, and somebody must undo it. Meanwhile the old pods
serve on, for maxUnavailable lets no more of them go than the new ones make good.`,
		},
		"ko": {
			Title: "시작할 수 없는 버전",
			Story: `디플로이먼트의 파드 세 개가 같은 페이지를 제공합니다. progressDeadlineSeconds 는 10입니다(쿠버네티스
기본값은 600). 잠시 뒤 존재하지 않는 이미지로 업데이트됩니다.`,
			Look: `kubectl get pods --watch
kubectl get deployment -o jsonpath='{range .items[*].status.conditions[*]}{.type} {.status} {.reason}{"\n"}{end}'
while sleep 1; do kubectl rollout status deployment; done`,
			Question: "업데이트 뒤 얼마 만에 디플로이먼트가 롤아웃이 실패했다고 말할까요?",
			Choices: []string{
				"즉시: 첫 ErrImagePull 이면 충분하다",
				"약 10초 뒤: 진행 기한(progress deadline) 동안 아무 진전이 없었을 때",
				"몇 분 뒤: 이미지 받기를 포기했을 때",
				"결코 말하지 않는다: 스스로 이전 버전으로 롤백한다",
			},
			Explain: `ErrImagePull 과 ImagePullBackOff 는 파드의 문제이고, kubelet은 끝없이 다시 시도합니다. 디플로이먼트는
롤아웃에 진전이 있는지만 봅니다. progressDeadlineSeconds 동안 진전이 없으면 Progressing 조건이 False,
이유는 ProgressDeadlineExceeded 가 됩니다. 그것이 전부입니다. 스스로 롤백되는 것은 없습니다.
"kubectl rollout status" 는 종료 코드 1로 끝나고, 누군가 되돌려야 합니다. 그동안 이전 파드들은 계속
서비스합니다. 새 파드가 채워 주는 만큼만 이전 파드를 내보내도록 maxUnavailable 이 막고 있기 때문입니다.`,
		},
	},
}
