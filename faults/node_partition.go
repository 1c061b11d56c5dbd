package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/journal"
)

// NodePartition cuts the worker on which the seed's pod of the app runs off from all
// other nodes and their pods: packets are dropped in the worker, everything there goes on.
func NodePartition() Fault { return partition(nil) }

// NodePartitionFromControlPlane cuts the worker off from the control plane only: its
// peers and their pods still reach it.
func NodePartitionFromControlPlane() Fault {
	f := partition([]string{"control-plane"})
	f.card.Name = "node/partition-from-control-plane"
	f.card.Breaks = "a worker is cut off from the control plane; its peers and their pods still reach it"
	f.card.ShowsAs = "requests that come by the control plane's node time out; the node is NotReady after the grace period; its pods are evicted and run on"
	return f
}

// partition cuts a worker off from the nodes of the roles; nil is all of them.
func partition(roles []string) wholeNode {
	return wholeNode{
		card: Card{
			Name:     "node/partition",
			Breaks:   "a worker is cut off from the other nodes; its pods go on and nobody reaches them",
			ShowsAs:  "requests to its pods time out; the node is NotReady after the grace period; its pods are evicted and run on, unseen",
			UndoneBy: "the packet rules are removed",
			Look:     "kubectl get nodes --watch",
			Blinds:   []string{history.SourceApp}, // logs come by way of the kubelet
		},
		rights: nodeRights("list"),
		what:   "cut off",
		undo:   withoutRules,
		act: func(ctx context.Context, s *Site, node string) error {
			peers, err := s.addressesBeside(ctx, node, roles)
			if err != nil {
				return err
			}
			if err := s.arm(ctx, node, partitionTable, "nft", "delete", "table", "inet", partitionTable); err != nil {
				return err
			}
			_, err = s.Nodes.Exec(ctx, node, "nft", dropRules(partitionTable, peers))
			return err
		},
	}
}

func withoutRules(s *Site, node string) journal.Step {
	return s.step(UndoPacketRules, "remove the packet rules of "+node, "node", node, "table", partitionTable)
}

// partitionTable holds all the rules, so that one delete removes them.
const partitionTable = "seatrial-partition"

// dropRules drops whatever comes from the addresses or goes to them, before anything
// else looks at it on the way in and after everything did on the way out, and counts it.
func dropRules(table string, addresses []string) string {
	return fmt.Sprintf(`add table inet %[1]s { `+
		`set peers { type ipv4_addr; flags interval; elements = { %[2]s }; }; `+
		`chain in { type filter hook prerouting priority -400; ip saddr @peers counter drop; }; `+
		`chain out { type filter hook postrouting priority 400; ip daddr @peers counter drop; }; }`, table, strings.Join(addresses, ", "))
}

// addressesBeside lists the addresses of the other nodes of the roles, and of their pods.
func (s *Site) addressesBeside(ctx context.Context, node string, roles []string) ([]string, error) {
	list, err := s.Client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list nodes: %w", err)
	}
	var all []string
	for _, n := range list.Items {
		of := func(role string) bool { return slices.Contains(s.Nodes.Names(role), n.Name) }
		if n.Name == node || roles != nil && !slices.ContainsFunc(roles, of) {
			continue
		}
		for _, a := range n.Status.Addresses {
			if a.Type == corev1.NodeInternalIP {
				all = append(all, a.Address)
			}
		}
		if n.Spec.PodCIDR != "" {
			all = append(all, n.Spec.PodCIDR)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("node %s has no other node to be cut off from", node)
	}
	return all, nil
}

// removeTable removes table $1 of nft, if it is there.
const removeTable = `all=$(nft list tables inet) || exit
if echo "$all" | grep -qxF -e "table inet $1"; then nft delete table inet "$1"; fi`

// undoPacketRules removes a table of nft and the timer that would have done so.
func undoPacketRules(ctx context.Context, nodes Nodes, args map[string]string) error {
	node, table := args["node"], args["table"]
	_, err := nodes.Exec(ctx, node, "sh", "-c", removeTable, "sh", table)
	if err != nil {
		return err
	}
	return disarm(ctx, nodes, node, table)
}
