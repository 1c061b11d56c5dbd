package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// CrowdControlPlane has heavy pods want to run on a control-plane node and nowhere else,
// and asks the API server for so long. Opened says that the node's taint is taken off
// first. The node is bounded from outside, so that the machine with the meter goes on.
func CrowdControlPlane(opened bool, ask time.Duration) Fault { return crowdControlPlane{opened, ask} }

type crowdControlPlane struct {
	opened bool
	ask    time.Duration
}

const (
	controlPlaneRole = "node-role.kubernetes.io/control-plane" // its label, and its taint's key
	controlPlaneCPUs = 0.3                                     // an idle control plane takes a fifth of a core
	crowdPods        = 4
	crowdCPU         = "250m" // asked for by each of them: as much as the API server asks for (kubeadm: 250m)

	askEvery   = 200 * time.Millisecond
	askTimeout = 10 * time.Second
)

func (f crowdControlPlane) Card() Card {
	return Card{
		Name:     "pressure/crowd-control-plane",
		Breaks:   fmt.Sprintf("%d pods that burn processor time want to run on a control-plane node that is bounded to %g cores", crowdPods, controlPlaneCPUs),
		ShowsAs:  "they stay Pending for its taint; where that was taken off, the API server answers late",
		UndoneBy: "the pods are deleted, the taint is put back, the bounds are taken off",
		Look:     "kubectl get pods --output wide --watch",
		Blinds:   apiSources,
	}
}

func (crowdControlPlane) Needs() []kindconfigs.Trait {
	return []kindconfigs.Trait{kindconfigs.NodePower}
}

func (crowdControlPlane) Rights() []Right { return append(toRunJob(), nodeRights("get", "update")...) }

// Lasts is for how long the API server is asked.
func (f crowdControlPlane) Lasts() time.Duration { return f.ask }

func (f crowdControlPlane) Inject(ctx context.Context, s *Site) error {
	node := s.Nodes.Names("control-plane")[0]
	unbound := s.step(UndoUnbound, "take the bounds off "+node, "node", node)
	if err := s.Undo(unbound); err != nil {
		return err
	}
	if err := s.Nodes.BoundCPU(ctx, node, controlPlaneCPUs); err != nil {
		return err
	}
	if f.opened {
		if err := s.Undo(s.step(UndoRetaint, "taint "+node+" again", "node", node, "key", controlPlaneRole)); err != nil {
			return err
		}
		if err := editTaints(ctx, s.Client, node, without(controlPlaneRole)); err != nil {
			return err
		}
	}
	if err := s.startJob(ctx, burnJob(s.App.Name, crowdPods, map[string]string{controlPlaneRole: ""}, crowdCPU)); err != nil {
		return err
	}
	// The last that is written is the first that is undone: what is left of it is undone by
	// an API server that has its processor time back.
	if err := s.Undo(unbound); err != nil {
		return err
	}
	if err := f.arrived(ctx, s, node); err != nil {
		return err
	}
	return s.askAPI(ctx, f.ask)
}

// arrived waits until the pods burn, which the node is asked for and not the API server
// that they starve, or until it was seen that no node takes them.
func (f crowdControlPlane) arrived(ctx context.Context, s *Site, node string) error {
	if f.opened {
		crowd, err := s.untilStarted(ctx, node, Batch, crowdPods)
		if err != nil {
			return err
		}
		return s.untilBurns(ctx, crowd)
	}
	return s.Until(ctx, "pods of job "+Batch+" that no node takes", func(seen []history.Interval) bool {
		return slices.ContainsFunc(seen, func(i history.Interval) bool {
			return i.Source == history.SourcePod && strings.HasPrefix(i.Subject, Batch+"-") && i.Attrs[history.AttrReason] == corev1.PodReasonUnschedulable
		})
	})
}

// askAPI lists the trial's pods again and again, each time when it is due, however long
// the answers before take, and notes how long each one took.
func (s *Site) askAPI(ctx context.Context, long time.Duration) error {
	ticker := time.NewTicker(askEvery)
	defer ticker.Stop()
	var asked sync.WaitGroup
	defer asked.Wait()
	for n, end := 1, time.After(long); ; n++ {
		select {
		case <-end:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-ticker.C:
			asked.Go(func() { s.ask(ctx, n) })
		}
	}
}

func (s *Site) ask(ctx context.Context, n int) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	from, state := s.Clock.Now(), history.StateAnswered
	_, err := s.Client.CoreV1().Pods(s.Namespace).List(ctx, metav1.ListOptions{LabelSelector: workloads.LabelName + "=" + s.App.Name})
	if err != nil {
		state = history.StateRefused
	}
	s.Note(history.Interval{Source: history.SourceAPI, Subject: fmt.Sprintf("list pods, %d", n), State: state, From: from, To: s.Clock.Now()})
}

func undoUnbound(ctx context.Context, nodes Nodes, args map[string]string) error {
	return nodes.Unbound(ctx, args["node"])
}
