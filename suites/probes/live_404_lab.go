package probes

import "github.com/seatrial/seatrial/suites"

// live404Lab asks which statuses the kubelet takes for health.
var live404Lab = &suites.Lab{
	Finding: "live-codes",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 3}, {From: 4, To: 5}, {From: 6, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Eight answers",
			Story: `Eight pods serve the same page. Liveness asks /live every second, with failureThreshold
3. In a moment /live answers with another status in each of them: 200, 204, 302,
399, 400, 404, 500 and 503. The page itself is served by all of them as before.`,
			Look: `kubectl get pods --watch
kubectl get events --watch --field-selector reason=Unhealthy`,
			Question: "How many of the eight pods are restarted?",
			Choices: []string{
				"None: whatever is answered, the process is alive",
				"Two: 500 and 503, for only those are the server's own errors",
				"Four: 400, 404, 500 and 503",
				"Six: all but 200 and 204",
			},
			Explain: `To the kubelet's HTTP probe a status from 200 up to 399 is success, and any other is
failure. A redirect is success: one within the same host is followed first, another is
not. A 404 counts as much as a 500, and so would 401: after three in a row the container
is stopped and started again, although the app served its callers all the time. Here the
new process answers 200 again. A probe path that really moved, or asks for a login since
the last release, fails in every replica at once and after each restart again: a restart
loop, and no fault of the app. Without the liveness probe none of the eight would be
restarted, nor would one that hangs.`,
		},
		"ko": {
			Title: "여덟 가지 응답",
			Story: `파드 여덟 개가 같은 페이지를 제공합니다. 라이브니스는 /live 를 1초마다 확인하고, 연속
세 번 실패하면 조치합니다(failureThreshold 3). 잠시 뒤 /live 가 파드마다 다른 상태 코드로 답합니다. 200, 204,
302, 399, 400, 404, 500, 503입니다. 페이지 자체는 모든 파드가 전과 같이 제공합니다.`,
			Look: `kubectl get pods --watch
kubectl get events --watch --field-selector reason=Unhealthy`,
			Question: "여덟 파드 가운데 몇 개가 재시작될까요?",
			Choices: []string{
				"0개: 무엇이라고 답하든 프로세스는 살아 있다",
				"2개: 500과 503만이 서버 자신의 오류이다",
				"4개: 400, 404, 500, 503",
				"6개: 200과 204를 뺀 전부",
			},
			Explain: `kubelet의 HTTP 프로브에는 200부터 399까지가 성공이고 나머지는 모두 실패입니다.
리다이렉트도 성공입니다. 같은 호스트 안의 것은 먼저 따라가 보고, 다른 호스트로 가는 것은
따라가지 않습니다. 404는 500과 똑같이 실패로 치고, 401도 마찬가지입니다. 연속 세 번이면
앱이 내내 요청에 잘 답하고 있었어도 컨테이너는 중지되고 다시 시작됩니다. 여기서는 새
프로세스가 다시 200으로 답합니다. 하지만 프로브 경로가 정말로 옮겨졌거나 이번 릴리스부터
로그인을 요구한다면, 모든 레플리카에서 한꺼번에, 재시작한 뒤에도 다시 실패합니다. 앱에는
잘못이 없는데 재시작이 끝없이 이어집니다. 라이브니스 프로브가 없으면 여덟 개 모두
재시작되지 않지만, 멈춰 버린 파드도 재시작되지 않습니다.`,
		},
	},
}
