package model

import (
	"math"
	"slices"
)

// Proportion is what becomes of the sizes of a Deployment's ReplicaSets, the oldest
// first, when it is scaled in the middle of a rolling update. What is to be added, up
// to replicas + maxSurge as they now are, or taken away is shared in proportion to
// the sizes, the largest first, and the largest gets what rounding leaves over
// (controller/deployment/sync.go scale; util/deployment_util.go
// GetReplicaSetProportion, getReplicaSetFraction). Of two of one size the newer is
// first when pods are added, the older when they are taken away. before is how many
// pods there might be before, replicas + maxSurge; empty ReplicaSets stay empty.
//
// The Deployment page, "Proportional scaling": 10 replicas, surge 3, unavailable 2,
// scaled to 15 while 8 pods are old and 5 new: 3 of the 5 more are old, 2 are new.
//
//	Proportion([]int{8, 5}, 13, Bounds{Replicas: 15, Surge: 3}) == []int{11, 7}
//
// It holds while at least two ReplicaSets have pods and the newest is not complete.
func Proportion(sizes []int, before int, after Bounds) []int {
	allowed := after.MaxPods()
	if after.Replicas == 0 {
		allowed = 0
	}
	toAdd := allowed - sum(sizes)
	shared, order := slices.Clone(sizes), bySize(sizes, toAdd > 0)
	if toAdd == 0 || len(order) == 0 {
		return shared
	}
	added := 0
	for _, n := range order {
		share := fraction(sizes[n], before, after)
		if toAdd > 0 {
			share = min(share, toAdd-added)
		} else {
			share = max(share, toAdd-added)
		}
		shared[n] += share
		added += share
	}
	shared[order[0]] = max(shared[order[0]]+toAdd-added, 0)
	return shared
}

// fraction is how many pods a ReplicaSet of that size gets or loses.
func fraction(size, before int, after Bounds) int {
	if after.Replicas == 0 {
		return -size
	}
	return int(math.Round(float64(size*after.MaxPods())/float64(before))) - size
}

// bySize lists the indices of those that have pods, the largest first.
func bySize(sizes []int, newerFirst bool) []int {
	var order []int
	for n, size := range sizes {
		if size > 0 {
			order = append(order, n)
		}
	}
	if newerFirst {
		slices.Reverse(order)
	}
	slices.SortStableFunc(order, func(a, b int) int { return sizes[b] - sizes[a] })
	return order
}

func sum(all []int) int {
	n := 0
	for _, v := range all {
		n += v
	}
	return n
}
