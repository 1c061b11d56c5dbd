package rollout

import "github.com/seatrial/seatrial/suites"

// rollingUpdateLab asks what callers lose to two updates in a row.
var rollingUpdateLab = &suites.Lab{
	Finding: "no-loss",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 49}, {From: 50, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "An update under load",
			Story: `Three pods serve the same page; a hundred requests come in every second, half of them on
new connections. A pod listens only three seconds after its start. In a moment the app is
updated twice: to v2 with one pod above the wanted three (maxSurge 1, maxUnavailable 0),
and when that is complete to v3 with one pod below (maxSurge 0, maxUnavailable 1).`,
			Look: `kubectl get pods --watch
kubectl get replicasets --watch
` + suites.WatchEndpoints,
			Question: "How many requests fail in both updates together?",
			Choices: []string{
				"None: a pod is sent requests only while it is ready",
				"A few: what each old pod is answering when it is stopped",
				"Hundreds: a new pod is sent its share while it boots",
			},
			Explain: `Whether a new pod is made first or an old one goes first, the Deployment takes the next
step only when the new pod is available, and that is what readiness says. Until then the
pod is no ready endpoint, and nobody meets the three seconds in which it refuses
connections. An old pod is out of the routes as soon as it is told to go, and serves on
for four seconds (preStop and draining), longer than kube-proxy takes to follow. All the
while both versions answer, so they must be able to live side by side. Without the probes
a pod counts as soon as it runs, and the old ones go while the new ones still boot.`,
		},
		"ko": {
			Title: "부하 중의 업데이트",
			Story: `파드 세 개가 같은 페이지를 제공하고, 1초에 요청 100개가 들어옵니다. 그중 절반은 새 연결입니다. 파드는
시작하고 3초가 지나야 포트를 엽니다. 잠시 뒤 앱을 두 번 업데이트합니다. 먼저 원하는 세 개보다 하나 많게
(maxSurge 1, maxUnavailable 0) v2로, 그것이 끝나면 하나 적게(maxSurge 0, maxUnavailable 1) v3으로 바꿉니다.`,
			Look: `kubectl get pods --watch
kubectl get replicasets --watch
` + suites.WatchEndpoints,
			Question: "두 업데이트를 합쳐 요청이 몇 개나 실패할까요?",
			Choices: []string{
				"없다: 파드는 준비되어 있는 동안에만 요청을 받는다",
				"몇 개: 이전 파드가 중지될 때 답하고 있던 요청",
				"수백 개: 새 파드는 부팅하는 동안에도 자기 몫의 요청을 받는다",
			},
			Explain: `새 파드를 먼저 만들든 이전 파드를 먼저 내보내든, 디플로이먼트는 새 파드가 사용 가능해져야 다음 단계로
넘어갑니다. 그것을 알려 주는 것이 레디니스입니다. 그때까지 파드는 준비된 엔드포인트가 아니므로, 연결을
거부하는 3초를 아무도 겪지 않습니다. 이전 파드는 종료 지시를 받으면 곧바로 경로에서 빠지고, 그 뒤로도 4초
동안(preStop 과 드레이닝) 서비스합니다. kube-proxy가 따라오는 데 걸리는 시간보다 깁니다. 그동안 두 버전이 함께
답하므로, 두 버전은 나란히 있어도 괜찮아야 합니다. 프로브가 없으면 파드는 실행되자마자 사용 가능한 것으로
여겨지고, 새 파드가 아직 부팅하는 동안 이전 파드가 나갑니다.`,
		},
	},
}
