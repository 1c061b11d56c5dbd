package web

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/workloads"
)

// OnNodesWith puts every pod on nodes that carry the label, and nowhere else.
// The key "kubernetes.io/hostname" names one node.
func OnNodesWith(key, value string) workloads.Change {
	return everyPod(func(p *corev1.PodSpec) {
		if p.NodeSelector == nil {
			p.NodeSelector = map[string]string{}
		}
		p.NodeSelector[key] = value
	})
}

// AllOnOneNode has the pods go where one of them already is. It is a preference,
// with nothing against it: a requirement would still point at the node when the
// node is lost, and no replacement could be scheduled.
func AllOnOneNode() workloads.Change {
	return everyTemplate(func(t workloads.PodTemplate) {
		t.Spec.Affinity = &corev1.Affinity{PodAffinity: &corev1.PodAffinity{
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.WeightedPodAffinityTerm{
				{Weight: 100, PodAffinityTerm: withItsLike(t)},
			},
		}}
		// The scheduler spreads pods by default, unless they bring a constraint of
		// their own; this one, on a key that no node has, asks for nothing.
		t.Spec.TopologySpreadConstraints = []corev1.TopologySpreadConstraint{{
			MaxSkew: 1, TopologyKey: "seatrial.dev/nowhere",
			WhenUnsatisfiable: corev1.ScheduleAnyway, LabelSelector: withItsLike(t).LabelSelector,
		}}
	})
}

// SpreadAcrossNodes keeps the pods of one version evenly on the nodes that can
// take them; a lost node, tainted, does not count.
func SpreadAcrossNodes() workloads.Change { return spreadAcross(corev1.LabelHostname) }

// SpreadAcrossZones keeps the pods of one version evenly in the zones whose nodes can
// take them; a lost zone, its nodes tainted, does not count.
func SpreadAcrossZones() workloads.Change { return spreadAcross(corev1.LabelTopologyZone) }

func spreadAcross(topologyKey string) workloads.Change {
	honor := corev1.NodeInclusionPolicyHonor
	return everyTemplate(func(t workloads.PodTemplate) {
		t.Spec.TopologySpreadConstraints = []corev1.TopologySpreadConstraint{{
			MaxSkew: 1, TopologyKey: topologyKey, WhenUnsatisfiable: corev1.DoNotSchedule,
			LabelSelector: withItsLike(t).LabelSelector, NodeTaintsPolicy: &honor,
			MatchLabelKeys: []string{"pod-template-hash"},
		}}
	})
}

// OneNodeEach forbids two pods on one node.
func OneNodeEach() workloads.Change {
	return everyTemplate(func(t workloads.PodTemplate) {
		t.Spec.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{withItsLike(t)},
		}}
	})
}

// PreferOneNodeEach has two pods on one node only if there is no other way.
func PreferOneNodeEach() workloads.Change {
	return everyTemplate(func(t workloads.PodTemplate) {
		t.Spec.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.WeightedPodAffinityTerm{
				{Weight: 100, PodAffinityTerm: withItsLike(t)},
			},
		}}
	})
}

// Tolerations has the pods stay on a lost node for d before they are evicted,
// instead of the cluster's default (300 s); rounded up to whole seconds.
func Tolerations(d time.Duration) workloads.Change {
	return everyPod(func(p *corev1.PodSpec) {
		s := seconds(d)
		p.Tolerations = nil
		for _, key := range []string{corev1.TaintNodeNotReady, corev1.TaintNodeUnreachable} {
			p.Tolerations = append(p.Tolerations, corev1.Toleration{Key: key,
				Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: &s})
		}
	})
}

// StaysOnLostNode has the pods stay on a lost node for ever, as those of a DaemonSet do.
func StaysOnLostNode() workloads.Change {
	return func(o *workloads.Objects) {
		Tolerations(0)(o)
		everyPod(func(p *corev1.PodSpec) {
			for n := range p.Tolerations {
				p.Tolerations[n].TolerationSeconds = nil
			}
		})(o)
	}
}

// Tolerates has the pods be placed on nodes with a NoSchedule taint of that key as well.
func Tolerates(key string) workloads.Change {
	return everyPod(func(p *corev1.PodSpec) {
		p.Tolerations = append(p.Tolerations, corev1.Toleration{Key: key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule})
	})
}

// ToleratesAll has the pods be placed on nodes with any NoSchedule taint: a toleration without a key matches every key.
func ToleratesAll() workloads.Change { return Tolerates("") }

func everyTemplate(edit func(workloads.PodTemplate)) workloads.Change {
	return func(o *workloads.Objects) {
		for _, t := range o.PodTemplates() {
			edit(t)
		}
	}
}

// withItsLike selects, per node, the pods of the template's own component.
func withItsLike(t workloads.PodTemplate) corev1.PodAffinityTerm {
	return corev1.PodAffinityTerm{TopologyKey: corev1.LabelHostname,
		LabelSelector: &metav1.LabelSelector{MatchLabels: copied(t.Meta.Labels)}}
}
