package faults

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// PacketLoss drops so many of a hundred packets, by chance, on their way through its node
// to the seed's pod of the app and from it; another loss takes the place of the one before.
// Kubelet and pod reach each other as before.
func PacketLoss(percent int) Fault { return packetLoss{percent: percent} }

// PacketLossBetween is PacketLoss between a pod of the app and those of a component on the
// same node alone.
func PacketLossBetween(percent int, component string) Fault { return packetLoss{percent, component} }

type packetLoss struct {
	percent   int
	component string // "": everybody
}

func (f packetLoss) Card() Card {
	whom := ""
	if f.component != "" {
		whom = " from and to those of its " + f.component
	}
	return Card{
		Name:     "network/packet-loss",
		Breaks:   fmt.Sprintf("%d %% of the packets to and from a pod%s are lost", f.percent, whom),
		ShowsAs:  "new connections wait a second for another SYN; answers on open ones come 200 ms late",
		UndoneBy: "the packet rules are removed",
		Look:     "kubectl get pods -o wide; kubectl exec POD -- cat /proc/net/snmp",
	}
}

func (packetLoss) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.NodePower} }

func (f packetLoss) Inject(ctx context.Context, s *Site) error {
	pods, peers, err := f.ends(ctx, s)
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
		_, err := s.Nodes.Exec(ctx, node, "nft", f.rules(table, pod.Status.PodIP, peers))
		return err
	})
	if err != nil {
		return err
	}
	lost := droppedBy(node, table, pod.Name)
	lost.attrs = history.Attrs{history.AttrPercent: strconv.Itoa(f.percent)}
	return s.untilCounted(ctx, lost)
}

// ends are the pod whose packets are lost, and the addresses of those with whom; none: all.
func (f packetLoss) ends(ctx context.Context, s *Site) (pods []corev1.Pod, peers []string, err error) {
	if f.component == "" {
		pods, err = s.Pick(ctx, OnePod)
		return pods, nil, err
	}
	if pods, err = s.Pick(ctx, Beside(f.component)); err != nil {
		return nil, nil, err
	}
	with, err := s.component(ctx, f.component)
	return pods, addresses(with), err
}

// rules drop what a node forwards from and to an address, after a Service's address was
// turned into a pod's.
func (f packetLoss) rules(table, address string, peers []string) string {
	drop := fmt.Sprintf("numgen random mod 100 < %d counter drop; ", f.percent)
	from, to := "ip saddr "+address+" ", "ip daddr "+address+" "
	if len(peers) > 0 {
		set := "{ " + strings.Join(peers, ", ") + " } "
		from, to = from+"ip daddr "+set, to+"ip saddr "+set
	}
	return fmt.Sprintf("add table inet %[1]s; delete table inet %[1]s; add table inet %[1]s { "+
		"chain through { type filter hook forward priority -10; %[2]s%[4]s%[3]s%[4]s}; }", table, from, to, drop)
}
