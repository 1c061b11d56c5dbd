package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/kubectl/pkg/drain"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// NodeDrain cordons every node on which the app has a pod and then evicts the app's
// pods from all of them at once, as `kubectl drain` does: what a budget refuses is
// asked again every 5 s, for a minute. Pods of others are left alone.
func NodeDrain() Fault { return NodeDrainWithin(time.Minute) }

// NodeDrainWithin is NodeDrain with another time after which a drain that a budget does not
// let go on is given up, as by `kubectl drain --timeout`. The nodes stay cordoned.
func NodeDrainWithin(limit time.Duration) Fault { return nodeDrain{limit} }

type nodeDrain struct{ limit time.Duration }

func (nodeDrain) Card() Card {
	return Card{
		Name:     "node/drain",
		Breaks:   "the nodes of the app's pods are cordoned and drained, all at once",
		ShowsAs:  "the nodes are SchedulingDisabled; the pods are evicted, as fast as budgets allow",
		UndoneBy: "the nodes are uncordoned",
		Look:     "kubectl get nodes; kubectl get poddisruptionbudgets --watch",
	}
}

func (nodeDrain) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.Workers(3)} }

func (nodeDrain) Rights() []Right {
	return slices.Concat(Allow("", "pods/eviction", "create"), nodeRights("get", "list", "patch"))
}

// evictAgain is how long kubectl drain waits after a budget refused an eviction.
const evictAgain = 5 * time.Second

func (f nodeDrain) Inject(ctx context.Context, s *Site) error {
	pods, err := s.AppPods(ctx)
	if err != nil {
		return err
	}
	nodes := nodesOf(pods)
	if _, err := s.cordonAll(ctx, "cordon and drain", nodes); err != nil {
		return err
	}
	within, cancel := context.WithTimeout(ctx, f.limit)
	defer cancel()
	helper := &drain.Helper{Ctx: within, Client: s.Client, GracePeriodSeconds: -1, EvictErrorRetryDelay: evictAgain, Out: io.Discard, ErrOut: io.Discard}
	switch err := helper.DeleteOrEvictPods(pods); {
	case ctx.Err() != nil: // kubectl says that its own time-out was reached, and not why
		return fmt.Errorf("wait for %s to be drained: %w", strings.Join(nodes, " "), context.Cause(ctx))
	case err != nil && within.Err() != nil: // refused to the end; whether it should have been is for the judge
		return s.untilCordoned(ctx, nodes)
	case err != nil:
		return fmt.Errorf("drain %s: %w", strings.Join(nodes, " "), err)
	}
	return s.Until(ctx, "every pod of "+strings.Join(nodes, " ")+" gone", func(seen []history.Interval) bool {
		return !slices.ContainsFunc(names(pods), func(pod string) bool {
			_, there := observedNow(seen, history.SourcePod, pod)
			return there
		})
	})
}

// untilCordoned waits until the nodes carry the taint that a cordon brings.
func (s *Site) untilCordoned(ctx context.Context, nodes []string) error {
	return s.Until(ctx, "a cordon on "+strings.Join(nodes, " "), func(seen []history.Interval) bool {
		return !slices.ContainsFunc(nodes, func(node string) bool {
			_, there := observedNow(seen, history.SourceTaint, node+"/"+corev1.TaintNodeUnschedulable+":"+string(corev1.TaintEffectNoSchedule))
			return !there
		})
	})
}

// nodesOf names the nodes of the pods, each once, in order.
func nodesOf(pods []corev1.Pod) []string {
	var all []string
	for _, p := range pods {
		all = append(all, p.Spec.NodeName)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func cordon(ctx context.Context, client kubernetes.Interface, name string, on bool) error {
	node, err := client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("read node %s: %w", name, err)
	}
	c := drain.NewCordonHelper(node)
	if !c.UpdateIfRequired(on) {
		return nil
	}
	err, patchErr := c.PatchOrReplaceWithContext(ctx, client, false)
	if err = errors.Join(err, patchErr); err != nil {
		return fmt.Errorf("cordon node %s: %w", name, err)
	}
	return nil
}

func undoCordon(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	return ignoreGone(cordon(ctx, client, args["node"], false))
}
