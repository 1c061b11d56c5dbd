package observe

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/internal/history"
)

// Pods observes the namespace's pods: SourcePod, SourceReady and
// SourceContainer. A deleted pod ends in all three.
//
// An interval ends and another of the same state begins where an attribute or
// the detail changed (a Pending pod was given a node): whoever wants to know how
// long a state lasted joins what touches.
func Pods(client kubernetes.Interface, namespace string) Observer {
	return podKind(client, namespace, "", &kind[*corev1.Pod]{
		name:      "pods",
		sources:   []string{history.SourcePod, history.SourceReady, history.SourceContainer},
		translate: podFacts,
	})
}

// podKind completes a kind of pods, of those that the label selector names.
func podKind(client kubernetes.Interface, namespace, selector string, k *kind[*corev1.Pod]) *kind[*corev1.Pod] {
	api := client.CoreV1().Pods(namespace)
	k.list = lister(selector, api.List, func(l *corev1.PodList) []corev1.Pod { return l.Items })
	k.watch = watcher(selector, api.Watch)
	k.wait = defaultBounds
	return k
}

// podFacts says what a pod's object says of the pod and its containers.
func podFacts(p *corev1.Pod) []history.Interval {
	facts := []history.Interval{podState(p)}
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			facts = append(facts, history.Interval{
				Source: history.SourceReady, Subject: p.Name, State: string(c.Status), Detail: c.Message,
				Attrs: attrs(history.AttrUID, string(p.UID), history.AttrReason, c.Reason),
			})
		}
	}
	for _, statuses := range [][]corev1.ContainerStatus{
		p.Status.InitContainerStatuses, p.Status.ContainerStatuses, p.Status.EphemeralContainerStatuses} {
		for _, c := range statuses {
			facts = append(facts, containerState(p, c))
		}
	}
	return facts
}

func podState(p *corev1.Pod) history.Interval {
	state, grace := string(p.Status.Phase), ""
	if p.DeletionTimestamp != nil {
		state = "Terminating"
		if p.DeletionGracePeriodSeconds != nil {
			grace = strconv.FormatInt(*p.DeletionGracePeriodSeconds, 10)
		}
	}
	reason, message := podReason(p)
	return history.Interval{
		Source: history.SourcePod, Subject: p.Name, State: state, Detail: message,
		Attrs: attrs(history.AttrUID, string(p.UID), history.AttrNode, p.Spec.NodeName,
			history.AttrOwner, owner(p), history.AttrHash, p.Labels["pod-template-hash"],
			history.AttrReason, reason, "grace", grace),
	}
}

// podReason is why the pod is as it is: its own reason (Evicted), else the
// disruption that it is the target of, else why no node takes it.
func podReason(p *corev1.Pod) (reason, message string) {
	if p.Status.Reason != "" {
		return p.Status.Reason, p.Status.Message
	}
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.DisruptionTarget && c.Status == corev1.ConditionTrue {
			return c.Reason, c.Message
		}
	}
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse {
			return c.Reason, c.Message
		}
	}
	return "", p.Status.Message
}

// owner is the pod's controller, "ReplicaSet/web-7c".
func owner(o metav1.Object) string {
	if c := metav1.GetControllerOfNoCopy(o); c != nil {
		return c.Kind + "/" + c.Name
	}
	return ""
}

func containerState(p *corev1.Pod, c corev1.ContainerStatus) history.Interval {
	i := history.Interval{
		Source: history.SourceContainer, Subject: p.Name + "/" + c.Name, State: "waiting",
		Attrs: attrs(history.AttrUID, string(p.UID), history.AttrRestarts, fmt.Sprint(c.RestartCount),
			history.AttrContainerID, bareID(c.ContainerID)),
	}
	switch s := c.State; {
	case s.Running != nil:
		i.State = "running"
		add(i.Attrs, history.AttrStartedAt, stamp(s.Running.StartedAt))
	case s.Terminated != nil:
		i.State, i.Detail = "terminated", s.Terminated.Message
		add(i.Attrs, history.AttrReason, s.Terminated.Reason, history.AttrExitCode, fmt.Sprint(s.Terminated.ExitCode),
			history.AttrStartedAt, stamp(s.Terminated.StartedAt), history.AttrFinishedAt, stamp(s.Terminated.FinishedAt))
	case s.Waiting != nil:
		i.Detail = s.Waiting.Message
		add(i.Attrs, history.AttrReason, s.Waiting.Reason)
	}
	if last := c.LastTerminationState.Terminated; last != nil {
		add(i.Attrs, history.AttrLastReason, last.Reason, history.AttrLastExit, fmt.Sprint(last.ExitCode))
		if c.State.Terminated == nil {
			add(i.Attrs, history.AttrFinishedAt, stamp(last.FinishedAt))
		}
	}
	return i
}

// bareID takes the runtime's name off: the runtime's own events have none.
//
//	bareID("containerd://4f2a") == "4f2a"
func bareID(id string) string {
	_, bare, ok := strings.Cut(id, "://")
	if !ok {
		return id
	}
	return bare
}

func stamp(t metav1.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// attrs makes attributes of pairs of name and value; empty values are left out.
func attrs(pairs ...string) history.Attrs {
	a := history.Attrs{}
	add(a, pairs...)
	return a
}

func add(a history.Attrs, pairs ...string) {
	for n := 0; n+1 < len(pairs); n += 2 {
		if pairs[n+1] != "" {
			a[pairs[n]] = pairs[n+1]
		}
	}
}
