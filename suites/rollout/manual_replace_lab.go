package rollout

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// manualReplaceLab asks what an update by hand costs that a Deployment does for nothing.
var manualReplaceLab = &suites.Lab{
	Finding: "outage-avoided",
	Choices: []suites.Range{
		{To: 500 * time.Millisecond},
		{From: 500 * time.Millisecond, To: 2 * time.Second},
		{From: 2 * time.Second, To: 4 * time.Second},
		{From: 4 * time.Second},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Replaced by hand",
			Story: `Two bare pods serve the page: nobody owns them, somebody keeps them by hand. They take
five seconds to boot. In a moment that somebody updates them with "kubectl delete", which
waits until both are gone, and "kubectl apply". Then the Service is turned to a Deployment
of two pods of the same app, and that is updated as well.`,
			Look: `kubectl get pods -L color --watch
` + suites.WatchEndpoints + `
kubectl get service web -o wide --watch`,
			Question: "How long is the outage of the update by hand?",
			Choices: []string{
				"None: the Service holds requests back until pods of the same names are there again",
				"About a second: as long as \"kubectl apply\" takes",
				"About three seconds: until kube-proxy knows the new pods",
				"Five seconds at the least: nobody answers until a new pod has started and booted",
			},
			Explain: `A bare pod has nobody who would make another: what is deleted is gone until somebody
applies it again. Both old pods serve on for four seconds while they drain. Then the
Service has no endpoint, and holds nothing back: connections fail while kubectl waits, the
new pods are scheduled and started, boot for five seconds and pass their probes. The
Deployment's pods boot just as long. But its controller makes a new one beside the old
ones and takes an old one only when the new one is available: in this same trial its
update loses no request. The outage was never the price of an update, only of the order:
first delete, then make.`,
		},
		"ko": {
			Title: "손으로 교체하기",
			Story: `소유자가 없는 파드 두 개가 페이지를 제공하고, 누군가 손으로 관리합니다. 부팅에 5초가 걸립니다. 잠시 뒤 그
사람이 "kubectl delete" 와 "kubectl apply" 로 파드를 업데이트합니다. "kubectl delete" 는 둘 다 사라질 때까지
기다립니다. 그런 다음 서비스를 같은 앱의 파드 두 개를 가진 디플로이먼트로 돌리고, 그것도 업데이트합니다.`,
			Look: `kubectl get pods -L color --watch
` + suites.WatchEndpoints + `
kubectl get service web -o wide --watch`,
			Question: "손으로 한 업데이트의 중단 시간은 얼마나 될까요?",
			Choices: []string{
				"없다: 같은 이름의 파드가 다시 생길 때까지 서비스가 요청을 붙잡아 둔다",
				"1초쯤: \"kubectl apply\" 가 걸리는 만큼",
				"3초쯤: kube-proxy가 새 파드를 알 때까지",
				"적어도 5초: 새 파드가 시작하고 부팅할 때까지 아무도 답하지 않는다",
			},
			Explain: `소유자가 없는 파드에는 다시 만들어 줄 이가 없습니다. 삭제된 것은 누군가 다시 적용할 때까지 사라진 채입니다.
이전 파드 두 개는 드레이닝하는 4초 동안 서비스합니다. 그다음에는 서비스에 엔드포인트가 하나도 없고, 서비스는
아무것도 붙잡아 두지 않습니다. kubectl이 기다리고, 새 파드가 스케줄되어 시작하고, 5초 동안 부팅하고, 프로브를
통과하는 동안 연결은 실패합니다. 디플로이먼트의 파드도 부팅에 똑같이 걸립니다. 하지만 컨트롤러는 이전 파드 옆에
새 파드를 만들고, 그것이 사용 가능해져야 이전 파드를 내보냅니다. 바로 이 실험에서 그 업데이트는 요청을 하나도
잃지 않습니다. 중단은 업데이트의 값이 아니라 순서의 값이었습니다. 먼저 지우고 나중에 만들었기 때문입니다.`,
		},
	},
}
