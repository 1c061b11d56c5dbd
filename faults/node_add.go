package faults

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

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
	return append(nodeRights("patch"), In(Everywhere, Allow("", "pods", "list", "delete"))...)
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
	emptied := patiently(ctx, func() error { return emptyNode(ctx, client, args["node"]) })
	return errors.Join(emptied, nodes.RemoveNode(ctx, args["node"]))
}

// emptyNode cordons the node, deletes its pods but for those of DaemonSets, and waits
// until they are gone or their time is over. A node that is not there has none.
func emptyNode(ctx context.Context, client kubernetes.Interface, node string) error {
	_, err := client.CoreV1().Nodes().Patch(ctx, node, types.MergePatchType, []byte(`{"spec":{"unschedulable":true}}`), metav1.PatchOptions{})
	if err != nil {
		return ignoreGone(err)
	}
	pods, err := leavingWith(ctx, client, node)
	if err != nil {
		return err
	}
	for _, p := range pods {
		if err := client.CoreV1().Pods(p.Namespace).Delete(ctx, p.Name, metav1.DeleteOptions{}); ignoreGone(err) != nil {
			return fmt.Errorf("delete pod %s: %w", p.Name, err)
		}
	}
	limited, cancel := context.WithTimeout(ctx, emptyPatience)
	defer cancel()
	for left := pods; len(left) > 0 && limited.Err() == nil; {
		select {
		case <-time.After(rollLook):
		case <-limited.Done():
		}
		if left, err = leavingWith(ctx, client, node); err != nil {
			return err
		}
	}
	return nil
}

// leavingWith lists the pods of the node that others must take over.
func leavingWith(ctx context.Context, client kubernetes.Interface, node string) ([]corev1.Pod, error) {
	list, err := client.CoreV1().Pods("").List(ctx, metav1.ListOptions{FieldSelector: "spec.nodeName=" + node})
	if err != nil {
		return nil, fmt.Errorf("list the pods of %s: %w", node, err)
	}
	return slices.DeleteFunc(list.Items, func(p corev1.Pod) bool {
		owner := metav1.GetControllerOf(&p)
		return p.Spec.NodeName != node || owner != nil && owner.Kind == "DaemonSet"
	}), nil
}
