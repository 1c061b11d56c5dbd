package rollout

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// conditionsLab asks when a pipeline is told that a rollout is stuck.
var conditionsLab = &suites.Lab{
	Finding: "rollout-status",
	Choices: []suites.Range{
		{To: 3 * time.Second},
		{From: 3 * time.Second, To: 10 * time.Second},
		{From: 10 * time.Second, To: 40 * time.Second},
		{From: 40 * time.Second},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "What a pipeline is told",
			Story: `Two pods serve the page; progressDeadlineSeconds is 15 (Kubernetes' default is 600). In a
moment a good version is rolled out, and "kubectl rollout status --timeout=60s" ends with
exit code 0. Then comes a version whose pod runs, but whose readiness probe never passes,
and the same command is given once more.`,
			Look: `kubectl get pods --watch
kubectl get deployment web -o jsonpath='{range .status.conditions[*]}{.type} {.status} {.reason}{"\n"}{end}'
kubectl get events --watch`,
			Question: "How long after the second update does the second command end?",
			Choices: []string{
				"At once: the new pod is not ready",
				"After some five seconds: when three readiness probes have failed in a row",
				"After some fifteen seconds, with exit code 1: at the progress deadline",
				"After a minute: when its own time-out is over",
			},
			Explain: `kubectl asks no pod, it watches the Deployment. It ends with 0 when all replicas are
updated and available and no old one is left, and with 1 when the condition Progressing
says ProgressDeadlineExceeded or when its own time-out is over. A probe that fails ends
nothing: while the deadline runs, a pod that is not ready may still become so. In the good
rollout the reason of Progressing went from NewReplicaSetCreated through ReplicaSetUpdated
to NewReplicaSetAvailable. Available stayed True all the time, for both old pods serve on:
who looks at that alone sees nothing. With the default of 600 s the minute of the time-out
would have been over first, and kubectl could not have said why.`,
		},
		"ko": {
			Title: "파이프라인이 듣게 되는 말",
			Story: `파드 두 개가 페이지를 제공하며, progressDeadlineSeconds 는 15입니다(쿠버네티스 기본값은 600). 잠시 뒤 좋은
버전이 롤아웃되고, "kubectl rollout status --timeout=60s" 는 종료 코드 0으로 끝납니다. 그다음에는 파드가
실행되지만 레디니스 프로브를 결코 통과하지 못하는 버전이 오고, 같은 명령을 한 번 더 실행합니다.`,
			Look: `kubectl get pods --watch
kubectl get deployment web -o jsonpath='{range .status.conditions[*]}{.type} {.status} {.reason}{"\n"}{end}'
kubectl get events --watch`,
			Question: "두 번째 업데이트 뒤 얼마 만에 두 번째 명령이 끝날까요?",
			Choices: []string{
				"즉시: 새 파드가 준비되지 않았으므로",
				"5초쯤 뒤: 레디니스 프로브가 연속으로 세 번 실패했을 때",
				"15초쯤 뒤, 종료 코드 1로: 진행 기한(progress deadline)이 지났을 때",
				"1분 뒤: 명령 자신의 타임아웃이 지났을 때",
			},
			Explain: `kubectl은 파드에 묻지 않고 디플로이먼트를 지켜봅니다. 모든 레플리카가 업데이트되어 사용 가능하고 이전 것이 남지
않으면 0으로 끝나고, Progressing 조건이 ProgressDeadlineExceeded 라고 말하거나 자신의 타임아웃이 지나면 1로 끝납니다.
프로브가 실패한다고 끝나지는 않습니다. 기한이 남아 있는 동안에는 준비되지 않은 파드도 아직 준비될 수 있기
때문입니다. 좋은 롤아웃에서 Progressing 의 이유는 NewReplicaSetCreated 에서 ReplicaSetUpdated 를 거쳐
NewReplicaSetAvailable 로 갔습니다. 이전 파드 두 개가 계속 서비스하므로 Available 은 내내 True 였습니다. 그것만 보는
사람은 아무것도 알아채지 못합니다. 기본값 600초였다면 1분의 타임아웃이 먼저 지났을 것이고, kubectl은 이유를 말하지
못했을 것입니다.`,
		},
	},
}
