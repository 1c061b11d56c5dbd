package selfheal

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// periodicLeakLab asks how long a leaking container is kept waiting.
var periodicLeakLab = &suites.Lab{
	Finding: "backed-off",
	Choices: []suites.Range{
		{To: 5 * time.Second},
		{From: 5 * time.Second, To: 45 * time.Second},
		{From: 45 * time.Second, To: 20 * time.Minute},
		{From: 20 * time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "A leak, every half minute",
			Story: `Three pods serve the same page, each with a memory limit of 64 MiB. In a moment one of
them begins to leak 2 MiB a second, after each restart again: about every half minute
the kernel kills it. You watch for two minutes. The kubelet here caps the crash-loop
back-off at 10 s (crashLoopBackOff.maxContainerRestartPeriod; Kubernetes' own cap is
5 minutes).`,
			Look: `kubectl get pods --watch
kubectl get events --watch --field-selector reason=BackOff`,
			Question: "What is the longest that the container has to wait from a kill to its next start?",
			Choices: []string{
				"A moment: who ran for half a minute does not crash in a loop",
				"Ten seconds or a little more: from the second kill on the back-off makes it wait",
				"Minutes: each kill doubles the wait, up to five minutes",
				"For ever: after three kills the kubelet gives up",
			},
			Explain: `The first restart comes at once. From the second exit on the kubelet waits: 10 s from
the exit, then 20, 40, up to the cap. It forgets the exits before only when a run has
lasted ten minutes, so a slow leak is a crash loop like any other. Here the cap keeps
each wait at 10 s; with Kubernetes' own the fifth kill would cost 80 s, and from the
seventh on each five minutes. It never gives up. Meanwhile two pods serve on, and what
callers lose are the moments after each kill in which the pod is still an endpoint. With
one replica each of those kills would be an outage, as long as the wait and the boot
together.`,
		},
		"ko": {
			Title: "30초마다 터지는 메모리 누수",
			Story: `파드 세 개가 같은 페이지를 제공하고, 각각의 메모리 제한은 64 MiB입니다. 잠시 뒤 그중
하나에서 1초에 2 MiB씩 메모리가 새기 시작하고, 재시작한 뒤에도 다시 샙니다. 그래서
30초쯤마다 커널이 죽입니다. 2분 동안 지켜봅니다. 이곳의 kubelet은 크래시 루프 백오프를
10초로 제한합니다(crashLoopBackOff.maxContainerRestartPeriod, 쿠버네티스 기본값은 5분).`,
			Look: `kubectl get pods --watch
kubectl get events --watch --field-selector reason=BackOff`,
			Question: "죽은 뒤 다시 시작될 때까지 컨테이너가 기다리는 시간은 가장 길 때 얼마일까요?",
			Choices: []string{
				"거의 기다리지 않는다: 30초나 실행되었으니 크래시 루프가 아니다",
				"10초 남짓: 두 번째로 죽은 뒤부터는 백오프가 기다리게 한다",
				"몇 분: 죽을 때마다 대기 시간이 두 배가 되어 5분까지 늘어난다",
				"끝없이: 세 번 죽으면 kubelet이 포기한다",
			},
			Explain: `첫 재시작은 곧바로 이루어집니다. 두 번째 종료부터 kubelet은 종료 시점에서 10초, 그다음에는
20초, 40초로 상한까지 늘려 가며 기다립니다. 한 번의 실행이 10분을 넘겨야 이전 종료를
잊으므로, 천천히 새는 누수도 똑같은 크래시 루프입니다. 여기서는 상한 때문에 매번
10초이지만, 쿠버네티스 기본값이라면 다섯 번째 종료 뒤에는 80초, 일곱 번째부터는 매번 5분을
기다립니다. 포기하는 일은 없습니다. 그동안 두 파드가 계속 서비스하므로, 요청을 잃는 것은
죽은 파드가 아직 엔드포인트로 남아 있는 순간들뿐입니다. 레플리카가 하나뿐이었다면 죽을
때마다 대기 시간과 부팅 시간을 더한 만큼 서비스가 끊겼을 것입니다.`,
		},
	},
}
