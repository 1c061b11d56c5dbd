package probes

import "github.com/seatrial/seatrial/suites"

// asPrintedLab asks what becomes of a manifest that was copied without its command.
var asPrintedLab = &suites.Lab{
	Finding: "crash-loops",
	Counts:  []suites.Count{{From: 0, To: 0}, {From: 1, To: 1}, {From: 2, To: 6}, {From: 7, To: -1}},
	Text: map[string]suites.LabText{
		"en": {
			Title: "Copied from a tutorial",
			Story: `Three pods are created from the manifests that tutorials print: a liveness probe by exec
on a file that goes after 30 s, one by HTTP on a path that answers 500 after 10 s, one
by TCP. A fourth, liveness-exec-args, is the first one as it is often copied: args that
begin with /bin/sh, and no command. Its image has an entry point. You watch them for a
minute.`,
			Look: `kubectl get pods --watch
kubectl get events --watch --field-selector reason=Unhealthy
while sleep 1; do kubectl logs liveness-exec-args; done`,
			Question: "How often is the container of liveness-exec-args restarted in that minute?",
			Choices: []string{
				"Not once: the args are what is run",
				"Once: after half a minute the file is gone, and its probe fails",
				"A few times: it ends at once, and each time it has to wait longer",
				"Dozens of times: it ends at once, and is started again at once",
			},
			Explain: `command takes the place of the image's ENTRYPOINT, args take that of its CMD. With args
alone the entry point stays and is handed /bin/sh as an argument that it does not know:
exit code 64, before any probe asks. (busybox has no entry point: there the same lines
work.) The kubelet starts it again at once, then after 10 s, then after 20:
CrashLoopBackOff. The probe has no part in it. The others do what the text beside them
says: GET /healthz fails three times three seconds apart, the command three times five
seconds apart, an event Unhealthy each, then Killing and a restart; and TCP finds its
port open all the time.`,
		},
		"ko": {
			Title: "튜토리얼에서 베껴 온 매니페스트",
			Story: `튜토리얼에 실린 매니페스트로 파드 세 개를 만듭니다. 라이브니스 프로브가 각각 30초 뒤
사라지는 파일을 exec으로, 10초 뒤 500으로 답하는 경로를 HTTP로, 포트를 TCP로 확인합니다.
네 번째인 liveness-exec-args 는 첫 번째를 흔히 베끼는 모습 그대로입니다. /bin/sh 로
시작하는 args 만 있고 command 가 없습니다. 이미지에는 엔트리포인트가 있습니다. 1분 동안
지켜봅니다.`,
			Look: `kubectl get pods --watch
kubectl get events --watch --field-selector reason=Unhealthy
while sleep 1; do kubectl logs liveness-exec-args; done`,
			Question: "그 1분 동안 liveness-exec-args 의 컨테이너는 몇 번 재시작될까요?",
			Choices: []string{
				"0번: args 가 그대로 실행된다",
				"1번: 30초 뒤 파일이 사라져 프로브가 실패한다",
				"몇 번: 시작하자마자 끝나고, 매번 더 오래 기다려야 한다",
				"수십 번: 시작하자마자 끝나고 곧바로 다시 시작된다",
			},
			Explain: `command 는 이미지의 ENTRYPOINT를, args 는 CMD를 대신합니다. args 만 있으면 엔트리포인트가
그대로 남아 /bin/sh 를 알지 못하는 인자로 받습니다. 그래서 어떤 프로브가 묻기도 전에 종료
코드 64로 끝납니다(엔트리포인트가 없는 busybox에서는 같은 내용이 잘 작동합니다). kubelet은
곧바로, 다음에는 10초 뒤, 그다음에는 20초 뒤에 다시 시작합니다. 이것이 CrashLoopBackOff
이고, 프로브와는 상관이 없습니다. 나머지는 설명에 적힌 대로 움직입니다. GET /healthz 는
3초 간격으로 세 번, 명령은 5초 간격으로 세 번 실패하고, 실패마다 Unhealthy 이벤트가 나온
뒤 Killing 과 재시작이 이어집니다. TCP 프로브가 확인하는 포트는 내내 열려 있습니다.`,
		},
	},
}
