package probes

import "github.com/seatrial/seatrial/suites"

// startupHoldsOffLab asks what liveness does to a boot that takes longer than it allows.
var startupHoldsOffLab = &suites.Lab{
	Finding: "booted-undisturbed",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 1}, {From: 2, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "A boot that takes its time",
			Story: `Two pods. Liveness asks /live every second, with failureThreshold 3: quick enough
for a deadlock. A startup probe asks /startup every second, with failureThreshold 30. In
a moment the process of one pod exits, and from now on each start in that pod takes
twelve seconds until it listens: its cache is cold.`,
			Look: `kubectl get pods --watch
kubectl get events --watch --field-selector reason=Unhealthy`,
			Question: "How often is the container started until the pod is ready again?",
			Choices: []string{
				"Not at all: the pod is given up, and another one made",
				"Once: it boots for twelve seconds, and nothing disturbs it",
				"Again and again: liveness fails three times before it listens",
			},
			Explain: `While a container's startup probe has not passed, the kubelet runs no other probe of it.
Twelve seconds of refused connections are some twelve failures of the startup probe,
which has thirty, and none of liveness. Once it has passed it is not asked again, and
liveness begins with its short patience. So a boot may take half a minute, and a
deadlock is still found in a few seconds. Without the startup probe liveness would give
up after three failures and restart the container, whose next boot takes as long again:
a loop that gets nowhere, with longer and longer pauses.`,
		},
		"ko": {
			Title: "천천히 부팅하는 앱",
			Story: `파드가 두 개 있습니다. 라이브니스는 /live 를 1초마다 확인하고 연속 세 번 실패하면
조치합니다(failureThreshold 3). 데드락을 찾기에 충분히 빠릅니다. 스타트업 프로브는 /startup 을 1초마다
확인하고 failureThreshold 는 30입니다. 잠시 뒤 한 파드의 프로세스가 종료되고, 이제부터 그
파드에서는 시작할 때마다 포트를 열기까지 12초가 걸립니다. 캐시가 비어 있기 때문입니다.`,
			Look: `kubectl get pods --watch
kubectl get events --watch --field-selector reason=Unhealthy`,
			Question: "파드가 다시 준비될 때까지 컨테이너는 몇 번 시작될까요?",
			Choices: []string{
				"0번: 그 파드는 버려지고 다른 파드가 만들어진다",
				"1번: 12초 동안 아무 방해 없이 부팅한다",
				"여러 번: 포트를 열기 전에 라이브니스가 세 번 실패한다",
			},
			Explain: `스타트업 프로브가 성공하기 전에는 kubelet이 그 컨테이너의 다른 프로브를 실행하지 않습니다.
연결이 거부되는 12초는 failureThreshold 가 30인 스타트업 프로브의 실패 열두 번쯤일 뿐,
라이브니스의 실패가 아닙니다. 한 번 성공한 뒤에는 다시 묻지 않고, 그때부터 인내심이 짧은
라이브니스가 시작됩니다. 그래서 부팅은 30초까지 걸려도 되고, 데드락은 여전히 몇 초 만에
발견됩니다. 스타트업 프로브가 없으면 라이브니스가 세 번 실패한 뒤 컨테이너를 재시작하는데,
다음 부팅도 똑같이 오래 걸립니다. 점점 긴 간격을 두고 되풀이될 뿐, 끝내 준비되지 못합니다.`,
		},
	},
}
