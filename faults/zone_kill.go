package faults

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// ZoneKill cuts the power of every worker in the zone in which the seed's pod of the
// app runs.
func ZoneKill() Fault {
	return zoneKill{wholeNode{
		card: Card{
			Name:     "zone/kill",
			Breaks:   "every worker of one zone loses its power",
			ShowsAs:  "requests to its pods time out; its nodes are NotReady after the grace period, and are evicted one after the other",
			UndoneBy: "the nodes are started again",
			Look:     "kubectl get nodes -L topology.kubernetes.io/zone --watch",
			Blinds:   []string{history.SourceRuntime, history.SourceApp},
		},
		nodes:  zoneOfOnePod,
		rights: nodeRights("list"),
		what:   "cut the power of",
		undo:   startNode,
		act:    powerCut,
	}}
}

type zoneKill struct{ wholeNode }

// Needs: a zone can be lost only where there is another.
func (f zoneKill) Needs() []kindconfigs.Trait { return append(f.wholeNode.Needs(), kindconfigs.Zones) }

// zoneOfOnePod names the nodes of the zone in which the seed's pod of the app runs.
func zoneOfOnePod(ctx context.Context, s *Site) ([]string, error) {
	pods, err := s.Pick(ctx, OnePod)
	if err != nil {
		return nil, err
	}
	list, err := s.Client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list nodes: %w", err)
	}
	zones := map[string]string{}
	for _, n := range list.Items {
		zones[n.Name] = n.Labels[corev1.LabelTopologyZone]
	}
	zone := zones[pods[0].Spec.NodeName]
	if zone == "" {
		return nil, fmt.Errorf("node %s is in no zone (label %s)", pods[0].Spec.NodeName, corev1.LabelTopologyZone)
	}
	var nodes []string
	for _, n := range list.Items {
		if zones[n.Name] == zone {
			nodes = append(nodes, n.Name)
		}
	}
	return nodes, nil
}
