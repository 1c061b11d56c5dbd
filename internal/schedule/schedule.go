// Package schedule decides which trials may share a cluster at one time. It knows
// nothing of clusters or trials, only what each of them claims.
package schedule

import (
	"context"
	"sync"
)

// What a trial may disturb, as in suites.Blast.
const (
	Namespace = "ns"      // its own namespace: runs beside others of its kind
	Node      = "node"    // takes nodes for itself: runs alone on its cluster
	Cluster   = "cluster" // runs alone on its cluster
)

// A Claim is what a trial needs while it runs.
type Claim struct {
	Place  string // the place; trials of different places run on different clusters
	Blast  string // Namespace, Node or Cluster; anything else counts as Cluster
	Weight int    // its share of the machine, counted against the limit; less than 1 counts as 1
}

func (c Claim) weight() int { return max(1, c.Weight) }

// Startable returns the indices of the waiting trials that may start now, beside
// those that are running, in the given order.
//
// On one place trials of blast Namespace run side by side, every other one alone.
// No trial overtakes an earlier one of its own place, so that none waits for ever
// and the order is the given one; trials of another place may go ahead. The
// weights of all that run add up to at most the limit, except for a single trial
// that is heavier by itself.
//
//	running [fast/ns], waiting [fast/node, fast/ns, small-disk/node], limit 3
//	-> only small-disk/node: fast/node must be alone, fast/ns must not overtake it
func Startable(waiting, running []Claim, limit int) []int {
	load, busy := 0, map[string]place{}
	for _, c := range running {
		load += c.weight()
		busy[c.Place] = busy[c.Place].with(c)
	}
	var start []int
	for i, c := range waiting {
		at := busy[c.Place]
		if at.blocked {
			continue
		}
		if !at.admits(c) {
			at.blocked = true
			busy[c.Place] = at
			continue
		}
		if load > 0 && load+c.weight() > limit {
			break // what is lighter must not overtake for ever
		}
		load += c.weight()
		busy[c.Place] = at.with(c)
		start = append(start, i)
	}
	return start
}

// place is who is on one place.
type place struct {
	running int
	alone   bool // the one that is there wants to be alone
	blocked bool // an earlier trial waits for it
}

func (p place) with(c Claim) place {
	return place{running: p.running + 1, alone: c.Blast != Namespace, blocked: p.blocked}
}

func (p place) admits(c Claim) bool {
	return p.running == 0 || !p.alone && c.Blast == Namespace
}

// Run runs do for every item, each as soon as Startable allows, and returns when
// all that was started has ended. Once the context has ended nothing is started
// any more; the items that were not run are returned, in their order.
func Run[T any](ctx context.Context, items []T, claim func(T) Claim, limit int, do func(context.Context, T)) (notRun []T) {
	waiting := items
	running := map[int]Claim{}
	ended := make(chan int)
	var all sync.WaitGroup
	for next := 0; len(waiting) > 0 || len(running) > 0; {
		if ctx.Err() == nil {
			var rest []T
			start := Startable(claims(waiting, claim), values(running), limit)
			for i, item := range waiting {
				if len(start) == 0 || start[0] != i {
					rest = append(rest, item)
					continue
				}
				start = start[1:]
				id := next
				next++
				running[id] = claim(item)
				all.Go(func() {
					defer func() { ended <- id }()
					do(ctx, item)
				})
			}
			waiting = rest
		}
		if len(running) == 0 {
			break // the context has ended
		}
		delete(running, <-ended)
	}
	all.Wait()
	return waiting
}

func claims[T any](items []T, claim func(T) Claim) []Claim {
	all := make([]Claim, len(items))
	for i, item := range items {
		all[i] = claim(item)
	}
	return all
}

func values(running map[int]Claim) []Claim {
	var all []Claim
	for _, c := range running {
		all = append(all, c)
	}
	return all
}
