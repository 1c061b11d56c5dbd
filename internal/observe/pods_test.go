package observe

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
)

var noon = metav1.NewTime(time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC))

// webPod is a pod as the API serves it, at some point of its life.
func webPod(phase corev1.PodPhase, change ...func(*corev1.Pod)) *corev1.Pod {
	p := pod("web-1", phase, append([]func(*corev1.Pod){func(p *corev1.Pod) {
		p.Labels = map[string]string{"pod-template-hash": "7c"}
		controller := true
		p.OwnerReferences = []metav1.OwnerReference{{Kind: "ReplicaSet", Name: "web-7c", Controller: &controller}}
		p.Spec.NodeName = "worker"
	}}, change...)...)
	return &p
}

func condition(kind corev1.PodConditionType, status corev1.ConditionStatus, reason, message string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{Type: kind, Status: status, Reason: reason, Message: message})
	}
}

func container(restarts int32, now, last corev1.ContainerState) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "web", RestartCount: restarts,
			State: now, LastTerminationState: last, ContainerID: "containerd://4f2a"}}
	}
}

func running() corev1.ContainerState {
	return corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: noon}}
}

func terminated(reason string, code int32) corev1.ContainerState {
	return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: reason, ExitCode: code, StartedAt: noon, FinishedAt: noon}}
}

func waiting(reason string) corev1.ContainerState {
	return corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: "back-off 10s"}}
}

func deleted(grace int64) func(*corev1.Pod) {
	return func(p *corev1.Pod) { p.DeletionTimestamp, p.DeletionGracePeriodSeconds = &noon, &grace }
}

