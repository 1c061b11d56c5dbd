package faults

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
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
	crowdPods        = 4
	crowdCPU         = "250m" // asked for by each of them: as much as the API server asks for (kubeadm: 250m)

	askEvery   = 50 * time.Millisecond
	askTimeout = 10 * time.Second

	// roomToSpare is how much of a core a control plane is left for each that it takes
	// while it is asked. With four pods beside it that weigh as much as the API server, that
	// and etcd get less than a quarter of it, of which they need more than half.
	roomToSpare = 1.5
	leastCores  = 0.1 // below it a node's own services are what waits
	fitted      = 12  // a twelfth of the time that it is asked for shows what it takes
	fits        = 6   // looks at the most
	alike       = 0.2 // of the larger; two looks that differ by less say the same
)

func (f crowdControlPlane) Card() Card {
	return Card{
		Name:     "pressure/crowd-control-plane",
		Breaks:   fmt.Sprintf("%d pods that burn processor time want to run on a control-plane node that is bounded to %g times what it takes", crowdPods, roomToSpare),
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
	if err := f.fit(ctx, s, node); err != nil {
		return err
	}
	if f.opened {
		if err := s.open(ctx, node); err != nil {
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
	return askEach(ctx, f.ask, func(n int) { s.ask(ctx, n) })
}

// open has the control plane's node take pods, if it does not already.
func (s *Site) open(ctx context.Context, node string) error {
	n, err := s.Client.CoreV1().Nodes().Get(ctx, node, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("read node %s: %w", node, err)
	}
	if !slices.ContainsFunc(n.Spec.Taints, func(t corev1.Taint) bool { return t.Key == controlPlaneRole }) {
		return nil
	}
	if err := s.Undo(s.step(UndoRetaint, "taint "+node+" again", "node", node, "key", controlPlaneRole)); err != nil {
		return err
	}
	return editTaints(ctx, s.Client, node, without(controlPlaneRole))
}

// fit bounds the node to what it takes while its API server is asked, and some to spare:
// how fast its machine is makes no difference then. It is looked at twice in a row until
// both say the same, so that a burst of its work is not taken for what it takes.
func (f crowdControlPlane) fit(ctx context.Context, s *Site, node string) error {
	last := 0.0
	for range fits {
		cores, err := f.takes(ctx, s, node)
		if err != nil {
			return err
		}
		if least, most := min(last, cores), max(last, cores); most-least <= alike*most {
			return s.Nodes.BoundCPU(ctx, node, most)
		}
		last = cores
	}
	return fmt.Errorf("what node %s takes while it is asked is another each time, at last %.2f cores: the bound would be chance", node, last)
}

// takes is how many cores the node is to be left, by what it takes for a while.
func (f crowdControlPlane) takes(ctx context.Context, s *Site, node string) (float64, error) {
	before, err := s.cpuOfNode(ctx, node)
	if err != nil {
		return 0, err
	}
	since, from := s.Clock.Now(), time.Now()
	if err := askEach(ctx, f.ask/fitted, func(int) { _ = s.listPods(ctx) }); err != nil {
		return 0, err
	}
	after, err := s.cpuOfNode(ctx, node)
	if err != nil {
		return 0, err
	}
	cores := coresFor(after-before, time.Since(from))
	s.Note(history.Interval{Source: history.SourceCPU, Subject: node, State: history.StateBurning, From: since, To: s.Clock.Now(),
		Detail: fmt.Sprintf("asked as it will be; to be left %.2f cores", cores), Attrs: history.Attrs{history.AttrMillis: strconv.FormatInt((after - before).Milliseconds(), 10)}})
	return cores, nil
}

// coresFor is how many cores a node is left that took so much processor time, in hundredths.
//
//	coresFor(600ms, 2s) == 0.45
func coresFor(took, in time.Duration) float64 {
	return max(leastCores, math.Ceil(100*roomToSpare*took.Seconds()/in.Seconds())/100)
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

// askEach asks again and again for so long, each time when it is due, however long the
// answers before take, and returns when all are there.
func askEach(ctx context.Context, long time.Duration, ask func(n int)) error {
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
			asked.Go(func() { ask(n) })
		}
	}
}

// listPods asks the API server for the app's pods.
func (s *Site) listPods(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	_, err := s.Client.CoreV1().Pods(s.Namespace).List(ctx, metav1.ListOptions{LabelSelector: workloads.LabelName + "=" + s.App.Name})
	return err
}

// ask lists the app's pods and notes how long the answer took.
func (s *Site) ask(ctx context.Context, n int) {
	from, state := s.Clock.Now(), history.StateAnswered
	if err := s.listPods(ctx); err != nil {
		state = history.StateRefused
	}
	s.Note(history.Interval{Source: history.SourceAPI, Subject: fmt.Sprintf("list pods, %d", n), State: state, From: from, To: s.Clock.Now()})
}

func undoUnbound(ctx context.Context, nodes Nodes, args map[string]string) error {
	return nodes.Unbound(ctx, args["node"])
}
