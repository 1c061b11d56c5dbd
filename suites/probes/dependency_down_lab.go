package probes

import "github.com/seatrial/seatrial/suites"

// dependencyDownLab asks what happens to pods whose backend is away.
var dependencyDownLab = &suites.Lab{
	Finding: "others-untouched",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 3}, {From: 4, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "The backend is down",
			Story: `Three pods need a backend for every answer. Readiness asks /ready, which asks the
backend; liveness asks /live, which asks the app alone. Both ask every second, with
failureThreshold 3. In a moment the backend is scaled to nothing, and some fifteen seconds
later back to its one pod.`,
			Look: `kubectl get pods --watch
` + suites.WatchEndpoints + `
kubectl get events --watch --field-selector reason=Unhealthy`,
			Question: "How many restarts do the three pods have together when all is over?",
			Choices: []string{
				"None: they are not ready, and wait",
				"Three: each is restarted once, to connect anew",
				"More than three: they are restarted until the backend is back",
			},
			Explain: `Each probe has its own question. Readiness asks whether this pod can serve now: without
the backend it cannot, /ready answers 503, and after three failures the pod gets no new
connection. Liveness asks whether a restart would help: it would not, and /live knows
nothing of the backend. So all three stay as they are, and when the backend has an
endpoint again one probe that succeeds is enough. Nobody is served meanwhile, but the
outage ends with its cause. Had /live asked the backend too, all three would fail at the
same moment and be restarted together, for nothing: a restart storm, with back-off, that
outlasts what began it.`,
		},
		"ko": {
			Title: "백엔드가 죽었습니다",
			Story: `파드 세 개가 응답할 때마다 백엔드를 필요로 합니다. 레디니스가 확인하는 /ready 는 백엔드에
물어보고, 라이브니스가 확인하는 /live 는 앱 자신만 봅니다. 둘 다 1초마다 확인하고 연속
세 번 실패하면 조치합니다(failureThreshold 3). 잠시 뒤 백엔드가 0개로 줄었다가, 15초쯤 뒤 원래대로 한 개가
됩니다.`,
			Look: `kubectl get pods --watch
` + suites.WatchEndpoints + `
kubectl get events --watch --field-selector reason=Unhealthy`,
			Question: "모든 것이 끝났을 때 세 파드는 모두 합해 몇 번 재시작되어 있을까요?",
			Choices: []string{
				"0번: 준비되지 않은 상태로 기다린다",
				"3번: 다시 연결하도록 각각 한 번씩 재시작된다",
				"3번보다 많이: 백엔드가 돌아올 때까지 계속 재시작된다",
			},
			Explain: `프로브마다 묻는 것이 다릅니다. 레디니스는 이 파드가 지금 서비스할 수 있는지를 묻습니다.
백엔드 없이는 할 수 없으므로 /ready 는 503으로 답하고, 연속 세 번 실패하면 파드는 새
연결을 받지 않습니다. 라이브니스는 재시작이 도움이 되는지를 묻습니다. 도움이 되지 않고,
/live 는 백엔드를 전혀 모릅니다. 그래서 세 파드는 그대로 있다가, 백엔드에 다시
엔드포인트가 생기면 프로브가 한 번 성공하는 것으로 충분합니다. 그동안 아무도 응답을 받지
못하지만, 장애는 원인과 함께 끝납니다. /live 도 백엔드에 물었다면 셋 다 같은 순간에 실패해
헛되이 함께 재시작되었을 것입니다. 원인이 사라진 뒤에도 백오프와 함께 이어지는 재시작
폭풍입니다.`,
		},
	},
}
