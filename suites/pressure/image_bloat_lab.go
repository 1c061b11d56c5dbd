package pressure

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// imageBloatLab asks how long unused images keep a node under pressure.
var imageBloatLab = &suites.Lab{
	Finding: "pressure-passes",
	Choices: []suites.Range{
		{To: 5 * time.Second},
		{From: 5 * time.Second, To: 90 * time.Second},
		{From: 90 * time.Second, To: time.Hour},
		{From: time.Hour},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Images that nobody uses",
			Story: `One worker runs two pods of a service; its container runtime has a disk of 2 GiB. In a
moment images that nobody uses are imported until 9 % of that disk are free: the kubelet's
threshold is 15 % (imagefs.available). Two settings are shorter than Kubernetes' own: an
unused image may be collected at any age (own: 2 minutes), and
eviction-pressure-transition-period is 20 s (own: 5 minutes).`,
			Look: `kubectl get nodes -o custom-columns='NODE:.metadata.name,DISK:.status.conditions[?(@.type=="DiskPressure")].status' --watch
kubectl get pods --watch
kubectl get events --namespace default --watch`,
			Question: "How long does the node's condition DiskPressure last?",
			Choices: []string{
				"A moment: with the images the condition goes too",
				"About the transition period: half a minute or so",
				"Five minutes and more: until the kubelet's next collection of images",
				"Until somebody removes the images by hand",
			},
			Explain: `The kubelet compares what is free with its thresholds every 10 s. Below one it sets
DiskPressure, and the node is tainted NoSchedule. Before it evicts anybody it takes away
what nobody misses: dead containers, and images that no container uses. Here that is
enough. The images go in the same pass, no pod is touched, no request is lost; the
condition stays for the transition period, so that it does not flap. The regular
collection of images is another one: it looks every five minutes, and begins at 85 % (here
95 %). Images that the kubelet may not collect, because they are pinned, would keep the
node under pressure until somebody removed them, and the kubelet would evict pods to no
avail.`,
		},
		"ko": {
			Title: "아무도 쓰지 않는 이미지",
			Story: `워커 하나에서 서비스의 파드 두 개가 실행되고, 컨테이너 런타임에는 2 GiB 디스크가 있습니다. 잠시 뒤
아무도 쓰지 않는 이미지를 그 디스크가 9% 남을 때까지 가져옵니다. kubelet의 임계값은
15%(imagefs.available)입니다. 두 설정은 쿠버네티스 기본값보다 짧습니다. 쓰지 않는 이미지는 언제든 정리할
수 있고(기본값은 2분 뒤부터), eviction-pressure-transition-period 는 20초입니다(기본값은 5분).`,
			Look: `kubectl get nodes -o custom-columns='NODE:.metadata.name,DISK:.status.conditions[?(@.type=="DiskPressure")].status' --watch
kubectl get pods --watch
kubectl get events --namespace default --watch`,
			Question: "노드의 DiskPressure 조건은 얼마나 오래갈까요?",
			Choices: []string{
				"잠깐: 이미지가 사라지면 조건도 사라진다",
				"전환 기간만큼: 30초 안팎",
				"5분 이상: kubelet이 다음번에 이미지를 정리할 때까지",
				"누군가 이미지를 손으로 지울 때까지",
			},
			Explain: `kubelet은 10초마다 남은 공간을 임계값과 비교합니다. 그보다 적으면 DiskPressure 를 설정하고, 노드에는
NoSchedule 테인트가 붙습니다. 누군가를 축출하기 전에 kubelet은 없어져도 아무도 아쉬워하지 않을 것부터
치웁니다. 죽은 컨테이너와, 어느 컨테이너도 쓰지 않는 이미지입니다. 여기서는 그것으로 충분합니다.
이미지는 같은 순간에 지워지고 파드는 그대로이며 잃는 요청도 없습니다. 조건은 흔들리지 않도록 전환 기간
동안 유지됩니다. 정기적인 이미지 정리는 별개입니다. 5분마다 살펴보고 사용률 85%부터 시작합니다(여기서는
95%). 고정(pinned)되어 kubelet이 지울 수 없는 이미지였다면 누군가 지울 때까지 압박이 계속되고,
kubelet은 소용없이 파드를 축출했을 것입니다.`,
		},
	},
}
