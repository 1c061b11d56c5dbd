package selfheal

import "github.com/seatrial/seatrial/suites"

// oneOfTwoContainersLab asks what becomes of the other container when one is killed.
var oneOfTwoContainersLab = &suites.Lab{
	Finding: "sibling-untouched",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 1}, {From: 2, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Two in one pod",
			Story: `A Deployment has one pod with two containers, web and sidecar, which share an emptyDir
volume. In a moment the process of web is killed with SIGKILL, from outside. A second
after all is well again somebody deletes the whole pod.`,
			Look: `kubectl get pods --watch
kubectl get pods --output custom-columns='POD:.metadata.name,CONTAINERS:.status.containerStatuses[*].name,RESTARTS:.status.containerStatuses[*].restartCount' --watch`,
			Question: "Of the pod's two containers, how many are started anew after the kill, before the deletion?",
			Choices: []string{
				"None: the ReplicaSet makes another pod in its place",
				"One: web, and the sidecar runs on as if nothing had happened",
				"Two: a pod is restarted as a whole",
			},
			Explain: `The kubelet restarts containers, not pods. The pod's sandbox stays, with its network,
its address and its volumes; the container that ended is made anew in it, and the other
runs on in the same process. It finds every file in the shared emptyDir, for that lives
as long as the pod. The ReplicaSet counts pods, and the pod was there all the time:
READY 1/2 for a moment, then 2/2 and RESTARTS 1. The deletion is another matter: both
containers are told to stop, both are gone within the grace period, and the emptyDir
with them. The pod that takes its place begins with an empty one.`,
		},
		"ko": {
			Title: "한 파드 안의 두 컨테이너",
			Story: `디플로이먼트에 파드가 하나 있고, 그 안의 두 컨테이너 web 과 sidecar 가 emptyDir 볼륨을
함께 씁니다. 잠시 뒤 web 의 프로세스가 바깥에서 보낸 SIGKILL로 죽습니다. 모든 것이 다시
정상이 되고 1초 뒤에 누군가 파드를 통째로 삭제합니다.`,
			Look: `kubectl get pods --watch
kubectl get pods --output custom-columns='POD:.metadata.name,CONTAINERS:.status.containerStatuses[*].name,RESTARTS:.status.containerStatuses[*].restartCount' --watch`,
			Question: "프로세스가 죽은 뒤 파드가 삭제되기 전까지, 두 컨테이너 가운데 몇 개가 새로 시작될까요?",
			Choices: []string{
				"0개: 레플리카셋이 대신 다른 파드를 만든다",
				"1개: web 만 다시 시작되고 sidecar 는 아무 일 없다는 듯 계속 실행된다",
				"2개: 파드는 통째로 재시작된다",
			},
			Explain: `kubelet이 재시작하는 것은 파드가 아니라 컨테이너입니다. 네트워크와 주소와 볼륨을 가진
파드의 샌드박스는 그대로 남고, 끝난 컨테이너만 그 안에 새로 만들어지며, 다른 컨테이너는
같은 프로세스로 계속 실행됩니다. emptyDir 는 파드와 수명이 같으므로 함께 쓰던 파일도 모두
그대로 있습니다. 레플리카셋은 파드의 수를 세는데, 파드는 내내 있었습니다. READY 가 잠깐
1/2가 되었다가 2/2로 돌아오고 RESTARTS 가 1이 될 뿐입니다. 삭제는 다른 일입니다. 두
컨테이너 모두 종료하라는 신호를 받고 유예 기간 안에 사라지며, emptyDir 도 함께 사라집니다.
그 자리를 대신하는 파드는 빈 emptyDir 로 시작합니다.`,
		},
	},
}
