package rollout

import "github.com/seatrial/seatrial/suites"

// pauseResumeLab asks how many rollouts come of several edits.
var pauseResumeLab = &suites.Lab{
	Finding: "revisions",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 1}, {From: 2, To: 3}, {From: 4, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Three edits and a pause",
			Story: `Three pods of a Deployment serve a page. In a moment it is paused, as by "kubectl
rollout pause", and its pod template is edited three times, one edit after the other:
the version, another variable, the memory limit. Three seconds later it is resumed.`,
			Look: `kubectl get replicasets --watch
kubectl get deployment web -o custom-columns='PAUSED:.spec.paused,REVISION:.metadata.annotations.deployment\.kubernetes\.io/revision' --watch`,
			Question: "By how much has the Deployment's revision risen when all of this is done?",
			Choices: []string{
				"Not at all: what is edited during a pause is lost",
				"By one: all that was edited is one new template, and one rollout",
				"By three: the edits have waited, and roll one after the other",
				"By five: to pause and to resume count as well",
			},
			Explain: `Edits do not queue up. Each changes spec.template, and what counts is the
template that is there in the end. While spec.paused is true the Deployment
controller makes no ReplicaSet for it, so no pod is touched. When it is resumed,
the controller looks for a ReplicaSet with the template as it is now, finds none
and makes one, with the next revision: one rollout, pod by pod, and no request is
lost. The pause itself is no part of the template. Without it each edit rolls at
once, over the unfinished rollout before it: three ReplicaSets, pods of versions
that nobody wanted, and "kubectl rollout undo" goes back to one of those.`,
		},
		"ko": {
			Title: "멈춰 두고 세 번 고치기",
			Story: `디플로이먼트의 파드 세 개가 페이지를 제공합니다. 잠시 뒤 "kubectl rollout pause" 처럼
롤아웃을 일시 중지하고, 파드 템플릿을 차례로 세 번 고칩니다. 버전, 또 다른 환경 변수 하나,
메모리 제한입니다. 3초 뒤에 롤아웃을 재개합니다.`,
			Look: `kubectl get replicasets --watch
kubectl get deployment web -o custom-columns='PAUSED:.spec.paused,REVISION:.metadata.annotations.deployment\.kubernetes\.io/revision' --watch`,
			Question: "이 모든 일이 끝났을 때 디플로이먼트의 리비전은 얼마나 올라 있을까요?",
			Choices: []string{
				"그대로다: 일시 중지된 동안 고친 것은 사라진다",
				"1: 고친 것을 모두 합쳐 새 템플릿 하나이고, 롤아웃도 한 번이다",
				"3: 고친 것들이 기다리고 있다가 하나씩 차례로 롤아웃된다",
				"5: 일시 중지와 재개도 리비전에 들어간다",
			},
			Explain: `고친 내용은 줄을 서서 기다리지 않습니다. 고칠 때마다 spec.template 이 바뀔 뿐이고, 마지막에 남은
템플릿만 의미가 있습니다. spec.paused 가 true 인 동안 디플로이먼트 컨트롤러는 그 템플릿의
레플리카셋을 만들지 않으므로 어떤 파드도 건드리지 않습니다. 재개하면 컨트롤러는 지금 템플릿과 같은
레플리카셋을 찾고, 없으므로 다음 리비전으로 하나를 만듭니다. 파드를 하나씩 바꾸는 롤아웃 한 번이며,
잃는 요청은 없습니다. 일시 중지 자체는 템플릿에 들어 있지 않습니다. 일시 중지하지 않았다면 고칠
때마다 끝나지 않은 이전 롤아웃 위에 곧바로 새 롤아웃이 시작됩니다. 레플리카셋이 세 개 생기고, 아무도
원하지 않은 버전의 파드가 만들어지며, "kubectl rollout undo" 는 그런 버전 중 하나로 돌아갑니다.`,
		},
	},
}
