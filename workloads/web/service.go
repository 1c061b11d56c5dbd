package web

import "github.com/seatrial/seatrial/workloads"

// PublishNotReady has the Service send traffic to pods that are not ready as well.
func PublishNotReady() workloads.Change {
	return func(o *workloads.Objects) { o.Services[0].Spec.PublishNotReadyAddresses = true }
}
