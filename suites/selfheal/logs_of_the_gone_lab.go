package selfheal

import "github.com/seatrial/seatrial/suites"

// logsOfTheGoneLab asks what can be read of a pod that is gone.
var logsOfTheGoneLab = &suites.Lab{
	Finding: "gone-refused",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 1}, {From: 2, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "What it said before it went",
			Story: `A Deployment has one pod. In a moment its process exits with status 1, and the container
is started again: its second run. "kubectl logs --previous" is asked for what the first
one printed. Then the pod is deleted, and as soon as it is gone "kubectl logs" is asked
for that pod again.`,
			Look: `kubectl get pods --watch
kubectl logs --previous deployment/web
kubectl logs --follow deployment/web`,
			Question: "Of how many of the pod's two runs does kubectl print lines when the pod is gone?",
			Choices: []string{
				"None: there is no such pod any more",
				"One: the last run, as it does after a restart",
				"Two: the log files stay on the node",
			},
			Explain: `The API server keeps no logs. It looks the pod up to learn on which node it is, and asks
the kubelet there to read the file. For each container the kubelet keeps the run that is
and the one before it: that is what --previous prints, last words included, and after
the next restart those are gone too. With the pod's object the way to its logs is gone
(NotFound), and the kubelet removes the files of pods that are no more. The Deployment's
new pod has another name and a log of its own, without a previous one. What has to
outlive a pod must be taken while it is there, by a collector on each node. Seatrial
takes it too: the evidence of this trial has both runs.`,
		},
		"ko": {
			Title: "사라지기 전에 남긴 말",
			Story: `디플로이먼트에 파드가 하나 있습니다. 잠시 뒤 프로세스가 종료 코드 1로 끝나고 컨테이너가
다시 시작됩니다. 두 번째 실행입니다. 이때 첫 번째 실행이 출력한 것을 "kubectl logs
--previous" 로 물어봅니다. 그런 다음 파드를 삭제하고, 파드가 사라지자마자 그 파드의 로그를
"kubectl logs" 로 다시 물어봅니다.`,
			Look: `kubectl get pods --watch
kubectl logs --previous deployment/web
kubectl logs --follow deployment/web`,
			Question: "파드가 사라진 뒤 kubectl은 그 파드의 두 번의 실행 가운데 몇 번의 로그를 출력할까요?",
			Choices: []string{
				"0번: 그런 파드는 더 이상 없다",
				"1번: 재시작된 뒤에 그랬듯이 마지막 실행의 로그를 출력한다",
				"2번: 로그 파일은 노드에 남아 있다",
			},
			Explain: `API 서버는 로그를 보관하지 않습니다. 파드를 찾아 어느 노드에 있는지 알아낸 다음, 그곳의
kubelet에게 파일을 읽어 달라고 합니다. kubelet은 컨테이너마다 지금의 실행과 바로 이전
실행을 보관합니다. --previous 가 마지막 한마디까지 보여 주는 것이 바로 그 이전 실행이고,
다음 재시작이 일어나면 그것도 없어집니다. 파드 오브젝트가 사라지면 로그를 찾아갈 길도
사라지고(NotFound), kubelet은 없어진 파드의 파일을 지웁니다. 디플로이먼트의 새 파드는
이름도 로그도 새것이며 이전 실행이 없습니다. 파드보다 오래 남아야 할 로그는 파드가 있는
동안 노드마다 수집기를 두어 가져와야 합니다. Seatrial도 그렇게 하므로 이 실험의 증거에는
두 번의 실행이 모두 있습니다.`,
		},
	},
}
