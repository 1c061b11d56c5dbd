package model

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

const (
	renewalJitter    = 1.04                   // component-helpers lease controller: JitterUntil(..., 0.04)
	taintPass        = 100 * time.Millisecond // controller/nodelifecycle/scheduler NodeEvictionPeriod
	nodeEvictionRate = 10 * time.Second       // one node per 10 s: --node-eviction-rate 0.1/s
)

// LeaseSilent is the window from the last renewal of a node's lease to its condition
// Ready turning Unknown: the node controller noticed the renewal at its next look, and calls
// the node silent at the first look after the grace period since
// (controller/nodelifecycle/node_lifecycle_controller.go tryUpdateNodeHealth). A status that
// the kubelet wrote after that renewal, but before the next was due, is a sign of life too, and has
// the controller forget the lease that it knew: it takes the same one for new at the look after.
//
//	grace 50s, lease 40s, monitor period 5s == 50s..76.4s
func (w *World) LeaseSilent(node string) Window {
	grace, period := orElse(w.Settings.NodeMonitorGracePeriod, w.defaultGrace()), w.monitorPeriod()
	renewal := time.Duration(float64(w.Kubelet(node).LeaseDuration) / 4 * renewalJitter)
	status := renewal + period
	return Between(grace, grace+2*period, fmt.Sprintf(
		"node-monitor-grace-period %s, node-monitor-period %s (node_lifecycle_controller.go)", grace, period)).
		Late(status, fmt.Sprintf("%s for a status written after the renewal", status)).
		Late(react, "1s for the status to arrive")
}

// NodeNotReady is the window from a node's death to its condition Ready turning
// Unknown. The lease was renewed at most a quarter of its duration before
// (kubelet/kubelet.go nodeLeaseRenewIntervalFraction); the node controller
// noticed that at its next look, and calls the node silent at the first look after the
// grace period since (controller/nodelifecycle/node_lifecycle_controller.go
// tryUpdateNodeHealth).
//
//	grace 50s, lease 40s, monitor period 5s == 39.6s..61s
func (w *World) NodeNotReady(node string) Window {
	grace := orElse(w.Settings.NodeMonitorGracePeriod, w.defaultGrace())
	period := w.monitorPeriod()
	lease := w.Kubelet(node).LeaseDuration
	renewal := time.Duration(float64(lease) / 4 * renewalJitter)
	return Between(grace-renewal, grace+2*period, fmt.Sprintf(
		"node-monitor-grace-period %s, lease renewed every %s, node-monitor-period %s (node_lifecycle_controller.go)",
		grace, lease/4, period)).Late(react, "1s for the status to arrive")
}

const (
	runtimePatience = 30 * time.Second // kubelet/kubelet.go maxWaitForContainerRuntime
	runtimeLook     = 5 * time.Second  // kubelet/kubelet.go Run: updateRuntimeUp
	statusJitter    = 1.04             // kubelet/kubelet.go Run: JitterUntil(syncNodeStatus, ..., 0.04)
)

// RuntimeDown is the window from the end of a node's container runtime to its
// condition Ready turning False: the kubelet, which saw the runtime well at most 5 s
// before, waits for it and says so with its next status.
//
//	nodeStatusUpdateFrequency 10s == 25s..41.4s
func (w *World) RuntimeDown(node string) Window {
	status := time.Duration(float64(w.Kubelet(node).StatusUpdateFrequency) * statusJitter)
	return Between(runtimePatience-runtimeLook, runtimePatience+status, fmt.Sprintf(
		"30s for the runtime, looked at every 5s (maxWaitForContainerRuntime), nodeStatusUpdateFrequency %s", w.Kubelet(node).StatusUpdateFrequency)).
		Late(react, "1s for the status to arrive")
}

// NodeLost is the window from the fault of that name (see its card) to its node being
// not ready: what is silent is given up by the control plane, a kubelet without its
// runtime says it itself.
func (w *World) NodeLost(fault, node string) Window {
	if HarmOf(fault) == RuntimeStops {
		return w.RuntimeDown(node)
	}
	return w.NodeNotReady(node)
}

