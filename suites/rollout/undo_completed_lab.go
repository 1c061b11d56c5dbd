package rollout

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// undoCompletedLab asks how soon a bad version is gone that is out already.
var undoCompletedLab = &suites.Lab{
	Finding: "errors-end",
	Choices: []suites.Range{
		{To: time.Second},
		{From: time.Second, To: 2 * time.Minute},
		{From: 2 * time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "The way back from a bad version",
			Story: `Three pods serve the same page; they take a second to boot. In a moment a version is
rolled out to its end that passes every probe and answers every page with 500 (maxSurge 1,
maxUnavailable 0). When it has stood for six seconds somebody takes it back, as by
"kubectl rollout undo".`,
			Look: `kubectl get pods --watch
kubectl get replicasets --watch
kubectl rollout history deployment/web`,
			Question: "How long after the undo does the last request fail?",
			Choices: []string{
				"At once: the old ReplicaSet is there still, and traffic goes back to it",
				"Some ten seconds or more: when the last bad pod has been replaced and has stopped",
				"After ten minutes: the progress deadline of the bad version must be over first",
			},
			Explain: `The old ReplicaSet is there still, but it has no pods: what was kept is its template. An
undo gives the Deployment that template again, and what follows is a rollout like any
other: a new pod is made, boots and becomes ready, a bad one goes, and so on, three times.
Until the last one is out of the routes the bad pods get their share of the new
connections, less with each step; those that are kept open stay with a bad pod until it
stops. No probe says anything, for they are all well. And the history goes forward:
revision 1 comes again as number 3. A version that was only switched off, as blue behind
green, is back in a few seconds.`,
		},
		"ko": {
			Title: "나쁜 버전에서 돌아오는 길",
			Story: `파드 세 개가 같은 페이지를 제공하며, 부팅에 1초가 걸립니다. 잠시 뒤 모든 프로브를 통과하지만 모든 페이지에
500으로 답하는 버전이 끝까지 롤아웃됩니다(maxSurge 1, maxUnavailable 0). 그 상태로 6초가 지나면 누군가
"kubectl rollout undo" 처럼 되돌립니다.`,
			Look: `kubectl get pods --watch
kubectl get replicasets --watch
kubectl rollout history deployment/web`,
			Question: "되돌린 뒤 마지막으로 실패하는 요청은 얼마 만에 나올까요?",
			Choices: []string{
				"즉시: 이전 레플리카셋이 아직 있으므로 트래픽이 그리로 돌아간다",
				"10초쯤 또는 그 이상: 마지막 나쁜 파드가 교체되어 멈췄을 때",
				"10분 뒤: 먼저 나쁜 버전의 진행 기한(progress deadline)이 지나야 한다",
			},
			Explain: `이전 레플리카셋은 아직 있지만 파드가 없습니다. 남아 있는 것은 템플릿입니다. 되돌리면 디플로이먼트에 그 템플릿이
다시 주어지고, 그다음은 여느 롤아웃과 같습니다. 새 파드가 만들어져 부팅하고 준비되면 나쁜 파드 하나가 나가고, 이렇게
세 번 되풀이합니다. 마지막 하나가 경로에서 빠질 때까지 나쁜 파드들은 새 연결에서 자기 몫을 받으며, 그 몫은 단계마다
줄어듭니다. 열려 있는 연결은 나쁜 파드가 멈출 때까지 머뭅니다. 프로브는 모두 정상이므로 아무 말도 하지 않습니다.
그리고 기록은 앞으로 나아갑니다. 리비전 1이 3번으로 다시 옵니다. 그린 뒤의 블루처럼 트래픽만 돌려 둔 버전이라면 몇
초 만에 돌아옵니다.`,
		},
	},
}
