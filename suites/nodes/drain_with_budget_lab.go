package nodes

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// drainWithBudgetLab asks how long a drain takes that has to wait for replacements.
var drainWithBudgetLab = &suites.Lab{
	Finding: "drained",
	Choices: []suites.Range{
		{To: 2 * time.Second},
		{From: 2 * time.Second, To: 45 * time.Second},
		{From: 45 * time.Second, To: 10 * time.Minute},
		{From: 10 * time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Two nodes drained at once",
			Story: `Two pods serve a page, each on a node of its own. They take five seconds to boot. A
PodDisruptionBudget says that one must be available at least. In a moment somebody runs
"kubectl drain" for both nodes at the same time.`,
			Look: `kubectl get pods --output wide --watch
kubectl get poddisruptionbudgets --watch
kubectl get nodes --watch`,
			Question: "How long does it take until both old pods are evicted?",
			Choices: []string{
				"No time: a drain deletes whatever is on the node",
				"As long as a new pod needs to be ready, and the next try: some ten seconds",
				"A minute at the least: the budget refuses until the drain gives up",
				"For ever: the budget allows no eviction at all",
			},
			Explain: `A drain does not delete pods, it asks for their eviction, and the API server asks the
budget. The first is allowed: one of two may go. The second is refused with 429, for only
one is available now, and kubectl asks again every five seconds. When the replacement of
the first one is ready on another node, the budget allows one more. So the drain waits as
long as a pod takes to boot, up to the next try, and no request is lost. Without the
budget both go at once, and nobody serves until a new one has booted.`,
		},
		"ko": {
			Title: "두 노드를 한꺼번에 드레인하기",
			Story: `파드 두 개가 각각 다른 노드에서 페이지를 제공합니다. 부팅에 5초가 걸립니다. PodDisruptionBudget 은 적어도
하나는 사용 가능해야 한다고 정해 두었습니다. 잠시 뒤 누군가 두 노드에 대해 동시에 "kubectl drain" 을
실행합니다.`,
			Look: `kubectl get pods --output wide --watch
kubectl get poddisruptionbudgets --watch
kubectl get nodes --watch`,
			Question: "이전 파드 두 개가 모두 축출될 때까지 얼마나 걸릴까요?",
			Choices: []string{
				"전혀 걸리지 않는다: 드레인은 노드에 있는 것을 그냥 삭제한다",
				"새 파드가 준비되고 다음 시도까지: 10초 남짓",
				"적어도 1분: 드레인이 포기할 때까지 예산이 거부한다",
				"끝나지 않는다: 예산이 축출을 전혀 허용하지 않는다",
			},
			Explain: `드레인은 파드를 삭제하는 것이 아니라 축출을 요청하고, API 서버는 예산(budget)에 물어봅니다. 첫 번째는
허용됩니다. 둘 중 하나는 나가도 되기 때문입니다. 두 번째는 사용 가능한 파드가 하나뿐이므로 429로 거부되고,
kubectl은 5초마다 다시 묻습니다. 첫 번째 파드의 대체 파드가 다른 노드에서 준비되면 예산이 하나를 더
허용합니다. 그래서 드레인은 파드가 부팅하고 다음에 다시 물을 때까지 기다리고, 잃는 요청은 없습니다. 예산이
없으면 둘이 한꺼번에 나가고, 새 파드가 부팅할 때까지 아무도 서비스하지 않습니다.`,
		},
	},
}