func TestPodFacts(t *testing.T) {
	const stampedNoon = "2026-01-02T12:00:00Z"
	podAttrs := func(more ...string) history.Attrs {
		a := attrs("uid", "uid-web-1", "node", "worker", "owner", "ReplicaSet/web-7c", "hash", "7c")
		add(a, more...)
		return a
	}
	of := func(source, subject, state string, a history.Attrs) history.Interval {
		return history.Interval{Source: source, Subject: subject, State: state, Attrs: a}
	}
	with := func(i history.Interval, detail string) history.Interval { i.Detail = detail; return i }
	ctr := func(state string, more ...string) history.Interval {
		a := attrs("uid", "uid-web-1", "containerID", "4f2a")
		add(a, more...)
		return of("container", "web-1/web", state, a)
	}
	ready := func(state, reason string) history.Interval {
		return of("ready", "web-1", state, attrs("uid", "uid-web-1", "reason", reason))
	}
	for name, c := range map[string]struct {
		pod  *corev1.Pod
		want []history.Interval
	}{
		"just created": {webPod(corev1.PodPending, func(p *corev1.Pod) { p.Spec.NodeName = "" }),
			[]history.Interval{of("pod", "web-1", "Pending", attrs("uid", "uid-web-1", "owner", "ReplicaSet/web-7c", "hash", "7c"))}},
		"no node takes it": {webPod(corev1.PodPending, condition(corev1.PodScheduled, "False", "Unschedulable", "0/3 nodes are available")),
			[]history.Interval{with(of("pod", "web-1", "Pending", podAttrs("reason", "Unschedulable")), "0/3 nodes are available")}},
		"container being made": {webPod(corev1.PodPending, condition(corev1.PodScheduled, "True", "", ""),
			condition(corev1.PodReady, "False", "ContainersNotReady", ""), container(0, waiting("ContainerCreating"), corev1.ContainerState{})),
			[]history.Interval{of("pod", "web-1", "Pending", podAttrs()), ready("False", "ContainersNotReady"),
				with(ctr("waiting", "restarts", "0", "reason", "ContainerCreating"), "back-off 10s")}},
		"running, not ready": {webPod(corev1.PodRunning, condition(corev1.PodReady, "False", "ContainersNotReady", ""),
			container(0, running(), corev1.ContainerState{})),
			[]history.Interval{of("pod", "web-1", "Running", podAttrs()), ready("False", "ContainersNotReady"),
				ctr("running", "restarts", "0", "startedAt", stampedNoon)}},
		"ready": {webPod(corev1.PodRunning, condition(corev1.PodReady, "True", "", ""), container(0, running(), corev1.ContainerState{})),
			[]history.Interval{of("pod", "web-1", "Running", podAttrs()), ready("True", ""),
				ctr("running", "restarts", "0", "startedAt", stampedNoon)}},
		"killed for its memory": {webPod(corev1.PodRunning, container(0, terminated("OOMKilled", 137), corev1.ContainerState{})),
			[]history.Interval{of("pod", "web-1", "Running", podAttrs()),
				ctr("terminated", "restarts", "0", "reason", "OOMKilled", "exitCode", "137", "startedAt", stampedNoon, "finishedAt", stampedNoon)}},
		"ended well": {webPod(corev1.PodSucceeded, container(0, terminated("Completed", 0), corev1.ContainerState{})),
			[]history.Interval{of("pod", "web-1", "Succeeded", podAttrs()),
				ctr("terminated", "restarts", "0", "reason", "Completed", "exitCode", "0", "startedAt", stampedNoon, "finishedAt", stampedNoon)}},
		"restarted": {webPod(corev1.PodRunning, container(1, running(), terminated("OOMKilled", 137))),
			[]history.Interval{of("pod", "web-1", "Running", podAttrs()),
				ctr("running", "restarts", "1", "startedAt", stampedNoon, "lastReason", "OOMKilled", "lastExitCode", "137", "finishedAt", stampedNoon)}},
		"crash loop": {webPod(corev1.PodRunning, container(2, waiting("CrashLoopBackOff"), terminated("Error", 1))),
			[]history.Interval{of("pod", "web-1", "Running", podAttrs()),
				with(ctr("waiting", "restarts", "2", "reason", "CrashLoopBackOff", "lastReason", "Error", "lastExitCode", "1", "finishedAt", stampedNoon), "back-off 10s")}},
		"terminating": {webPod(corev1.PodRunning, deleted(30)),
			[]history.Interval{of("pod", "web-1", "Terminating", podAttrs("grace", "30"))}},
		"terminating at once": {webPod(corev1.PodFailed, deleted(0)),
			[]history.Interval{of("pod", "web-1", "Terminating", podAttrs("grace", "0"))}},
		"evicted for its node": {webPod(corev1.PodRunning, condition(corev1.DisruptionTarget, "True", "DeletionByTaintManager", "node lost"), deleted(30)),
			[]history.Interval{with(of("pod", "web-1", "Terminating", podAttrs("grace", "30", "reason", "DeletionByTaintManager")), "node lost")}},
		"evicted for pressure": {webPod(corev1.PodFailed, func(p *corev1.Pod) { p.Status.Reason, p.Status.Message = "Evicted", "low on disk" }),
			[]history.Interval{with(of("pod", "web-1", "Failed", podAttrs("reason", "Evicted")), "low on disk")}},
	} {
		t.Run(name, func(t *testing.T) { same(t, podFacts(c.pod), c.want) })
	}
}

func TestDeletedPodEndsInAllItsSources(t *testing.T) {
	api, rec := newAPI(t), newRecorder()
	p := *webPod(corev1.PodRunning, condition(corev1.PodReady, "True", "", ""), container(0, running(), corev1.ContainerState{}))
	api.set(p)
	a := armed(t, rec, quick(Pods(api.client(), testNamespace)))
	last := *webPod(corev1.PodFailed, condition(corev1.PodReady, "False", "PodFailed", ""), container(0, terminated("Error", 137), corev1.ContainerState{}))
	api.delete(last)
	await(t, rec, "the end of web-1", func(is []history.Interval) bool {
		return isGone(history.SourcePod, "web-1")(is) && isGone(history.SourceReady, "web-1")(is) && isGone(history.SourceContainer, "web-1/web")(is)
	})
	stop(t, a)
	died := false
	for _, i := range rec.Snapshot() {
		died = died || i.Source == history.SourceContainer && i.State == "terminated" && i.Attrs[history.AttrExitCode] == "137"
	}
	if !died {
		t.Error("the last words of the pod, which came with its end, are not in the record")
	}
}
