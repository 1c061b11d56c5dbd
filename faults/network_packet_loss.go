package faults

import (
	"context"
	"fmt"
	"strconv"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// PacketLoss drops so many of a hundred packets, by chance, on their way through its node
// to the seed's pod of the app and from it; another loss takes the place of the one before.
// Kubelet and pod reach each other as before.
func PacketLoss(percent int) Fault { return packetLoss{percent} }

type packetLoss struct{ percent int }

func (f packetLoss) Card() Card {
	return Card{
		Name:     "network/packet-loss",
		Breaks:   fmt.Sprintf("%d %% of the packets to and from a pod are lost", f.percent),
		ShowsAs:  "new connections wait a second for another SYN; answers on open ones come 200 ms late",
		UndoneBy: "the packet rules are removed",
		Look:     "kubectl get pods -o wide; kubectl exec POD -- cat /proc/net/snmp",
	}
}

func (packetLoss) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.NodePower} }

func (f packetLoss) Inject(ctx context.Context, s *Site) error {
	pods, err := s.Pick(ctx, OnePod)
	if err != nil {
		return err
	}
	pod, node, table := pods[0], pods[0].Spec.NodeName, "seatrial-loss-"+s.Namespace
	if err := s.Undo(s.step(UndoPacketRules, "remove the packet rules of "+node, "node", node, "table", table)); err != nil {
		return err
	}
	if err := disarm(ctx, s.Nodes, node, table); err != nil { // of the loss before this one
		return err
	}
	if err := s.arm(ctx, node, table, "nft", "delete", "table", "inet", table); err != nil {
		return err
	}
	err = s.Deed(fmt.Sprintf("drop %d%% of the packets of %s", f.percent, pod.Name), []string{pod.Name}, func() error {
		_, err := s.Nodes.Exec(ctx, node, "nft", f.rules(table, pod.Status.PodIP))
		return err
	})
	if err != nil {
		return err
	}
	lost := droppedBy(node, table, pod.Name)
	lost.attrs = history.Attrs{history.AttrPercent: strconv.Itoa(f.percent)}
	return s.untilCounted(ctx, lost)
}

func (f packetLoss) rules(table, address string) string {
	drop := fmt.Sprintf("numgen random mod 100 < %d counter drop; ", f.percent)
	return fmt.Sprintf("add table inet %[1]s; delete table inet %[1]s; add table inet %[1]s { "+
		"chain through { type filter hook forward priority -10; ip saddr %[2]s %[3]sip daddr %[2]s %[3]s}; }", table, address, drop)
}
