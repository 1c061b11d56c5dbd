package model

// RolledOutDespite is the window from a new template being applied to the rollout
// being complete, when the node dies meanwhile: the rollout's own, and on top of its
// upper end one standstill. New pods that the scheduler puts on the dead node before
// it is tainted never become ready; the rollout may not go on until the node is
// called NotReady, its pods are evicted and others are ready elsewhere. After the
// taint no pod goes there any more, so that there is no second standstill.
//
//	a rollout of 9s..49s, NotReady 5.9s..11s, evicted 5s..7.1s, replaced 3s..16s == 9s..83.1s
func (w *World) RolledOutDespite(d *Deployment, node string) (Window, error) {
	rollout, err := RolledOut(d)
	if err != nil {
		return Window{}, err
	}
	spec := &d.Spec.Template.Spec
	still := w.NodeNotReady(node).Plus(w.Evicted("node/kill", spec, 1), Replaced(Serving(spec), true))
	stands := Between(0, still.To, append([]string{"standstill until the pods on the dead node are replaced"}, still.Because...)...)
	return rollout.Plus(stands), nil
}

// inRollout is what a fault breaks when it falls into a rollout. The lower ends go: the
// rollout itself takes old pods away, broken ones as well, and has new ones in the
// making, one of which may be ready before the replacement of any that was hit.
func (b broken) inRollout() broken {
	const why = "in a rollout, which may take the pods that were hit away sooner"
	b.left = b.left.Early(Forever, why)
	b.back = b.back.Early(Forever, why)
	return b
}
