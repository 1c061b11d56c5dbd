package faults

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// ContainerKill sends a signal to a container's first process, from the node: no
// hook runs, and nobody in Kubernetes is told.
type ContainerKill struct {
	Signal    string // "KILL" (which "" stands for), "TERM", "SEGV"
	Container string // "" is the pod's first
	Choose    Choice // nil is OnePod
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
	pods, err := s.Pick(ctx, f.Choose)
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
	return s.untilEnded(ctx, pods, f.of, since)
}

// of is the name of the container that is killed in the pod.
func (f ContainerKill) of(pod corev1.Pod) string {
	return cmp.Or(f.Container, pod.Spec.Containers[0].Name)
}

// signalLine asks the runtime for the process of container $1 and sends it signal $2.
const signalLine = `pid=$(crictl inspect --output go-template --template '{{.info.pid}}' "$1") && kill -s "$2" "$pid"`

func (f ContainerKill) kill(ctx context.Context, s *Site, pod corev1.Pod, signal string) error {
	name := f.of(pod)
	id := idOf(pod, name)
	if id == "" {
		return fmt.Errorf("pod %s has no container %s that has run", pod.Name, name)
	}
	if _, err := s.Nodes.Exec(ctx, pod.Spec.NodeName, "sh", "-c", signalLine, "sh", id, signal); err != nil {
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
