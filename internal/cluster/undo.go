package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/seatrial/seatrial/internal/journal"
)

// The kinds of undo steps for what is done to a cluster's machines. Args: cluster, node.
const (
	KindNodeStart    = "node/start"
	KindNodeThaw     = "node/thaw"
	KindNodeLinkUp   = "node/link-up"
	KindNodeUnbound  = "node/unbound"
	KindNodeUncordon = "node/uncordon"
	KindNodeRemove   = "node/remove" // a node that was added
)

// NodeStep is the undo step of a kind for a node of the cluster.
func (c *Cluster) NodeStep(kind, node string) journal.Step {
	says := map[string]string{
		KindNodeStart: "start node ", KindNodeThaw: "thaw node ", KindNodeLinkUp: "take up the link of ",
		KindNodeUnbound: "take the bounds off ", KindNodeUncordon: "uncordon ", KindNodeRemove: "remove node ",
	}
	return journal.Step{Kind: kind, Says: says[kind] + node, Args: map[string]string{"cluster": c.Name(), "node": node}}
}

// Undoers returns the undoers of everything that this package does. All of them
// succeed if the cluster is gone: its deletion undid the step.
func Undoers() journal.Undoers { return shell{}.undoers() }

func (s shell) undoers() journal.Undoers {
	return journal.Undoers{
		KindDelete:       s.undoCreate,
		KindNodeStart:    s.onNode((*Cluster).Start),
		KindNodeThaw:     s.onNode((*Cluster).Thaw),
		KindNodeLinkUp:   s.onNode((*Cluster).LinkUp),
		KindNodeUnbound:  s.onNode((*Cluster).Unbound),
		KindNodeUncordon: s.onNode((*Cluster).Uncordon),
		KindNodeRemove:   s.onNode((*Cluster).RemoveNode),
	}
}

func (s shell) onNode(undo func(*Cluster, context.Context, string) error) journal.Undoer {
	return func(ctx context.Context, args map[string]string) error {
		c, err := s.attach(args["cluster"])
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		err = undo(c, ctx, args["node"])
		if errors.Is(err, ErrGone) {
			return nil
		}
		return err
	}
}

// Uncordon lets pods be scheduled to a node again. A node that is not there is no error.
func (c *Cluster) Uncordon(ctx context.Context, name string) error {
	client, err := c.Client()
	if err != nil {
		return err
	}
	patch := []byte(`{"spec":{"unschedulable":null}}`)
	_, err = client.CoreV1().Nodes().Patch(ctx, name, types.MergePatchType, patch, metav1.PatchOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("uncordon %s: %w", name, err)
	}
	return nil
}
