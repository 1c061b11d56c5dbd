package pressure

import (
	"time"

	"github.com/seatrial/seatrial/suites"
)

// biggerDiskLab asks when a node whose runtime was moved to a bigger disk is well again.
var biggerDiskLab = &suites.Lab{
	Finding: "moved-for-good",
	Choices: []suites.Range{
		{To: 3 * time.Minute},
		{From: 3 * time.Minute, To: time.Hour},
		{From: time.Hour},
	},
	Text: map[string]suites.LabText{
		"en": {
			Title: "A bigger disk",
			Story: `The container runtime of the only worker has a disk of 2 GiB of its own. In a moment it is
filled by a file that belongs to nobody, until the node is under DiskPressure. Then
somebody does what operators do: kubelet and runtime are stopped, the runtime's data is
copied to a volume of 4 GiB, the volume is mounted in place of the old disk, and both are
started again.`,
			Look: `kubectl get nodes -o custom-columns='NODE:.metadata.name,DISK:.status.conditions[?(@.type=="DiskPressure")].status' --watch
kubectl get pods --output wide --watch`,
			Question: "How long after the move begins is the node's condition DiskPressure gone?",
			Choices: []string{
				"With the move, within a minute or two: the kubelet starts anew and finds room",
				"After many minutes: the runtime has lost its images, and all are pulled again first",
				"Never: to the kubelet the full disk is the node's until the node joins anew",
			},
			Explain: `Kubelet and runtime know a path, /var/lib/containerd, and no disk. All that the runtime
has is below it: images, snapshots, its own records. So what was copied is there again,
and nothing has to be pulled. The kubelet asks the file system under that path what is
free, and one that was started anew remembers no pressure: the condition goes with its
first looks, and its taint with it. It stays away, and an image that is imported
afterwards takes its room on the new disk and nothing of the old. To delete pods, or the
taint by hand, would not have helped: see the lab pressure/disk-full. While both are
stopped the containers run on, but nobody restarts or probes them: on a node that matters,
drain first.`,
		},
		"ko": {
			Title: "더 큰 디스크",
			Story: `하나뿐인 워커의 컨테이너 런타임은 2 GiB 디스크를 따로 가지고 있습니다. 잠시 뒤 누구의 것도 아닌 파일이
그 디스크를 채워 노드가 DiskPressure 상태가 됩니다. 그러면 운영자가 흔히 하는 일을 합니다. kubelet과
런타임을 멈추고, 런타임의 데이터를 4 GiB 볼륨에 복사하고, 이전 디스크 자리에 그 볼륨을 마운트한 다음
둘을 다시 시작합니다.`,
			Look: `kubectl get nodes -o custom-columns='NODE:.metadata.name,DISK:.status.conditions[?(@.type=="DiskPressure")].status' --watch
kubectl get pods --output wide --watch`,
			Question: "옮기기 시작한 뒤 얼마 만에 노드의 DiskPressure 조건이 사라질까요?",
			Choices: []string{
				"옮기는 것과 함께, 1~2분 안: 새로 시작한 kubelet이 공간을 확인한다",
				"한참 뒤: 런타임이 이미지를 잃었으므로 모두 다시 받아야 한다",
				"사라지지 않는다: 노드가 다시 조인할 때까지 kubelet에게는 가득 찬 디스크가 노드의 디스크다",
			},
			Explain: `kubelet과 런타임은 /var/lib/containerd 라는 경로를 알 뿐, 디스크는 모릅니다. 런타임이 가진 것, 곧
이미지와 스냅샷과 자신의 기록은 모두 그 아래에 있습니다. 그래서 복사한 것이 그대로 다시 있고, 새로 받을
것은 없습니다. kubelet은 그 경로의 파일 시스템에 남은 공간을 묻고, 새로 시작한 kubelet은 이전의 압박을
기억하지 않습니다. 그래서 조건은 처음 몇 번 살펴볼 때 사라지고 테인트도 함께 사라집니다. 다시 돌아오지도
않습니다. 그 뒤에 가져온 이미지는 새 디스크의 공간만 쓰고 이전 디스크의 공간은 쓰지 않습니다. 파드를
삭제하거나 테인트를 손으로 지우는 것은 도움이 되지 않았을 것입니다. pressure/disk-full 실습을 보십시오.
둘이 멈춰 있는 동안에도 컨테이너는 계속 실행되지만 아무도 재시작하거나 프로브하지 않습니다. 중요한
노드라면 먼저 드레인하십시오.`,
		},
	},
}
