package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// DNSNodeLost leaves one replica of the cluster's DNS, on a worker with as few of the
// trial's pods as there is, and then cuts the power of that worker. The replica tolerates
// a lost node for as long as Kubernetes has pods do that ask for nothing else, whatever
// the cluster says instead.
func DNSNodeLost() Fault { return dnsNodeLost{} }

type dnsNodeLost struct{}

func (dnsNodeLost) Card() Card {
	return Card{
		Name:     "dns/node-lost",
		Breaks:   "the cluster's DNS has one replica, and its node loses its power",
		ShowsAs:  "no name is resolved until the node is given up and the replica runs elsewhere",
		UndoneBy: "the node is started again; CoreDNS gets its replicas back",
		Look:     "kubectl get pods -n kube-system -l k8s-app=kube-dns -o wide --watch",
		Blinds:   []string{history.SourceRuntime, history.SourceApp},
	}
}

func (dnsNodeLost) Needs() []kindconfigs.Trait { return NodeKill().Needs() }

func (dnsNodeLost) Rights() []Right {
	return append(toReadDNS(), In(metav1.NamespaceSystem, Allow("apps", "deployments", "update"))...)
}

// defaultToleration is how long pods stay on a lost node unless they, or the API server's
// flags, say otherwise (plugin/pkg/admission/defaulttolerationseconds, 300 s).
const defaultToleration = int64(300)

func (dnsNodeLost) Inject(ctx context.Context, s *Site) error {
	d, err := s.dns(ctx)
	if err != nil {
		return err
	}
	workers, err := s.emptiest(ctx)
	if err != nil {
		return err
	}
	was, err := json.Marshal(dnsSpecOf(d))
	if err != nil {
		return fmt.Errorf("encode what deployment %s is: %w", dnsDeployment, err)
	}
	if err := s.Undo(s.step(UndoDNS, "give deployment "+dnsDeployment+" its replicas back", "was", string(was))); err != nil {
		return err
	}
	alone := oneOn(d, workers)
	err = s.Deed("leave one replica of "+dnsDeployment+", on one of "+strings.Join(workers, " "), []string{dnsDeployment}, func() error {
		return alone.apply(ctx, s.Client)
	})
	if err != nil {
		return err
	}
	if err := alone.untilRolled(ctx, s.Client); err != nil {
		return err
	}
	pods, err := dnsPods(ctx, s.Client)
	if err != nil {
		return err
	}
	lost := wholeNode{
		what: "cut the power of", undo: startNode, act: powerCut,
		nodes: func(context.Context, *Site) ([]string, error) { return nodesOf(pods), nil },
	}
	return lost.Inject(ctx, s)
}

// emptiest are the workers with the fewest pods of the trial.
func (s *Site) emptiest(ctx context.Context) ([]string, error) {
	list, err := s.Client.CoreV1().Pods(s.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list pods: %w", err)
	}
	pods := map[string]int{}
	for _, p := range list.Items {
		pods[p.Spec.NodeName]++
	}
	workers := slices.Clone(s.Nodes.Names("worker"))
	fewest := slices.MinFunc(workers, func(a, b string) int { return pods[a] - pods[b] })
	return slices.DeleteFunc(workers, func(w string) bool { return pods[w] > pods[fewest] }), nil
}

// oneOn is one replica on one of the nodes, with Kubernetes' own toleration.
func oneOn(d *appsv1.Deployment, nodes []string) dnsSpec {
	one, seconds, spec := int32(1), defaultToleration, dnsSpecOf(d.DeepCopy())
	spec.Replicas = &one
	if spec.Affinity == nil {
		spec.Affinity = &corev1.Affinity{}
	}
	spec.Affinity.NodeAffinity = &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: onNodes(corev1.NodeSelectorOpIn, nodes...)}
	for _, key := range []string{corev1.TaintNodeNotReady, corev1.TaintNodeUnreachable} {
		spec.Tolerations = append(spec.Tolerations, corev1.Toleration{Key: key, Operator: corev1.TolerationOpExists,
			Effect: corev1.TaintEffectNoExecute, TolerationSeconds: &seconds})
	}
	return spec
}

// onNodes selects nodes by their names, or all others.
func onNodes(op corev1.NodeSelectorOperator, nodes ...string) *corev1.NodeSelector {
	return &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
		MatchExpressions: []corev1.NodeSelectorRequirement{{Key: corev1.LabelHostname, Operator: op, Values: nodes}}}}}
}
