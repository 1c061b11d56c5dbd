package rollout

import "github.com/seatrial/seatrial/suites"

// scaleIsNoRolloutLab asks what scaling does to the pods that are there.
var scaleIsNoRolloutLab = &suites.Lab{
	Finding: "pods-kept",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 2}, {From: 3, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Two pods more",
			Story: `Three pods of a Deployment serve a page. In a moment somebody scales it to
five, as by "kubectl scale": its spec is changed. Three seconds later somebody
changes the spec again, this time the pod template, which gets another version.`,
			Look: `kubectl get pods --watch
kubectl get replicasets --watch
kubectl rollout history deployment/web`,
			Question: "How many of the three pods are replaced or restarted before the template is edited?",
			Choices: []string{
				"None: two more of the same are made, and that is all",
				"One or two: a rollout has begun, one pod after the other",
				"All three: a Deployment whose spec has changed makes its pods anew",
			},
			Explain: `A Deployment rolls when its pod template changes, and only then: its controller
looks for a ReplicaSet with that very template. The number of replicas is no
part of the template, so the ReplicaSet that is there is found, told to have
five pods, and makes two. There is no new revision, and "kubectl rollout undo"
cannot take a scaling back. The edit is another matter: no ReplicaSet has the
new template, so one is made, with the next revision, and all five pods are
replaced one by one, without a lost request. The Deployment stays at five; but
whoever applies a manifest again that says three scales it back.`,
		},
		"ko": {
			Title: "파드 두 개 더",
			Story: `디플로이먼트의 파드 세 개가 페이지를 제공합니다. 잠시 뒤 누군가 "kubectl scale" 처럼 다섯
개로 스케일합니다. 디플로이먼트의 spec 이 바뀌는 것입니다. 3초 뒤 누군가 spec 을 다시
바꾸는데, 이번에는 파드 템플릿의 버전을 바꿉니다.`,
			Look: `kubectl get pods --watch
kubectl get replicasets --watch
kubectl rollout history deployment/web`,
			Question: "템플릿을 고치기 전까지 파드 세 개 중 몇 개가 교체되거나 재시작될까요?",
			Choices: []string{
				"하나도 없다: 같은 파드가 두 개 더 만들어질 뿐이다",
				"한두 개: 롤아웃이 시작되어 파드가 하나씩 바뀌고 있다",
				"세 개 모두: spec 이 바뀐 디플로이먼트는 파드를 새로 만든다",
			},
			Explain: `디플로이먼트는 파드 템플릿이 바뀔 때, 오직 그때만 롤아웃합니다. 컨트롤러는 바로 그 템플릿을
가진 레플리카셋을 찾습니다. 레플리카 수는 템플릿에 들어 있지 않으므로 지금 있는 레플리카셋을
찾아 다섯 개를 유지하라고 하고, 레플리카셋은 파드 두 개를 더 만듭니다. 새 리비전은 생기지
않고, "kubectl rollout undo" 로 스케일링을 되돌릴 수도 없습니다. 템플릿을 고치는 것은
다릅니다. 새 템플릿을 가진 레플리카셋이 없으므로 다음 리비전으로 하나가 만들어지고, 파드
다섯 개가 모두 하나씩 교체되며, 잃는 요청은 없습니다. 디플로이먼트의 크기는 다섯 개로
남습니다. 다만 세 개라고 적힌 매니페스트를 다시 적용하면 세 개로 돌아갑니다.`,
		},
	},
}
