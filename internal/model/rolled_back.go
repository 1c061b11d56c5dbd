package model

import (
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/seatrial/seatrial/internal/history"
)

// RolledBack is the window from the undo of a version whose answers are all bad,
// and which is complete, to the last bad answer on the lane: the rollout of the
// version before it, which bad pods serve through to its end. On lane reused they
// do so until they stop.
//
//	replicas 3, surge 1, boot time 3s, minSyncPeriod 1s, lane fresh at 50/s, time-out 0.9s: 7.86s..52.9s
func (w *World) RolledBack(d *appsv1.Deployment, lane history.LanePlan) (Window, error) {
	b, err := RolloutBounds(d)
	if err != nil {
		return Window{}, err
	}
	out, err := RolledOut(d)
	if err != nil {
		return Window{}, err
	}
	// The last bad pod is one of so many: chance may spare it for a while.
	spared := time.Duration(Streak(1-1/float64(max(b.MaxPods(), 1)), 1)) * lane.Interval()
	out = out.Early(spared, fmt.Sprintf("less %s, in which no slot may meet the last bad pod", spared)).Plus(w.Propagated())
	if lane.Lane == history.LaneReused {
		c := Serving(&d.Spec.Template.Spec)
		stopped := Stopped(&d.Spec.Template.Spec, c, Deleted)
		out = out.Late(stopped.To, "pinned connections until the pod stops: "+stopped.Reasons())
	}
	return out.Late(lane.Timeout, "a slot's time-out"), nil
}

// ScaledDown is the window from a Deployment being asked for fewer pods to no new
// connection reaching those that go.
//
//	minSyncPeriod 1s == 0s..5s
func (w *World) ScaledDown() Window {
	return Between(0, 2*react, "1s for the Deployment's controller + 1s for its ReplicaSet's to delete them").Plus(w.Propagated())
}
