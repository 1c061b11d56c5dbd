package selfheal

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// heapExhaustedAliveLab asks who notices a process that survives its own out-of-memory error.
var heapExhaustedAliveLab = &suites.Lab{
	Finding: "restarted-by-liveness",
	Choices: []suites.Range{
		{To: time.Second},
		{From: time.Second, To: 20 * time.Second},
		{From: 20 * time.Second},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Out of memory, and alive",
			Story: `Three pods serve the same page. Readiness asks /ready and liveness /live, each every
second, with failureThreshold 3. In a moment one process runs out of heap as a
managed runtime does: the error is caught, the process lives on and answers every
request with 500, those of the probes too. Its container stays far below its memory
limit.`,
			Look: `kubectl get pods --watch
kubectl get events --watch --field-selector reason=Unhealthy`,
			Question: "How long after that is the container told to stop?",
			Choices: []string{
				"At once: the kernel kills what is out of memory",
				"After a few seconds: three liveness probes in a row must fail",
				"Never: the process lives, and nothing was OOMKilled",
			},
			Explain: `A full heap is the runtime's own limit. The kernel sees a container that is below its
limit and has no reason to kill it, and the kubelet sees a process that runs. Only a
probe that asks the app is answered with 500. Three of those in a row, a second apart,
and the kubelet decides to restart the container; after the preStop pause of 1 s comes
SIGTERM. The new process has an empty heap. Readiness fails in the same seconds, so that
no new connection goes there. Without the liveness probe that would be all: the pod
would be kept from its callers, unready and never restarted, and a third of the service
would be gone for good.`,
		},
		"ko": {
			Title: "메모리가 바닥났는데 살아 있는 프로세스",
			Story: `파드 세 개가 같은 페이지를 제공합니다. 레디니스는 /ready 를, 라이브니스는 /live 를 각각
1초마다 확인하고, 연속 세 번 실패하면 조치합니다(failureThreshold 3). 잠시 뒤 한 프로세스의 힙이 관리형
런타임에서처럼 바닥납니다. 오류는 잡히고, 프로세스는 계속 살아서 프로브를 포함한 모든
요청에 500으로 답합니다. 컨테이너의 메모리는 제한보다 한참 아래입니다.`,
			Look: `kubectl get pods --watch
kubectl get events --watch --field-selector reason=Unhealthy`,
			Question: "그로부터 얼마 만에 컨테이너가 종료하라는 신호를 받을까요?",
			Choices: []string{
				"즉시: 메모리가 바닥난 것은 커널이 죽인다",
				"몇 초 뒤: 라이브니스 프로브가 연속으로 세 번 실패해야 한다",
				"받지 않는다: 프로세스는 살아 있고 OOMKilled 된 것도 없다",
			},
			Explain: `힙의 한도는 런타임이 스스로 정한 것입니다. 커널이 보기에 컨테이너는 제한 아래에 있으므로
죽일 이유가 없고, kubelet이 보기에 프로세스는 실행 중입니다. 앱에 직접 묻는 프로브만이
500이라는 답을 받습니다. 1초 간격으로 연속 세 번 실패하면 kubelet은 컨테이너를
재시작하기로 결정하고, preStop 1초 뒤에 SIGTERM을 보냅니다. 새 프로세스의 힙은 비어
있습니다. 같은 몇 초 동안 레디니스도 실패하므로 새 연결은 그 파드로 가지 않습니다.
라이브니스 프로브가 없었다면 그것이 전부였을 것입니다. 파드는 준비되지 않은 채
재시작되지도 않고, 서비스의 3분의 1이 사라진 채로 남습니다.`,
		},
	},
}