// defaultGrace is 50 s since 1.32, 40 s before.
func (w *World) defaultGrace() time.Duration {
	if w.Version.AtLeast(1, 32) {
		return 50 * time.Second
	}
	return 40 * time.Second
}

func (w *World) monitorPeriod() time.Duration {
	return orElse(w.Settings.NodeMonitorPeriod, 5*time.Second)
}

// NodeLeft is the window from a node's death to no new connection being sent to
// its pods: at NotReady the node controller marks them not ready in the same pass.
func (w *World) NodeLeft(node string) Window {
	return w.NodeNotReady(node).Late(react, "1s to mark its pods not ready").Plus(w.Propagated())
}

// Evicted is the window from a node turning NotReady to its pod being marked for
// deletion: tainted, then tolerated for a while. When the pass that sets the taint
// still sees the node ready in its cache, or is too late with its write, it is tried
// again (doNoExecuteTaintingPass), but the try has spent the token of the eviction rate, and
// the next comes 10 s later (scheduler/rate_limited_queue.go Try). Nodes after the
// first wait for the eviction rate in any case. nodes is how many died together.
//
// fault names what was done to the node: it decides of which taint it is tolerated.
//
//	toleration 300s, one node == 300s..311.1s
func (w *World) Evicted(fault string, spec *corev1.PodSpec, nodes int) Window {
	key := lossTaint(fault)
	toleration := w.Tolerated(spec, key, "")
	if toleration == Forever {
		return Endless("tolerates " + key + " for ever")
	}
	source := "default-" + strings.TrimPrefix(key, "node.kubernetes.io/") + "-toleration-seconds"
	if slices.ContainsFunc(spec.Tolerations, func(t corev1.Toleration) bool { return tolerates(t, key) }) {
		source = "tolerationSeconds"
	}
	return w.evictedAfter(toleration, source, nodes)
}

// lossTaint is the key of the taint that a lost node gets: not ready where its kubelet says
// so itself, unreachable where it says nothing any more (controller/nodelifecycle/node_lifecycle_controller.go).
func lossTaint(fault string) string {
	if HarmOf(fault) == RuntimeStops {
		return corev1.TaintNodeNotReady
	}
	return corev1.TaintNodeUnreachable
}

// AllEvicted is the window from the fault of that name to the pod of the app that stays
// longest on the lost node being evicted. Those that tolerate its loss for ever are not waited for.
//
//	node/kill, grace 50s, tolerations of 300s and for ever == 339.6s..372.1s
func (w *World) AllEvicted(fault string) Window {
	all := Between(0, 0)
	for n := range w.Deployments {
		if each := w.Evicted(fault, &w.Deployments[n].Spec.Template.Spec, 1); each.To < Forever && each.To > all.To {
			all = each
		}
	}
	return w.NodeLost(fault, "").Plus(all)
}

func (w *World) evictedAfter(toleration time.Duration, source string, nodes int) Window {
	again := max(w.monitorPeriod(), nodeEvictionRate)
	win := Between(toleration, toleration+again+taintPass+react, fmt.Sprintf("%s %.0f", source, toleration.Seconds()),
		fmt.Sprintf("%s until a taint that failed is tried again (node-monitor-period %s, node-eviction-rate 0.1/s) + 0.1s to taint + 1s to delete", again, w.monitorPeriod()))
	if nodes > 1 {
		win = win.Late(time.Duration(nodes-1)*nodeEvictionRate, "node-eviction-rate 0.1/s")
	}
	return win
}

func tolerates(t corev1.Toleration, key string) bool {
	byKey := t.Key == key || t.Key == "" && t.Operator == corev1.TolerationOpExists
	return byKey && (t.Effect == corev1.TaintEffectNoExecute || t.Effect == "")
}

// ReplacedElsewhere is the window from the fault of that name to a replacement of one of
// the node's pods being ready on another node.
func (w *World) ReplacedElsewhere(fault, node string, spec *corev1.PodSpec, owned bool, nodes int) Window {
	return w.NodeLost(fault, node).Plus(w.Evicted(fault, spec, nodes), Replaced(Serving(spec), owned))
}
