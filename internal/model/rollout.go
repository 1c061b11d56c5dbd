package model

import (
	"fmt"
	"math"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Bounds are what a Deployment keeps to while it rolls.
type Bounds struct {
	Replicas    int
	Surge       int // maxSurge as a number of pods
	Unavailable int // maxUnavailable as a number of pods
	Because     string
}

// MaxPods is how many pods that are not terminating there may be.
func (b Bounds) MaxPods() int { return b.Replicas + b.Surge }

// MinAvailable is how many pods are available at any time.
func (b Bounds) MinAvailable() int { return b.Replicas - b.Unavailable }

// RolloutBounds resolves the strategy: percentages of maxSurge are rounded up,
// those of maxUnavailable down, and where both become 0 one pod may be
// unavailable (controller/deployment/util/deployment_util.go ResolveFenceposts).
//
//	replicas 3, 25% and 25% == at most 4 pods, at least 3 available
//	replicas 10, 25% and 25% == at most 13 pods, at least 8 available
//	Recreate == at most the replicas, 0 available
func RolloutBounds(d *appsv1.Deployment) (Bounds, error) {
	n := Replicas(d)
	if d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType {
		return Bounds{Replicas: n, Unavailable: n, Because: "strategy Recreate"}, nil
	}
	surge, unavailable := intstr.FromString("25%"), intstr.FromString("25%")
	if r := d.Spec.Strategy.RollingUpdate; r != nil {
		surge, unavailable = *intstr.ValueOrDefault(r.MaxSurge, surge), *intstr.ValueOrDefault(r.MaxUnavailable, unavailable)
	}
	s, err := intstr.GetScaledValueFromIntOrPercent(&surge, n, true)
	if err != nil {
		return Bounds{}, fmt.Errorf("read maxSurge of Deployment %s: %w", d.Name, err)
	}
	u, err := intstr.GetScaledValueFromIntOrPercent(&unavailable, n, false)
	if err != nil {
		return Bounds{}, fmt.Errorf("read maxUnavailable of Deployment %s: %w", d.Name, err)
	}
	if s == 0 && u == 0 {
		u = 1
	}
	because := fmt.Sprintf("replicas %d, maxSurge %s (rounded up), maxUnavailable %s (rounded down)", n, surge.String(), unavailable.String())
	return Bounds{Replicas: n, Surge: s, Unavailable: min(u, n), Because: because}, nil
}

// BoundsWith are the bounds of a Deployment that now asks for so many replicas
// and has that strategy: "1/0" or "25%/25%" (maxSurge/maxUnavailable), or
// "Recreate"; "" is the strategy of the object itself.
func BoundsWith(d *Deployment, replicas int, strategy string) (Bounds, error) {
	return RolloutBounds(InForce(d, replicas, strategy))
}

// InForce is the Deployment as it was applied, but with so many replicas and that
// strategy; see BoundsWith.
func InForce(d *Deployment, replicas int, strategy string) *Deployment {
	now, n := d.DeepCopy(), int32(replicas)
	now.Spec.Replicas = &n
	switch surge, unavailable, ok := strings.Cut(strategy, "/"); {
	case ok:
		s, u := intstr.Parse(surge), intstr.Parse(unavailable)
		now.Spec.Strategy = appsv1.DeploymentStrategy{Type: appsv1.RollingUpdateDeploymentStrategyType,
			RollingUpdate: &appsv1.RollingUpdateDeployment{MaxSurge: &s, MaxUnavailable: &u}}
	case strategy == string(appsv1.RecreateDeploymentStrategyType):
		now.Spec.Strategy = appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType}
	}
	return now
}

// Replicas is how many pods a Deployment asks for; 1 where nothing is said.
func Replicas(d *appsv1.Deployment) int {
	if d.Spec.Replicas == nil {
		return 1
	}
	return int(*d.Spec.Replicas)
}

// Deadline is the window from a rollout's last progress to its condition
// Progressing turning False with reason ProgressDeadlineExceeded. The last
// progress is stamped in whole seconds, and the controller looks again one second
// after the deadline (controller/deployment/progress.go requeueStuckDeployment).
// Nothing else happens then: there is no automatic rollback.
//
//	progressDeadlineSeconds 600 == 599s..602s
func Deadline(d *appsv1.Deployment) Window {
	p := d.Spec.ProgressDeadlineSeconds
	if p != nil && *p == math.MaxInt32 {
		return Endless("progressDeadlineSeconds is not set")
	}
	deadline := 600 * time.Second
	if p != nil {
		deadline = time.Duration(*p) * time.Second
	}
	return Between(deadline-second, deadline+second,
		fmt.Sprintf("progressDeadlineSeconds %.0f, looked at 1s after (controller/deployment/progress.go)", deadline.Seconds())).
		Late(react, "1s for the status to arrive")
}

// RolledOut is the window from a new template being applied to the rollout being
// complete: every pod replaced, in waves of maxSurge + maxUnavailable, each wave
// as long as a pod takes until it is available.
//
//	replicas 3, surge 1, unavailable 0, boot time 3s, a readiness probe: at least 9s
func RolledOut(d *appsv1.Deployment) (Window, error) {
	b, err := RolloutBounds(d)
	if err != nil || b.Replicas == 0 {
		return Between(0, react, "no replicas"), err
	}
	c := Serving(&d.Spec.Template.Spec)
	if c == nil {
		return Window{}, fmt.Errorf("read Deployment %s: it has no container", d.Name)
	}
	pod := Created(true).Plus(Running(), Started(c, Boot(c)))
	if ready := time.Duration(d.Spec.MinReadySeconds) * time.Second; ready > 0 {
		pod = pod.Plus(Between(ready, ready+second, fmt.Sprintf("minReadySeconds %d", d.Spec.MinReadySeconds)))
	}
	step := b.Surge + b.Unavailable
	waves := (b.Replicas + step - 1) / step
	w := Between(time.Duration(waves)*pod.From, time.Duration(waves)*pod.To,
		fmt.Sprintf("%d waves of %d: %s", waves, step, b.Because))
	w.Because = union(w.Because, pod.Because)
	if b.Surge == 0 && b.Unavailable == b.Replicas { // Recreate: the old are gone first
		return w.Plus(Stopped(&d.Spec.Template.Spec, c, Deleted)), nil
	}
	return w.Late(react, "1s for the status to arrive"), nil
}
