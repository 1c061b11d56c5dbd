package rollout

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// recreateLab asks what it costs that two versions never run side by side.
var recreateLab = &suites.Lab{
	Finding: "downtime",
	Choices: []suites.Range{
		{To: 500 * time.Millisecond},
		{From: 500 * time.Millisecond, To: 1500 * time.Millisecond},
		{From: 1500 * time.Millisecond, To: 75 * time.Second},
		{From: 75 * time.Second},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Never two versions at once",
			Story: `Three pods serve the same page. They take two seconds to boot; one that is told to go
serves on for four seconds and exits, well within its grace period of 30 s. Two versions
of this app must never run side by side, so the Deployment's strategy is Recreate. In a
moment it is updated.`,
			Look: `kubectl get pods --watch
kubectl get replicasets --watch
` + suites.WatchEndpoints,
			Question: "For how long does nobody answer?",
			Choices: []string{
				"Not at all: each new pod comes as an old one goes",
				"About a second: until kube-proxy has turned to the new pods",
				"Some seconds: the old pods must be gone before the new ones start and boot",
				"A minute and a half: the grace period of 30 s, of one pod after the other",
			},
			Explain: `With Recreate the Deployment first sets the old ReplicaSet to 0 and waits until none of
its pods runs any more; only then it makes the new ones. The three old pods are told to go
together and serve on while they drain: where no endpoint is ready, kube-proxy sends to
those that are terminating and still serve. The grace period is a limit, not a wait. Then
nobody is there until the old pods are seen to be gone, the new ones are scheduled,
started and booted, readiness has passed and the routes have followed. It cannot be
shorter than the boot time. A rolling update has no such gap, but both versions answer for
a while: Recreate is for apps that this would harm, by a change of their data, say.`,
		},
		"ko": {
			Title: "두 버전은 절대 함께 실행되지 않습니다",
			Story: `파드 세 개가 같은 페이지를 제공합니다. 부팅에 2초가 걸립니다. 종료 지시를 받은 파드는 4초 더 서비스하고
종료하며, 이는 유예 기간 30초보다 훨씬 짧습니다. 이 앱의 두 버전은 절대 나란히 실행되면 안 되므로,
디플로이먼트의 전략은 Recreate 입니다. 잠시 뒤 업데이트됩니다.`,
			Look: `kubectl get pods --watch
kubectl get replicasets --watch
` + suites.WatchEndpoints,
			Question: "아무도 답하지 않는 시간은 얼마나 될까요?",
			Choices: []string{
				"전혀 없다: 이전 파드가 나가는 대로 새 파드가 온다",
				"1초쯤: kube-proxy가 새 파드로 돌릴 때까지",
				"몇 초: 이전 파드가 사라져야 새 파드가 시작하고 부팅한다",
				"1분 30초: 파드마다 차례로 유예 기간 30초",
			},
			Explain: `Recreate 에서는 디플로이먼트가 먼저 이전 레플리카셋을 0으로 줄이고, 그 파드가 하나도 실행되지 않을 때까지
기다립니다. 그런 다음에야 새 파드를 만듭니다. 이전 파드 세 개는 한꺼번에 종료 지시를 받고, 드레이닝하는 동안
계속 서비스합니다. 준비된 엔드포인트가 없으면 kube-proxy는 종료 중이지만 아직 서비스하는 파드로 보내기
때문입니다. 유예 기간은 한도일 뿐, 기다리는 시간이 아닙니다. 그 뒤로는 아무도 없습니다. 이전 파드가 사라진 것이
확인되고, 새 파드가 스케줄되어 시작하고 부팅하며, 레디니스를 통과하고 경로가 따라올 때까지입니다. 부팅 시간보다
짧을 수는 없습니다. 롤링 업데이트에는 이런 틈이 없지만 한동안 두 버전이 함께 답합니다. Recreate 는 그것이 해가 되는
앱, 이를테면 데이터 형식이 바뀌는 앱을 위한 것입니다.`,
		},
	},
}
