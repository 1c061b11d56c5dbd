package nodes

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// batchApartLab asks what a service feels of a batch job on another node.
var batchApartLab = &suites.Lab{
	Finding: "latency",
	Choices: []suites.Range{
		{To: 100 * time.Millisecond},
		{From: 100 * time.Millisecond, To: 800 * time.Millisecond},
		{From: 800 * time.Millisecond},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "A batch job that takes what it gets",
			Story: `Two workers of one core each: one is labelled seatrial.dev/for=service, the other
seatrial.dev/for=batch. One pod of a web service runs on the first, by its nodeSelector,
and answers within milliseconds. In a moment a Job starts whose nodeSelector names the
other: four pods of two threads each, which take all the processor time they get. They ask
for nothing, and no limit bounds them.`,
			Look: `kubectl get pods --output wide --watch
kubectl get nodes --label-columns seatrial.dev/for`,
			Question: "Within what time are 99 of 100 requests to the service answered while the job runs?",
			Choices: []string{
				"Within milliseconds, as before: the job never runs on the service's node",
				"Some hundred milliseconds: eight threads take the service's turns",
				"A second and more: without limits the job starves the service, requests time out",
			},
			Explain: `A nodeSelector is for the scheduler: it puts the pod only on nodes with that label.
Processor time is shared out by each node's own kernel, so what is taken on one node is
not missed on another, and the job may have all of its own. On the service's node the
eight threads would use the node's core up before the service had its turn, and one
request in a hundred would wait for some 200 ms. The service's CPU request is a share over
time, no promptness; nothing would restart, and no pod would look ill. The selector keeps
the job there; to keep others off the batch nodes takes a taint as well. Where there is
one node only, a CPU limit on the job helps: see the lab pressure/cpu-hog.`,
		},
		"ko": {
			Title: "주는 대로 다 쓰는 배치 작업",
			Story: `코어가 하나씩인 워커가 두 개 있습니다. 하나에는 seatrial.dev/for=service, 다른 하나에는
seatrial.dev/for=batch 레이블이 있습니다. 웹 서비스의 파드 하나가 nodeSelector 에 따라 첫 번째 워커에서
실행되며 수 밀리초 안에 응답합니다. 잠시 뒤 nodeSelector 가 다른 워커를 가리키는 잡(Job)이 시작됩니다.
스레드가 두 개씩인 파드 네 개가 CPU 시간을 얻는 대로 다 씁니다. 요청(requests)도 제한(limits)도
없습니다.`,
			Look: `kubectl get pods --output wide --watch
kubectl get nodes --label-columns seatrial.dev/for`,
			Question: "잡이 실행되는 동안 서비스에 대한 요청 100개 중 99개는 얼마 안에 응답을 받을까요?",
			Choices: []string{
				"이전처럼 수 밀리초: 잡은 서비스의 노드에서 실행되지 않는다",
				"수백 밀리초: 스레드 여덟 개가 서비스의 차례를 빼앗는다",
				"1초 이상: 제한이 없는 잡 때문에 서비스가 굶고 요청이 시간 초과된다",
			},
			Explain: `nodeSelector 는 스케줄러를 위한 것입니다. 스케줄러는 그 레이블이 있는 노드에만 파드를 놓습니다. CPU
시간은 각 노드의 커널이 나누므로, 한 노드에서 쓴 것이 다른 노드에서 모자라는 일은 없습니다. 잡은 자기
노드의 것을 다 써도 됩니다. 서비스의 노드에서 실행되었다면 스레드 여덟 개가 서비스의 차례가 오기 전에
노드의 코어를 다 써 버리고, 요청 100개 중 하나는 200밀리초쯤 기다렸을 것입니다. 서비스의 CPU requests 는
일정 시간 동안의 몫이지 빠른 응답의 약속이 아닙니다. 그래도 재시작되는 것은 없고, 어느 파드도 아파
보이지 않습니다. nodeSelector 는 잡을 그곳에 묶어 둘 뿐이고, 다른 파드를 배치용 노드에서 떼어 놓으려면
테인트도 필요합니다. 노드가 하나뿐이라면 잡에 CPU 제한을 두는 것이 도움이 됩니다. pressure/cpu-hog
실습을 보십시오.`,
		},
	},
}
