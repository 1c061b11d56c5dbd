package probes

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// deadlockLab asks how long a stuck pod stays stuck.
var deadlockLab = &suites.Lab{
	Finding: "restarted-by-liveness",
	Choices: []suites.Range{
		{To: 2 * time.Second},
		{From: 2 * time.Second, To: 10 * time.Second},
		{From: 10 * time.Second, To: 60 * time.Second},
		{From: 60 * time.Second},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Alive, but stuck",
			Story: `Three pods serve the same page. Each has two probes: readiness on /ready and
liveness on /live, the latter every second, with a time-out of one second and
failureThreshold 3. In a moment every handler of one pod will wait for a lock
that nobody gives back. The process goes on living: its port accepts connections,
its memory is fine, "kubectl get pods" says Running.`,
			Look: `kubectl get pods --watch
kubectl get events --watch --field-selector reason=Unhealthy`,
			Question: "How long after the lock is taken is the container told to stop?",
			Choices: []string{
				"At once: the kubelet sees that the process hangs",
				"After a few seconds: three probes must fail in a row",
				"After 30 seconds: the termination grace period",
				"Never: the process is still running",
			},
			Explain: `The kubelet cannot see a lock. It sees only that a probe had no answer within its
time-out, and acts when failureThreshold probes in a row had none. Here that is up
to a period of 1 s until the first of them, two more until the third, and the
third one's time-out of 1 s. After the preStop pause of 1 s comes SIGTERM, and
the container is started again in the same pod. Without the liveness probe the
pod would stay stuck for ever, and readiness would only hide it from the Service.`,
		},
		"ko": {
			Title: "살아 있지만 멈춰 버린 파드",
			Story: `파드 세 개가 같은 페이지를 제공합니다. 각 파드에는 프로브가 두 개 있습니다. 레디니스는
/ready 를, 라이브니스는 /live 를 확인하며, 라이브니스는 1초마다 실행되고 타임아웃은 1초,
연속 세 번 실패하면 조치합니다(failureThreshold 3). 잠시 뒤 한 파드의 모든 핸들러가 아무도 돌려주지 않는 락을
기다리게 됩니다. 프로세스는 계속 살아 있습니다. 포트는 연결을 받아들이고 메모리도 정상이며
"kubectl get pods" 는 Running 이라고 말합니다.`,
			Look: `kubectl get pods --watch
kubectl get events --watch --field-selector reason=Unhealthy`,
			Question: "락이 잡힌 뒤 얼마 만에 컨테이너가 종료하라는 신호를 받을까요?",
			Choices: []string{
				"즉시: kubelet은 프로세스가 멈춘 것을 알 수 있다",
				"몇 초 뒤: 프로브가 연속으로 세 번 실패해야 한다",
				"30초 뒤: 종료 유예 기간(grace period)이 지나야 한다",
				"결코 받지 않는다: 프로세스는 여전히 실행 중이다",
			},
			Explain: `kubelet은 락을 볼 수 없습니다. 프로브가 타임아웃 안에 응답을 받지 못했다는 사실만 알 수
있고, failureThreshold 번 연속으로 실패하면 행동합니다. 여기서는 첫 프로브까지 최대 한
주기(1초), 거기서 세 번째 프로브까지 두 주기, 그리고 세 번째 프로브의 타임아웃 1초입니다.
preStop 1초 뒤에 SIGTERM이 오고, 컨테이너는 같은 파드 안에서 다시 시작됩니다. 라이브니스
프로브가 없으면 파드는 영원히 멈춰 있고, 레디니스는 그 파드를 서비스에서 숨길 뿐입니다.`,
		},
	},
}
