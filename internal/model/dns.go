package model

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
)

// dnsBoot is how long CoreDNS may take from its start until it answers: it waits so long
// for the Services to be read (coredns/plugin/kubernetes/setup.go, the start-up time-out).
const dnsBoot = 5 * time.Second

// NamesBack is the window on a lane whose every answer needs a name, from the first slot
// that failed because all of the cluster's DNS was killed to the first good one after the
// last: a container of it is started again, is ready, and has new queries routed to it.
// restarts is the most that a container of it had behind it, node where that one ran.
//
//	first exit, readiness periodSeconds 10, minSyncPeriod 1s, lane at 50/s, time-out 0.9s == 0.02s..27.9s
func (w *World) NamesBack(node string, restarts int, lane history.LanePlan) (Window, error) {
	for i := range w.System {
		if d := &w.System[i]; d.Name == "coredns" {
			c := Serving(&d.Spec.Template.Spec)
			if c == nil {
				break
			}
			return w.namesBack(c, node, restarts, lane), nil
		}
	}
	return Window{}, fmt.Errorf("the record has no Deployment of the cluster's DNS")
}

func (w *World) namesBack(c *corev1.Container, node string, restarts int, lane history.LanePlan) Window {
	boot := Between(0, dnsBoot, "5s for CoreDNS to read Services (plugin/kubernetes)")
	back := w.Restarted(node, restarts+1).Plus(Started(c, boot), w.Propagated()).Late(lane.Timeout, "a slot's time-out")
	return Between(lane.Interval(), back.To, append([]string{"at least one slot: every process was killed"}, back.Because...)...)
}
