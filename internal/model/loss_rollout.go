package model

import (
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
)

func rolls(fault string) bool { return strings.HasPrefix(fault, "rollout/") }

// neverReady reports whether the fault rolls out a version of which no pod ever
// becomes ready, or is made at all. Without a readiness probe a pod is ready for as
// long as it runs, be it for a moment only.
func neverReady(fault string, c *corev1.Container) bool {
	switch HarmOf(fault) {
	case NoneReady:
		return true
	case UnreadyIfAsked:
		return c.ReadinessProbe != nil
	}
	return false
}

// rolloutLoss is what a lane may lose to a rollout: nothing, if a pod is sent
// requests only while it is ready and serves on until none reaches it any more.
func (w *World) rolloutLoss(fault string, s Situation, c *corev1.Container, lane history.LanePlan) (Loss, error) {
	if HarmOf(fault) == TrafficSwitches {
		return w.switchLoss(s, c), nil
	}
	d := s.Deployment
	if d == nil {
		return Loss{}, fmt.Errorf("no Deployment of the objects is the one that %s updates", fault)
	}
	if d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType {
		return recreateLoss(fault, d, c, w.Propagated(), lane)
	}
	b, err := RolloutBounds(d)
	if err != nil {
		return Loss{}, err
	}
	if b.MinAvailable() <= 0 {
		return w.bareRolloutLoss(d, "maxUnavailable is all the replicas")
	}
	if c.ReadinessProbe == nil && !neverReady(fault, c) {
		return w.bareRolloutLoss(d, "no readiness probe: new pods are sent requests before they listen")
	}
	if neverReady(fault, c) && b.Unavailable == 0 {
		return noLoss("maxUnavailable 0 and no new pod becomes ready: no old pod is stopped"), nil
	}
	if !w.DrainsGracefully(s.Spec, c) {
		return w.bareRolloutLoss(d, fmt.Sprintf("pods stop %s after they are told to, before %s", Drains(c), w.Propagated().Range()))
	}
	return noLoss("readiness probe, " + fmt.Sprintf("pods serve on for %s", Drains(c)) + ", " + b.Because), nil
}

// switchLoss: nothing is lost if the pods switched to are ready; if they are
// not, everything until they are.
func (w *World) switchLoss(s Situation, c *corev1.Container) Loss {
	if s.Standby {
		return noLoss("the Service moves to pods that are ready")
	}
	ready := Running().Plus(Started(c, Boot(c)), w.Propagated())
	outage := Between(0, ready.To, ready.Because...)
	return Loss{Span: outage, Longest: outage, Share: 1}
}

// recreateLoss: the old pods are gone before the new ones come.
func recreateLoss(fault string, d *appsv1.Deployment, c *corev1.Container, propagated Window, lane history.LanePlan) (Loss, error) {
	rolled, err := RolledOut(d)
	if err != nil {
		return Loss{}, err
	}
	w := Between(Boot(c).From, rolled.To, rolled.Because...).Plus(propagated).Late(lane.Timeout, "a slot's time-out")
	w.From = max(w.From, lane.Interval())
	if neverReady(fault, c) {
		w.To, w.Because = Forever, []string{"strategy Recreate: no pod until the rollout is undone"}
	}
	return Loss{Span: w, Longest: w, Share: 1}, nil
}

// bareRolloutLoss is that of a rollout without one of its protections: anything
// up to its whole length.
func (w *World) bareRolloutLoss(d *appsv1.Deployment, why string) (Loss, error) {
	rolled, err := RolledOut(d)
	if err != nil {
		return Loss{}, err
	}
	span := Between(0, rolled.To, append([]string{why}, rolled.Because...)...).Plus(w.Propagated())
	// Old pods are stopped at the end of the rollout too.
	span = span.Late(time.Second, "1s for the last answers")
	return Loss{Span: span, Longest: span, Share: 1}, nil
}
