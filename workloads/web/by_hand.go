package web

import (
	"fmt"

	"github.com/seatrial/seatrial/workloads"
)

// KeptByHand has bare pods of color blue behind the Service, web-blue-1, web-blue-2
// and so on, and a Deployment of as many pods of color green, web-green, beside
// them: what somebody keeps by hand, and what a controller keeps. Both are
// version v1. Make it the last change.
func KeptByHand() workloads.Change {
	return func(o *workloads.Objects) {
		blue, green := colored(o.Deployments[0], Blue, "v1"), colored(o.Deployments[0], Green, "v1")
		for n := range *blue.Spec.Replicas {
			o.Pods = append(o.Pods, podOf(blue, fmt.Sprintf("%s-%d", blue.Name, n+1)))
		}
		o.Deployments[0] = green
		SwitchTo(Blue)(o)
	}
}
