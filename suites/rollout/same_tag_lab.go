package rollout

import "github.com/seatrial/seatrial/suites"

// sameTagLab asks who notices that a tag has other content.
var sameTagLab = &suites.Lab{
	Finding: "brought-by-restart",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 99}, {From: 100, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Pushed to the same tag",
			Story: `Three pods run an image by a tag that moves, as "latest" does; each answer names the
build. In a moment another build, v2, is put under that tag on every worker, and the
manifests are applied again, unchanged. Five seconds later somebody runs "kubectl
rollout restart deployment/web". On new connections 50 requests a second are answered.`,
			Look: `kubectl get pods -o custom-columns='POD:.metadata.name,IMAGE:.spec.containers[0].image,ID:.status.containerStatuses[0].imageID' --watch
kubectl get replicasets --watch`,
			Question: "How many of these answers come from the new build before the restart?",
			Choices: []string{
				"None: nothing that Kubernetes looks at has changed",
				"Some dozens: the first pods have been replaced by then, one by one",
				"Hundreds: what runs under the tag is the new build from now on",
			},
			Explain: `A tag is a name, and the manifests say the same name as before: the API server
has nothing to change, the Deployment controller nothing to roll. What a name
stands for is looked up when a container is created; a running container keeps
the image that it was made of. "kubectl rollout restart" changes an annotation of
the pod template, so new pods are made, one by one and without a lost request,
and they run what their node has under the tag by now. Had a pod died before, its
successor would have been the new build among old ones; and an undo does not
bring the old build back, for every revision names the same tag. With a new tag
the template changes: the update rolls by itself, and there is a way back.`,
		},
		"ko": {
			Title: "같은 태그에 다시 푸시하기",
			Story: `파드 세 개가 "latest" 처럼 내용이 바뀌는 태그의 이미지를 실행하고, 응답마다 어느 빌드인지
말합니다. 잠시 뒤 모든 워커에서 그 태그가 다른 빌드인 v2 를 가리키게 되고, 매니페스트가
그대로 다시 적용됩니다. 5초 뒤 누군가 "kubectl rollout restart deployment/web" 을
실행합니다. 새 연결로 오는 요청에 초당 50개씩 응답하고 있습니다.`,
			Look: `kubectl get pods -o custom-columns='POD:.metadata.name,IMAGE:.spec.containers[0].image,ID:.status.containerStatuses[0].imageID' --watch
kubectl get replicasets --watch`,
			Question: "이 응답들 가운데 재시작하기 전에 새 빌드가 보낸 것은 몇 개일까요?",
			Choices: []string{
				"하나도 없다: 쿠버네티스가 보는 것은 아무것도 바뀌지 않았다",
				"수십 개: 그때까지 파드가 하나씩 교체되기 시작했다",
				"수백 개: 그 태그로 실행 중인 것은 이제부터 새 빌드이다",
			},
			Explain: `태그는 이름일 뿐이고 매니페스트에는 전과 같은 이름이 적혀 있습니다. API 서버는 바꿀 것이 없고,
디플로이먼트 컨트롤러는 롤아웃할 것이 없습니다. 이름이 무엇을 가리키는지는 컨테이너를 만들 때
찾아봅니다. 실행 중인 컨테이너는 처음 만들어질 때의 이미지를 그대로 씁니다. "kubectl rollout restart"
는 파드 템플릿의 어노테이션을 바꾸므로 새 파드가 하나씩 만들어지고, 잃는 요청은 없으며, 새 파드는
이제 노드에서 그 태그가 가리키는 것을 실행합니다. 그전에 죽은 파드가 있었다면 그 대체 파드만 이전
빌드들 사이에서 새 빌드였을 것입니다. 롤백해도 이전 빌드는 돌아오지 않습니다. 모든 리비전이 같은
태그를 가리키기 때문입니다. 새 태그를 쓰면 템플릿이 바뀌므로 저절로 롤아웃되고, 돌아갈 길도 있습니다.`,
		},
	},
}
