package model

// Released is the window from a pod's labels ceasing to match its ReplicaSet's
// selector to its being no longer the ReplicaSet's: the ownerReference is patched
// away in the next pass over the ReplicaSet (controller/controller_ref_manager.go
// ReleasePod). The pod itself is left alone.
//
//	0s..2s
func Released() Window {
	return Between(0, 2*react, "1s for its ReplicaSet to let it go + 1s for that to arrive (controller/controller_ref_manager.go)")
}

// Surplus is the window from a pod appearing whose labels a ReplicaSet's selector
// takes to a pod of what is then too many being deleted: adopted, counted and
// deleted in one pass (controller/replicaset/replica_set.go claimPods,
// manageReplicas). Which one goes is ranked: those without a node first, then
// those not running, then those not ready (controller/controller_utils.go
// ActivePodsWithRanks), so that a newcomer never costs a pod that serves.
//
//	0s..3s
func Surplus() Window {
	return Between(0, 3*react, "1s to adopt it + 1s to delete one + 1s for that to arrive (controller/replicaset/replica_set.go)")
}
