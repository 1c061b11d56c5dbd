package rollout

import "github.com/seatrial/seatrial/suites"

// canaryShareLab asks how much harm a bad canary does until it is aborted.
var canaryShareLab = &suites.Lab{
	Finding: "canary-aborted",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 99}, {From: 100, To: 799}, {From: 800, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "One bad pod of ten",
			Story: `Ten pods serve a page, and two hundred requests come in every second on new connections.
In a moment one of the ten is a canary: a new version, in a Deployment of its own behind
the same Service. It answers its probes with 200 and every page with 500. When it has been
there for twelve seconds it is aborted; a good one then goes from one pod to five and to
all ten.`,
			Look: `kubectl get deployments --watch
kubectl get pods -L track --watch
` + suites.WatchEndpoints,
			Question: "How many of the requests on new connections fail until the bad canary is aborted?",
			Choices: []string{
				"None: a pod that answers 500 is taken out of the Service",
				"A few dozen: kube-proxy avoids a pod after its first errors",
				"Some two or three hundred: one pod of ten is sent a tenth",
				"A thousand and more: of two versions each is sent half",
			},
			Explain: `For each new connection kube-proxy picks one of the ready endpoints at random. It knows
nothing of HTTP, of errors or of versions: one pod of ten gets a tenth, give or take what
chance does. Readiness does not help, for it asks /ready, and that is well. Only who reads
the answers can tell, and abort. Then the canary's Deployment is scaled to 0, the pod is
no ready endpoint any more, and new connections miss it as soon as the routes have
followed; those that are kept open stay with it until it stops. So the harm is the share
times the time until somebody notices. The share comes in whole pods: one per cent of the
requests this way takes a hundred pods, or a proxy that divides requests instead.`,
		},
		"ko": {
			Title: "열 개 중 나쁜 파드 하나",
			Story: `파드 열 개가 페이지를 제공하고, 새 연결로 1초에 요청 200개가 들어옵니다. 잠시 뒤 열 개 중 하나가 카나리가
됩니다. 같은 서비스 뒤에 있는 별도의 디플로이먼트에 든 새 버전입니다. 프로브에는 200으로, 모든 페이지에는
500으로 답합니다. 카나리는 생기고 12초 뒤에 중단됩니다. 그다음 좋은 카나리가 파드 하나에서 다섯 개, 열 개 모두로
늘어납니다.`,
			Look: `kubectl get deployments --watch
kubectl get pods -L track --watch
` + suites.WatchEndpoints,
			Question: "나쁜 카나리가 중단될 때까지, 새 연결로 들어온 요청 가운데 몇 개나 실패할까요?",
			Choices: []string{
				"없다: 500으로 답하는 파드는 서비스에서 빠진다",
				"수십 개: 처음 몇 번 오류가 나면 kube-proxy가 그 파드를 피한다",
				"200~300개쯤: 열 개 중 하나인 파드는 10분의 1을 받는다",
				"1000개 이상: 두 버전이 절반씩 받는다",
			},
			Explain: `새 연결마다 kube-proxy는 준비된 엔드포인트 가운데 하나를 무작위로 고릅니다. HTTP도 오류도 버전도 모릅니다. 열 개
중 하나인 파드는 우연에 따라 조금씩 다를 뿐 10분의 1을 받습니다. 레디니스는 도움이 되지 않습니다. /ready 를
확인하는데 그것은 정상이기 때문입니다. 답을 살펴보는 사람만이 알아채고 중단할 수 있습니다. 중단하면 카나리의
디플로이먼트가 0으로 줄고, 파드는 더 이상 준비된 엔드포인트가 아니며, 경로가 따라오는 대로 새 연결은 그 파드로 가지
않습니다. 열려 있는 연결은 파드가 멈출 때까지 머뭅니다. 그러므로 피해는 몫에 누군가 알아챌 때까지의 시간을 곱한
것입니다. 몫은 파드 단위로만 나뉩니다. 이 방법으로 요청의 1%만 보내려면 파드가 100개 있거나, 요청을 나누어 보내는
프록시가 있어야 합니다.`,
		},
	},
}
