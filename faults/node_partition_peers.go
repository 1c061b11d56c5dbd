package faults

import (
	"context"
	"strings"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// NodePartitionFromPeers cuts the worker on which the seed's pod of the app runs off from
// the other workers and their pods. The control plane reaches it, and calls it Ready.
func NodePartitionFromPeers() Fault { return peersLost{} }

type peersLost struct{}

func (peersLost) Card() Card {
	return Card{
		Name:     "node/partition-from-peers",
		Breaks:   "a worker and its pods are cut off from the other workers and theirs",
		ShowsAs:  "calls between pods of both sides time out, and every node is Ready all the same",
		UndoneBy: "the packet rules are removed",
		Look:     "kubectl get nodes --watch",
	}
}

func (peersLost) Needs() []kindconfigs.Trait {
	return []kindconfigs.Trait{kindconfigs.Workers(2), kindconfigs.NodePower}
}

func (peersLost) Rights() []Right { return nodeRights("list") }

// callLine has a node call the kubelet of another ($1), in vain or not.
const callLine = `timeout 1 bash -c 'exec 3<>/dev/tcp/$0/10250' "$1" 2>/dev/null; true`

func (peersLost) Inject(ctx context.Context, s *Site) error {
	nodes, err := nodeOfOnePod(ctx, s)
	if err != nil {
		return err
	}
	node := nodes[0]
	peers, err := s.addressesBeside(ctx, node, []string{"worker"})
	if err != nil {
		return err
	}
	if err := s.beforeRules(ctx, node, partitionTable); err != nil {
		return err
	}
	err = s.Deed("cut off "+node+" from "+strings.Join(peers, " "), nodes, func() error {
		_, err := s.Nodes.Exec(ctx, node, "nft", dropRules(partitionTable, peers))
		return err
	})
	if err != nil {
		return err
	}
	lost := droppedBy(node, partitionTable, node)
	lost.send = func() error {
		_, err := s.Nodes.Exec(ctx, node, "sh", "-c", callLine, "sh", peers[0])
		return err
	}
	return s.untilCounted(ctx, lost)
}
