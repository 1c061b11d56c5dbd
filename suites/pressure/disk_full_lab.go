package pressure

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// diskFullLab asks when a node whose disk was full is open again.
var diskFullLab = &suites.Lab{
	Finding: "pressure-clears",
	Choices: []suites.Range{
		{To: 5 * time.Second},
		{From: 5 * time.Second, To: 90 * time.Second},
		{From: 90 * time.Second, To: time.Hour},
		{From: time.Hour},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "The disk is full",
			Story: `A node's disk is filled in a moment. Then two things are tried that people try: all pods
of the app are deleted, and the node's taint is removed by hand. At last the space is given
back. The kubelet's eviction-pressure-transition-period is 20 s here (Kubernetes' own:
5 minutes).`,
			Look: `kubectl get nodes -o custom-columns='NODE:.metadata.name,TAINTS:.spec.taints[*].key' --watch
kubectl get pods --watch
kubectl get events --watch`,
			Question: "How long after the space was given back is the node's condition DiskPressure gone?",
			Choices: []string{
				"At once: the kubelet sees that there is room",
				"After the transition period",
				"When somebody has removed the taint by hand",
				"When the node was restarted",
			},
			Explain: `The kubelet compares what is free with its eviction thresholds every 10 s. Below one it
sets DiskPressure, and the controller taints the node: no new pod comes. It also
evicts pods, one at a time, while that lasts. Deleting pods frees nothing here: those of the Deployment and the StatefulSet come again and stay
Pending, a bare one is gone for good. A taint removed by hand is back in a moment, for the
condition is still there. When there is room again the condition stays for the transition
period all the same, so that it does not flap; only then the taint goes, by itself.`,
		},
		"ko": {
			Title: "디스크가 가득 찼습니다",
			Story: `잠시 뒤 한 노드의 디스크가 가득 찹니다. 그런 다음 사람들이 흔히 해 보는 두 가지를 해 봅니다. 앱의 모든
파드를 삭제하고, 노드의 테인트를 손으로 지웁니다. 마지막으로 공간을 돌려줍니다. 이 노드 kubelet의
eviction-pressure-transition-period 는 20초입니다(쿠버네티스 기본값은 5분).`,
			Look: `kubectl get nodes -o custom-columns='NODE:.metadata.name,TAINTS:.spec.taints[*].key' --watch
kubectl get pods --watch
kubectl get events --watch`,
			Question: "공간을 돌려준 뒤 얼마 만에 노드의 DiskPressure 조건이 사라질까요?",
			Choices: []string{
				"즉시: kubelet이 공간이 생긴 것을 바로 안다",
				"전환 기간(transition period)이 지난 뒤",
				"누군가 테인트를 손으로 지웠을 때",
				"노드를 재시작했을 때",
			},
			Explain: `kubelet은 10초마다 남은 공간을 축출(eviction) 임계값과 비교합니다. 그보다 적으면 DiskPressure 를 설정하고,
컨트롤러가 노드에 테인트를 붙입니다. 새 파드는 오지 않습니다. 그 상태가 이어지는 동안 kubelet은 파드를 하나씩
축출하기도 합니다. 여기서 파드를 삭제해도 공간은 생기지
않습니다. 디플로이먼트와 스테이트풀셋의 파드는 다시 만들어져 Pending 으로 남고, 소유자가 없는 파드는
영영 사라집니다. 손으로 지운 테인트는 조건이 그대로이므로 금세 돌아옵니다. 공간이 다시 생겨도 조건은
흔들리지 않도록 전환 기간 동안 유지되고, 그 뒤에야 테인트가 저절로 사라집니다.`,
		},
	},
}
