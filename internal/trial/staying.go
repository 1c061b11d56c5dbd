package trial

import (
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// staying counts, by the subject of its Deployment, the pods that stay on a lost node for
// ever, as their tolerations say: until that node is back they are neither ready nor replaced.
func (r *run) staying(pods, nodes map[string]history.Interval) map[string]int {
	stay := map[string]int{}
	if r.world == nil {
		return stay
	}
	for _, pod := range pods {
		d := r.world.DeploymentOf(pod.Attrs[history.AttrOwner])
		node, known := nodes[pod.Attrs[history.AttrNode]]
		if d == nil || !known || node.State == "True" {
			continue
		}
		if r.world.Evicted(r.meta.Fault, &d.Spec.Template.Spec, 1).To == model.Forever {
			stay["Deployment/"+d.Name]++
		}
	}
	return stay
}
