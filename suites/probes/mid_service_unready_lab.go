package probes

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// midServiceUnreadyLab asks how a pod that needed a break comes back.
var midServiceUnreadyLab = &suites.Lab{
	Finding: "back-in-endpoints",
	Choices: []suites.Range{
		{To: 10 * time.Second},
		{From: 10 * time.Second, To: 2 * time.Minute},
		{From: 2 * time.Minute},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "A pod that needs a break",
			Story: `Three pods serve the same page. Readiness asks /ready every second: three failures in a
row make a pod unready. In a moment /ready of one pod answers 503 for more than ten
seconds, as an app does that fills a cache again; whatever else it is asked it answers
as before. Then /ready answers 200 again.`,
			Look: `kubectl get pods --watch
` + suites.WatchEndpoints,
			Question: "How long after that is the pod an endpoint of the Service again?",
			Choices: []string{
				"A few seconds: one probe that succeeds is enough",
				"Half a minute: its container is restarted first",
				"Never by itself: somebody has to delete the pod",
			},
			Explain: `Readiness works both ways. The kubelet goes on asking a pod that is not ready, and
successThreshold says how many successes it wants: one here, and by default. The
condition Ready turns True, the EndpointSlice says so, and kube-proxy on every node
sends new connections there again. Between the two the pod got no new connection, while
those that were open stayed with it. Nothing was restarted, for liveness asks /live,
which was well all the time; and no request was lost. Without the readiness probe the
pod would have got its share of new connections throughout, ready for them or not.`,
		},
		"ko": {
			Title: "잠시 쉬어야 하는 파드",
			Story: `파드 세 개가 같은 페이지를 제공합니다. 레디니스는 /ready 를 1초마다 확인하고, 연속 세 번
실패하면 파드는 준비되지 않은 것이 됩니다. 잠시 뒤 한 파드의 /ready 가 캐시를 다시 채우는
앱처럼 10초 넘게 503으로 답합니다. 다른 요청에는 전과 같이 답합니다. 그런 다음 /ready 는
다시 200으로 답합니다.`,
			Look: `kubectl get pods --watch
` + suites.WatchEndpoints,
			Question: "그 뒤 얼마 만에 파드가 다시 서비스의 엔드포인트가 될까요?",
			Choices: []string{
				"몇 초: 프로브가 한 번 성공하면 충분하다",
				"30초쯤: 먼저 컨테이너가 재시작된다",
				"저절로는 돌아오지 않는다: 누군가 파드를 삭제해야 한다",
			},
			Explain: `레디니스는 양쪽으로 작동합니다. kubelet은 준비되지 않은 파드에도 계속 묻고, 몇 번 성공해야
하는지는 successThreshold 가 정합니다. 여기서도 기본값에서도 한 번입니다. Ready 조건이
True 가 되면 엔드포인트슬라이스에 적히고, 모든 노드의 kube-proxy가 새 연결을 다시 그
파드로 보냅니다. 그 사이 파드는 새 연결을 받지 않았고, 이미 열린 연결은 그대로 남아
있었습니다. 라이브니스가 확인하는 /live 는 내내 정상이었으므로 아무것도 재시작되지 않았고,
잃은 요청도 없습니다. 레디니스 프로브가 없었다면 이 파드는 준비되었든 아니든 내내 제 몫의
새 연결을 받았을 것입니다.`,
		},
	},
}
