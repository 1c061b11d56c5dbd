package probes

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// blindSpotLab asks what happens to a pod whose health endpoint says that all is well.
var blindSpotLab = &suites.Lab{
	Finding: "left-endpoints",
	Choices: []suites.Range{
		{To: time.Second},
		{From: time.Second, To: 15 * time.Second},
		{From: 15 * time.Second, To: time.Minute},
		{From: time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "The endpoint that says that all is well",
			Story: `Three pods serve the same page. Liveness asks /live, which the app answers without
looking at anything. Readiness asks the very page that users ask for, every second, with
failureThreshold 3. In a moment that page of one pod answers 500, and /live goes on
answering 200.`,
			Look: `kubectl get pods --watch
` + suites.WatchEndpoints + `
kubectl get events --watch --field-selector reason=Unhealthy`,
			Question: "How long after the first 500 does the pod leave the Service's endpoints?",
			Choices: []string{
				"At once: a 500 is seen by kube-proxy",
				"After a few seconds: three readiness probes must fail in a row",
				"After the container was restarted",
				"Never: /live answers 200",
			},
			Explain: `kube-proxy knows no HTTP: it sends connections, whatever is answered on them. Only a
probe that asks for what users ask for sees what they see. Here readiness does, and after
failureThreshold failures the pod gets no new connection; nothing is restarted, for
liveness is well. Had readiness asked /live too, a third of all answers would be 500 to
the end. The other way round it would be worse: liveness on the business path restarts
pods for what a restart cannot mend.`,
		},
		"ko": {
			Title: "모든 것이 정상이라고 말하는 엔드포인트",
			Story: `파드 세 개가 같은 페이지를 제공합니다. 라이브니스는 /live 를 확인하는데, 앱은 아무것도 살펴보지 않고
답합니다. 레디니스는 사용자가 요청하는 바로 그 페이지를 1초마다 확인하고, 연속 세 번 실패하면
조치합니다(failureThreshold 3). 잠시 뒤 한 파드의 그 페이지가 500으로 답하기 시작하고, /live 는 계속 200으로 답합니다.`,
			Look: `kubectl get pods --watch
` + suites.WatchEndpoints + `
kubectl get events --watch --field-selector reason=Unhealthy`,
			Question: "첫 500 뒤 얼마 만에 파드가 서비스의 엔드포인트에서 빠질까요?",
			Choices: []string{
				"즉시: kube-proxy가 500을 본다",
				"몇 초 뒤: 레디니스 프로브가 연속으로 세 번 실패해야 한다",
				"컨테이너가 재시작된 뒤",
				"빠지지 않는다: /live 가 200으로 답한다",
			},
			Explain: `kube-proxy는 HTTP를 모릅니다. 무엇이라고 답하든 연결을 보낼 뿐입니다. 사용자가 요청하는 것을 그대로 묻는
프로브만이 사용자가 보는 것을 봅니다. 여기서는 레디니스가 그렇고, failureThreshold 번 실패하면 파드는 새
연결을 받지 않습니다. 라이브니스는 정상이므로 아무것도 재시작되지 않습니다. 레디니스도 /live 를 확인했다면
응답의 3분의 1은 끝까지 500이었을 것입니다. 반대의 경우는 더 나쁩니다. 라이브니스로 업무 경로를 확인하면
재시작으로 고칠 수 없는 일 때문에 파드를 재시작합니다.`,
		},
	},
}
