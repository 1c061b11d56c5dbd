package rollout

import "github.com/seatrial/seatrial/suites"

// crashLoopVersionLab asks what callers notice of a version that dies at its start.
var crashLoopVersionLab = &suites.Lab{
	Finding: "no-loss",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 99}, {From: 100, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "A version that dies at its start",
			Story: `Three pods serve the same page, and a hundred requests come in every second. The
Deployment rolls with maxSurge 1 and maxUnavailable 0; its progress deadline is 10 s. In a
moment it is given a version that exits with status 1 before it listens. For some twenty
seconds nobody does anything, then the update is undone.`,
			Look: `kubectl get pods --watch
kubectl get replicasets --watch
while sleep 1; do kubectl rollout status deployment/web; done`,
			Question: "How many requests fail until the old version has been restored?",
			Choices: []string{
				"None: no new pod is ever ready, so no old one goes",
				"A few: each time the container is started it is sent some, and dies with them",
				"Hundreds: an old pod is stopped to make room for each new one",
			},
			Explain: `The kubelet starts the container again in the same pod: at once, then 10 s after the next
exit, then 20 s, which it calls CrashLoopBackOff. The pod never passes its readiness
probe: it is no ready endpoint and it is never available. And with maxUnavailable 0 the
Deployment deletes an old pod only when a new one has become available. So it stands at
three old pods and one that crashes. When nothing has moved for the progress deadline it
says ProgressDeadlineExceeded, and no more: it rolls nothing back. The undo has one pod to
delete. With strategy Recreate all three old pods would have been stopped first, and
nobody would have answered until somebody undid it.`,
		},
		"ko": {
			Title: "시작하자마자 죽는 버전",
			Story: `파드 세 개가 같은 페이지를 제공하고, 1초에 요청 100개가 들어옵니다. 디플로이먼트는 maxSurge 1,
maxUnavailable 0 으로 롤아웃하며 진행 기한(progress deadline)은 10초입니다. 잠시 뒤 포트를 열기도 전에 종료 코드
1로 끝나는 버전으로 업데이트됩니다. 20초쯤 아무도 아무것도 하지 않다가, 업데이트를 되돌립니다.`,
			Look: `kubectl get pods --watch
kubectl get replicasets --watch
while sleep 1; do kubectl rollout status deployment/web; done`,
			Question: "이전 버전으로 되돌아갈 때까지 요청이 몇 개나 실패할까요?",
			Choices: []string{
				"없다: 새 파드가 한 번도 준비되지 않으므로 이전 파드도 나가지 않는다",
				"몇 개: 컨테이너가 시작될 때마다 요청을 조금 받고 함께 죽는다",
				"수백 개: 새 파드마다 자리를 만들려고 이전 파드 하나가 중지된다",
			},
			Explain: `kubelet은 같은 파드 안에서 컨테이너를 다시 시작합니다. 처음에는 곧바로, 다음에는 종료하고 10초 뒤, 그다음에는
20초 뒤이며, 이것을 CrashLoopBackOff 라고 부릅니다. 파드는 레디니스 프로브를 한 번도 통과하지 못하므로, 준비된
엔드포인트가 되지 않고 사용 가능해지지도 않습니다. 그리고 maxUnavailable 0 에서 디플로이먼트는 새 파드가 사용
가능해져야만 이전 파드를 삭제합니다. 그래서 이전 파드 세 개와 죽기를 되풀이하는 파드 하나에서 멈춥니다. 진행 기한
동안 아무 진전이 없으면 ProgressDeadlineExceeded 라고 말하고, 그뿐입니다. 아무것도 롤백하지 않습니다. 되돌릴 때
삭제할 파드는 하나입니다. Recreate 전략이었다면 이전 파드 세 개가 먼저 중지되고, 누군가 되돌릴 때까지 아무도 답하지
않았을 것입니다.`,
		},
	},
}
