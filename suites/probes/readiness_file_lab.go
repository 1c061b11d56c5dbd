package probes

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// readinessFileLab asks how soon a pod that says that it is not ready is left out.
var readinessFileLab = &suites.Lab{
	Finding: "left-endpoints",
	Choices: []suites.Range{
		{To: time.Second},
		{From: time.Second, To: 15 * time.Second},
		{From: 15 * time.Second, To: time.Minute},
		{From: time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Alive, and not ready",
			Story: `Three pods serve the same page. Each has a readiness probe that looks for a file, every
second, with failureThreshold 3. In a moment the file of one pod is taken away.
The app does not know: it goes on answering every request with 200.`,
			Look: `kubectl get pods --watch
` + suites.WatchEndpoints,
			Question: "How long after the file is gone does the pod leave the Service's endpoints?",
			Choices: []string{
				"At once: the kubelet sees that the file is gone",
				"After a few seconds: three probes must fail in a row",
				"After 30 seconds: the container is restarted first, with its grace period",
				"Never: the app answers every request",
			},
			Explain: `Readiness is asked, not seen: the kubelet runs the probe once a period, and only when
failureThreshold of them failed in a row is the pod not ready. The EndpointSlice then
says so and every node stops sending new connections there. Connections that are open
go on: nobody cuts them. And nothing is restarted. That is the difference: liveness
asks whether the container must be started anew, readiness only whether the pod gets
traffic now. When the file is back, so is the pod.`,
		},
		"ko": {
			Title: "살아 있지만 준비되지 않은 파드",
			Story: `파드 세 개가 같은 페이지를 제공합니다. 각 파드의 레디니스 프로브는 1초마다 파일 하나가 있는지
확인하고, 연속 세 번 실패하면 조치합니다(failureThreshold 3). 잠시 뒤 한 파드에서 그 파일이 사라집니다. 앱은 그
사실을 모르고 모든 요청에 계속 200으로 답합니다.`,
			Look: `kubectl get pods --watch
` + suites.WatchEndpoints,
			Question: "파일이 사라진 뒤 얼마 만에 파드가 서비스의 엔드포인트에서 빠질까요?",
			Choices: []string{
				"즉시: kubelet은 파일이 사라진 것을 바로 안다",
				"몇 초 뒤: 프로브가 연속으로 세 번 실패해야 한다",
				"30초 뒤: 먼저 컨테이너가 유예 기간을 거쳐 재시작된다",
				"빠지지 않는다: 앱이 모든 요청에 답하고 있다",
			},
			Explain: `레디니스는 보이는 것이 아니라 물어서 아는 것입니다. kubelet은 한 주기에 한 번 프로브를 실행하고,
failureThreshold 번 연속으로 실패해야 파드를 준비되지 않은 것으로 봅니다. 그러면 엔드포인트슬라이스에
그 사실이 적히고 모든 노드가 새 연결을 그 파드로 보내지 않습니다. 이미 열린 연결은 아무도 끊지
않으므로 계속됩니다. 그리고 아무것도 재시작되지 않습니다. 바로 이것이 차이입니다. 라이브니스는
컨테이너를 다시 시작해야 하는지를, 레디니스는 지금 이 파드에 트래픽을 보내도 되는지를 묻습니다.
파일이 돌아오면 파드도 돌아옵니다.`,
		},
	},
}
