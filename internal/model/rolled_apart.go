package model

import (
	"fmt"
	"time"
)

// RolledOutApart is the window from a node being Ready that a rollout waited for to that
// rollout being complete, where no two pods may share a node and one node is free: each
// new pod goes where the old one before it was, once that is gone, for as long as it is
// there its anti-affinity counts (scheduler/framework/plugins/interpodaffinity), and after a
// try that failed it is held back.
//
//	replicas 3, surge 1, no probes, boot time 0, grace 10s, preStop 2s: 4s..88s
func RolledOutApart(d *Deployment) (Window, error) {
	w, err := RolledOut(d)
	if err != nil {
		return Window{}, err
	}
	spec := &d.Spec.Template.Spec
	stopped := Stopped(spec, Serving(spec), Deleted).Late(relist+react, "1s relist + 1s until it is seen to be gone")
	n := time.Duration(max(Replicas(d)-1, 0))
	w = w.Plus(Between(n*stopped.From, n*stopped.To, append([]string{fmt.Sprintf("%d old pods gone before the next is placed", n)}, stopped.Because...)...))
	return w.Late((n+1)*maxBackoffQueue, "10s of back-off each until it is tried again (podMaxBackoffSeconds)"), nil
}
