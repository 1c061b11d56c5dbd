package probes

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// infiniteLoopLab asks what tells a process that spins from one that is busy.
var infiniteLoopLab = &suites.Lab{
	Finding: "restarted-by-liveness",
	Choices: []suites.Range{
		{To: time.Second},
		{From: time.Second, To: 20 * time.Second},
		{From: 20 * time.Second, To: 3 * time.Minute},
		{From: 3 * time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Busy, or broken?",
			Story: `Three pods serve the same page; each container may use a fifth of a CPU (limit 200m).
Liveness asks /live every second, with a time-out of one second and failureThreshold
3. In a moment one process runs into a loop that never ends. It takes all the CPU
that it may, and no handler gets its turn. "kubectl get pods" says Running.`,
			Look: `kubectl get pods --watch
kubectl get events --watch --field-selector reason=Unhealthy`,
			Question: "How long after the loop began is the container told to stop?",
			Choices: []string{
				"At once: it is at its CPU limit, and what is over a limit is killed",
				"After a few seconds: three probes in a row get no answer in time",
				"After a minute or so: when it was throttled for long enough",
				"Never: a process that computes is alive",
			},
			Explain: `A CPU limit kills nothing. Memory that was given cannot be taken back, so there the
kernel kills; time can be withheld: the container gets 20 ms in each 100 ms, for ever,
and its neighbours keep theirs. To the kubelet a container that spins is a busy one.
Only a probe that wants an answer tells the difference: failureThreshold times without
one within the time-out, a second apart, and the kubelet decides; after the preStop
pause of 1 s comes SIGTERM, and a fresh start in the same pod. Without the liveness
probe it would spin to the end, and readiness would only hide it from the Service.`,
		},
		"ko": {
			Title: "바쁜 것일까, 고장 난 것일까",
			Story: `파드 세 개가 같은 페이지를 제공하고, 각 컨테이너는 CPU의 5분의 1까지 쓸 수 있습니다(제한
200m). 라이브니스는 /live 를 1초마다 확인하며 타임아웃은 1초, 연속 세 번 실패하면
조치합니다(failureThreshold 3). 잠시 뒤 한 프로세스가 끝나지 않는 루프에 빠집니다. 쓸 수 있는 CPU를 모두 쓰고,
핸들러에는 차례가 오지 않습니다. "kubectl get pods" 는 Running 이라고 말합니다.`,
			Look: `kubectl get pods --watch
kubectl get events --watch --field-selector reason=Unhealthy`,
			Question: "루프가 시작된 뒤 얼마 만에 컨테이너가 종료하라는 신호를 받을까요?",
			Choices: []string{
				"즉시: CPU 제한에 이르렀고, 제한을 넘으면 죽는다",
				"몇 초 뒤: 프로브가 연속으로 세 번 제때 응답을 받지 못해야 한다",
				"1분쯤 뒤: 충분히 오래 스로틀링되었을 때",
				"받지 않는다: 계산하고 있는 프로세스는 살아 있다",
			},
			Explain: `CPU 제한은 아무것도 죽이지 않습니다. 이미 준 메모리는 되찾을 수 없으므로 커널이 죽이지만,
시간은 주지 않으면 그만입니다. 컨테이너는 언제까지나 100ms마다 20ms씩만 받고, 이웃은 자기
몫을 그대로 씁니다. kubelet이 보기에 루프를 도는 컨테이너는 그저 바쁜 컨테이너입니다.
응답을 요구하는 프로브만이 그 차이를 압니다. 타임아웃 안에 응답이 없는 일이 1초 간격으로
failureThreshold 번 이어지면 kubelet이 결정을 내리고, preStop 1초 뒤에 SIGTERM을 보내고,
같은 파드 안에서 다시 시작합니다. 라이브니스 프로브가 없었다면 끝까지 루프를 돌았을
것이고, 레디니스는 그 파드를 서비스에서 숨길 뿐입니다.`,
		},
	},
}
