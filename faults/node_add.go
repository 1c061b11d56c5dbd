package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/kubectl/pkg/drain"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// NodeAdd adds a worker to the cluster. It is in place once the API calls it Ready. Its
// undo empties the node before it removes it, so that nobody loses a request.
func NodeAdd() Fault { return nodeAdd{} }

type nodeAdd struct{}

func (nodeAdd) Card() Card {
	return Card{
		Name:     "node/add",
		Breaks:   "a worker is added to the cluster",
		ShowsAs:  "a node that is Ready; pods that wait for room get it",
		UndoneBy: "the node is cordoned, emptied and removed",
		Look:     "kubectl get nodes --watch",
	}
}

func (nodeAdd) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.NodePower} }

func (nodeAdd) Rights() []Right {
	return slices.Concat(nodeRights("get", "patch"), In(Everywhere, Allow("", "pods", "get", "list", "delete")), In(Everywhere, Allow("apps", "daemonsets", "get")))
}

func (nodeAdd) Inject(ctx context.Context, s *Site) error {
	node := s.Nodes.NextWorker()
	if err := s.Undo(s.step(UndoNodeRetire, "empty and remove node "+node, "node", node)); err != nil {
		return err
	}
	err := s.Deed("add node "+node, []string{node}, func() error { return s.Nodes.AddWorker(ctx, node) })
	if err != nil {
		return err
	}
	return s.Until(ctx, "node "+node+" Ready", func(seen []history.Interval) bool {
		i, ok := observedNow(seen, history.SourceNode, node)
		return ok && i.State == string(corev1.ConditionTrue)
	})
}

// emptyPatience is how long the pods of a node that is removed are given to end: their
// grace period, 30 s by default, and what it takes to see it. Those that do not are lost.
const emptyPatience = 45 * time.Second

// undoNodeRetire has the node's pods go elsewhere and removes it.
func (c Connection) undoNodeRetire(ctx context.Context, args map[string]string) error {
	client, err := c.Client(args["kubeconfig"])
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the cluster is gone, and all that was done to it
	}
	if err != nil {
		return fmt.Errorf("connect by %s: %w", args["kubeconfig"], err)
	}
	nodes, err := c.Nodes(args["cluster"])
	if err != nil {
		return fmt.Errorf("reach the nodes of cluster %s: %w", args["cluster"], err)
	}
	emptied := c.waits.patiently(ctx, args, func() error { return emptyNode(ctx, client, args["node"]) })
	return errors.Join(emptied, nodes.RemoveNode(ctx, args["node"]))
}

// emptyNode drains the node as kubectl does, budgets apart, and waits until its pods are
// gone or their time is over. A node that is not there has none.
func emptyNode(ctx context.Context, client kubernetes.Interface, node string) error {
	if err := cordon(ctx, client, node, true); err != nil {
		return ignoreGone(err)
	}
	limited, cancel := context.WithTimeout(ctx, emptyPatience)
	defer cancel()
	helper := &drain.Helper{Ctx: limited, Client: client, Force: true, GracePeriodSeconds: -1, IgnoreAllDaemonSets: true,
		DeleteEmptyDirData: true, DisableEviction: true, Out: io.Discard, ErrOut: io.Discard}
	if err := drain.RunNodeDrain(helper, node); err != nil && limited.Err() == nil {
		return fmt.Errorf("drain %s: %w", node, err)
	}
	return nil
}
