package rollout

import "github.com/seatrial/seatrial/suites"

// configChangeLab asks what a Deployment makes of a changed ConfigMap.
var configChangeLab = &suites.Lab{
	Finding: "revisions",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 1}, {From: 2, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "The ConfigMap that nobody reads again",
			Story: `Three pods take their version from a ConfigMap, as an environment variable, and name it
in each answer. In a moment the ConfigMap says v2 instead of v1, and all manifests are
applied again. Five seconds later somebody runs "kubectl rollout restart deployment/web".`,
			Look: `kubectl get configmap web-config -o jsonpath='{.data.version}{"\n"}'
kubectl get replicasets --watch
kubectl rollout history deployment/web`,
			Question: "By how much has the Deployment's revision risen when all of this is done?",
			Choices: []string{
				"Not at all: neither a ConfigMap nor a restart changes the pod template",
				"By one: the ConfigMap changes nothing in the template, the restart does",
				"By two: the changed ConfigMap rolls the pods, and the restart does so again",
			},
			Explain: `The pod template names the ConfigMap, and the name is as before: the Deployment
sees no change, and nothing rolls. The kubelet looks the value up when it
creates a container, and a process keeps its environment until it ends: every
answer still says v1. A container that happens to be restarted would say v2,
alone among the others. "kubectl rollout restart" writes the time into an
annotation of the template. That is a new template: a new ReplicaSet, the next
revision, and the pods are replaced one by one, without a lost request. With a
checksum of the ConfigMap as an annotation of the template, as many Helm charts
have it, the change itself rolls, and nobody has to think of a restart.`,
		},
		"ko": {
			Title: "아무도 다시 읽지 않는 ConfigMap",
			Story: `파드 세 개가 ConfigMap 에서 환경 변수로 버전을 받아 응답마다 그 버전을 말합니다. 잠시 뒤
ConfigMap 의 값이 v1 에서 v2 로 바뀌고, 모든 매니페스트가 다시 적용됩니다. 5초 뒤 누군가
"kubectl rollout restart deployment/web" 을 실행합니다.`,
			Look: `kubectl get configmap web-config -o jsonpath='{.data.version}{"\n"}'
kubectl get replicasets --watch
kubectl rollout history deployment/web`,
			Question: "이 모든 일이 끝났을 때 디플로이먼트의 리비전은 얼마나 올라 있을까요?",
			Choices: []string{
				"그대로다: ConfigMap 도 재시작도 파드 템플릿을 바꾸지 않는다",
				"1: ConfigMap 은 템플릿에서 아무것도 바꾸지 않고, 재시작은 바꾼다",
				"2: 바뀐 ConfigMap 때문에 롤아웃되고, 재시작으로 한 번 더 롤아웃된다",
			},
			Explain: `파드 템플릿에는 ConfigMap 의 이름이 적혀 있고 그 이름은 그대로입니다. 디플로이먼트가 보기에는 바뀐
것이 없으므로 아무것도 롤아웃되지 않습니다. kubelet은 컨테이너를 만들 때 값을 읽고, 프로세스는 끝날
때까지 그 환경 변수를 그대로 가지고 있습니다. 그래서 모든 응답은 여전히 v1 이라고 말합니다. 우연히
재시작된 컨테이너가 있다면 그것만 혼자 v2 라고 말할 것입니다. "kubectl rollout restart" 는 템플릿의
어노테이션에 시각을 적습니다. 이것은 새 템플릿이므로 새 레플리카셋과 다음 리비전이 생기고, 파드가
하나씩 교체되며, 잃는 요청은 없습니다. 많은 Helm 차트처럼 ConfigMap 의 체크섬을 템플릿의 어노테이션에
적어 두면 ConfigMap 이 바뀌는 것만으로 롤아웃되어, 아무도 재시작을 챙길 필요가 없습니다.`,
		},
	},
}
