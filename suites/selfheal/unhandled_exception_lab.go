package selfheal

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// unhandledExceptionLab asks who starts a process again that nobody probes.
var unhandledExceptionLab = &suites.Lab{
	Finding: "restarted-in-place",
	Choices: []suites.Range{
		{To: 8 * time.Second},
		{From: 8 * time.Second, To: time.Minute},
		{From: time.Minute, To: 10 * time.Minute},
		{From: 10 * time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "The exception that nobody caught",
			Story: `A Deployment with one pod serves a page. The pod has a readiness probe, and no liveness
probe. In a moment one request meets a bug: nobody catches the exception, and the
process exits with status 1.`,
			Look: `kubectl get pods --watch
kubectl get pods --output custom-columns='POD:.metadata.name,UID:.metadata.uid,RESTARTS:.status.containerStatuses[0].restartCount' --watch`,
			Question: "How long after the process has ended does the container run again?",
			Choices: []string{
				"A moment: it is started again in the same pod, at once the first time",
				"Ten seconds and more: CrashLoopBackOff makes it wait",
				"A minute or more: the ReplicaSet has to notice, and to make another pod",
				"Never: without a liveness probe nobody notices",
			},
			Explain: `A liveness probe is for a process that runs and is stuck. One that has ended needs none:
the kubelet compares the runtime's containers with what it knows every second, sees the
exit and does what the pod's restartPolicy says. Always, the only one that a
Deployment's pods may have, means: start it again in the same pod, with the same UID and
address. The ReplicaSet still has its pod and makes no other. The first restart comes at
once; from the second exit on the kubelet waits 10 s, then 20, 40, up to 5 minutes. With
one replica callers are refused all the same until the container runs and is ready. A
bare pod with restartPolicy Never would be Failed, and stay so.`,
		},
		"ko": {
			Title: "아무도 잡지 않은 예외",
			Story: `파드가 하나인 디플로이먼트가 페이지를 제공합니다. 파드에 레디니스 프로브는 있지만
라이브니스 프로브는 없습니다. 잠시 뒤 한 요청이 버그를 만납니다. 예외를 아무도 잡지 않아
프로세스가 종료 코드 1로 끝납니다.`,
			Look: `kubectl get pods --watch
kubectl get pods --output custom-columns='POD:.metadata.name,UID:.metadata.uid,RESTARTS:.status.containerStatuses[0].restartCount' --watch`,
			Question: "프로세스가 끝난 뒤 얼마 만에 컨테이너가 다시 실행될까요?",
			Choices: []string{
				"곧바로: 같은 파드 안에서 다시 시작되고, 첫 번째에는 기다리지 않는다",
				"10초 이상: CrashLoopBackOff 때문에 기다린다",
				"1분 이상: 레플리카셋이 알아차리고 다른 파드를 만들어야 한다",
				"다시 실행되지 않는다: 라이브니스 프로브가 없으면 아무도 알아차리지 못한다",
			},
			Explain: `라이브니스 프로브는 실행 중이면서 멈춰 버린 프로세스를 위한 것입니다. 끝난 프로세스에는
필요하지 않습니다. kubelet은 1초마다 런타임의 컨테이너를 자신이 아는 것과 비교해 종료를
알아차리고, 파드의 restartPolicy 대로 합니다. 디플로이먼트의 파드가 가질 수 있는 값은
Always 뿐이고, 그 뜻은 UID도 주소도 그대로인 같은 파드 안에서 다시 시작하라는 것입니다.
레플리카셋은 파드를 잃지 않았으므로 새로 만들지 않습니다. 첫 재시작은 곧바로 이루어지고,
두 번째 종료부터는 10초, 20초, 40초, 최대 5분을 기다립니다. 그래도 레플리카가 하나뿐이므로
컨테이너가 실행되고 준비될 때까지 연결은 거부됩니다. 소유자 없이 restartPolicy 가 Never 인
파드였다면 Failed 가 되어 그대로 남았을 것입니다.`,
		},
	},
}
