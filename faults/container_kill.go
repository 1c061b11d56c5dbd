package faults

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// ContainerKill sends a signal to a container's first process, from the node: no
// hook runs, and nobody in Kubernetes is told.
type ContainerKill struct {
	Signal    string // "KILL" (which "" stands for), "TERM", "SEGV"
	Container string // "" is the pod's first
	Choose    Choice // nil is OnePod
	// Beneath is for a node whose runtime is stopped: it chooses from the pods that were
	// ready before, takes the process from the container's shim, and looks itself for its end.
	Beneath bool
}

// Card describes the fault.
func (ContainerKill) Card() Card {
	return Card{
		Name:     "container/kill",
		Breaks:   "a container's first process gets a signal, from outside the pod",
		ShowsAs:  "the container ends: lastState.terminated with exit code 128 + the signal's number",
		UndoneBy: "nothing: the kubelet starts it again, as the pod's restartPolicy says",
		Look:     "kubectl get pods --watch; kubectl describe pod POD | grep -A8 'Last State'",
	}
}

// Needs lists what a place must have.
func (ContainerKill) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.Machines} }

// Inject sends the signal and waits until the container was seen to end.
func (f ContainerKill) Inject(ctx context.Context, s *Site) error {
	pods, err := f.pick(ctx, s)
	if err != nil {
		return err
	}
	signal, targets, since := cmp.Or(f.Signal, "KILL"), names(pods), s.Clock.Now()
	err = s.Deed("send SIG"+signal+" to "+strings.Join(targets, " "), targets, func() error {
		return each(pods, func(pod corev1.Pod) error { return f.kill(ctx, s, pod, signal) })
	})
	if err != nil {
		return err
	}
	if f.Beneath {
		return each(pods, func(pod corev1.Pod) error { return s.untilNoProcess(ctx, pod, f.of(pod)) })
	}
	return s.untilEnded(ctx, pods, f.of, since)
}

// pick chooses the pods.
func (f ContainerKill) pick(ctx context.Context, s *Site) ([]corev1.Pod, error) {
	if !f.Beneath {
		return s.Pick(ctx, f.Choose)
	}
	if len(s.known) == 0 {
		return nil, fmt.Errorf("no pod of %s is known to have been ready", s.App.Name)
	}
	return s.chosen(f.Choose, s.known)
}

// of is the name of the container that is killed in the pod.
func (f ContainerKill) of(pod corev1.Pod) string {
	return cmp.Or(f.Container, pod.Spec.Containers[0].Name)
}

// signalLine asks the runtime for the process of container $1 and sends it signal $2.
const signalLine = `pid=$(crictl inspect --output go-template --template '{{.info.pid}}' "$1") && kill -s "$2" "$pid"`

// signalBeneath does so where no runtime answers: its shim keeps the process's number in a
// file (containerd, cmd/containerd-shim-runc-v2/process/init.go). processLeft says whether
// there is that process still.
const (
	bundle        = "/run/containerd/io.containerd.runtime.v2.task/k8s.io"
	signalBeneath = `pid=$(cat ` + bundle + `/"$1"/init.pid) && kill -s "$2" "$pid"`
	processLeft   = `pid=$(cat ` + bundle + `/"$1"/init.pid) && if test -e /proc/"$pid"; then echo runs; else echo ended; fi`
)

// untilNoProcess waits until the container's first process is gone from its node.
func (s *Site) untilNoProcess(ctx context.Context, pod corev1.Pod, name string) error {
	var last error
	err := wait.PollUntilContextCancel(ctx, 200*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		var out string
		out, last = s.Nodes.Exec(ctx, pod.Spec.NodeName, "sh", "-c", processLeft, "sh", idOf(pod, name))
		return strings.TrimSpace(out) == "ended", nil
	})
	if err != nil {
		return fmt.Errorf("wait for the process of container %s of pod %s to end (%s): %w", name, pod.Name, fmt.Sprint(last), context.Cause(ctx))
	}
	return nil
}

func (f ContainerKill) kill(ctx context.Context, s *Site, pod corev1.Pod, signal string) error {
	name := f.of(pod)
	id := idOf(pod, name)
	if id == "" {
		return fmt.Errorf("pod %s has no container %s that has run", pod.Name, name)
	}
	line := signalLine
	if f.Beneath {
		line = signalBeneath
	}
	if _, err := s.Nodes.Exec(ctx, pod.Spec.NodeName, "sh", "-c", line, "sh", id, signal); err != nil {
		return fmt.Errorf("send SIG%s to container %s of pod %s: %w", signal, name, pod.Name, err)
	}
	return nil
}

// idOf is what the runtime calls the pod's container, "" if it has never run.
func idOf(pod corev1.Pod, container string) string {
	for _, c := range pod.Status.ContainerStatuses {
		if c.Name == container {
			_, id, _ := strings.Cut(c.ContainerID, "://")
			return id
		}
	}
	return ""
}

// untilEnded waits until the container of each pod was seen to end after since.
func (s *Site) untilEnded(ctx context.Context, pods []corev1.Pod, of func(corev1.Pod) string, since time.Duration) error {
	return s.Until(ctx, fmt.Sprintf("the end of a container of %v", names(pods)), func(seen []history.Interval) bool {
		for _, pod := range pods {
			if !containerEnded(seen, pod.Name+"/"+of(pod), since) && !processEnded(seen, idOf(pod, of(pod))) {
				return false
			}
		}
		return true
	})
}

// containerEnded reports whether the container was seen not to run at some time
// since the instant, or to run with another restart count than before.
func containerEnded(seen []history.Interval, container string, since time.Duration) bool {
	before := ""
	for _, i := range seen {
		switch restarts := i.Attrs[history.AttrRestarts]; {
		case i.Source != history.SourceContainer || i.Subject != container:
		case i.From < since:
			before = restarts
		case i.State != "running" || restarts != before:
			return true
		}
	}
	return false
}

// processEnded reports whether the node's runtime saw the container end: it does so
// while the API server is not there to be told.
func processEnded(seen []history.Interval, id string) bool {
	return id != "" && slices.ContainsFunc(seen, func(i history.Interval) bool {
		return i.Source == history.SourceRuntime && i.State == "exit" && i.Attrs[history.AttrContainerID] == id
	})
}

// firstContainer is the name of the pod's first container, which is the app's own.
func firstContainer(pod corev1.Pod) string { return pod.Spec.Containers[0].Name }
