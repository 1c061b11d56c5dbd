package run

import (
	"context"
	"runtime"

	"github.com/seatrial/seatrial/internal/schedule"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// nodesPerProcessor is how many nodes may be up at once. A node that nobody uses takes a
// thirtieth of a processor, one that is being made as much as there is: on two cores
// three clusters of nine nodes came up in three minutes, and five of sixteen not at all.
const nodesPerProcessor = 4

// waves puts the places, in their order, into groups whose clusters the machine carries at
// once. A place that is too large by itself is a wave of its own.
//
//	of 4, 2, 5, 2 and 3 nodes on two processors == [4 2] [5 2] [3]
func waves(places []kindconfigs.Place, processors int) [][]kindconfigs.Place {
	var all [][]kindconfigs.Place
	most, nodes := processors*nodesPerProcessor, 0
	for _, p := range places {
		if len(all) == 0 || nodes+p.Nodes() > most {
			all, nodes = append(all, nil), 0
		}
		last := len(all) - 1
		all[last], nodes = append(all[last], p), nodes+p.Nodes()
	}
	return all
}

// sail provides the clusters and runs the trials on them, wave by wave.
func (s *session) sail(ctx context.Context, fail func(error)) error {
	limit := s.Parallel
	if limit == 0 {
		limit = defaultParallel
	}
	s.left.count(s.runnable())
	for _, wave := range s.waves() {
		if s.late() {
			break // a cluster for nothing
		}
		if err := s.provide(ctx, wave, fail); err != nil {
			return err
		}
		schedule.Run(ctx, s.on(wave), s.claim, limit, s.runItem)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}

// waves are those of the items' places; a cluster that is there already is one.
func (s *session) waves() [][]kindconfigs.Place {
	places := Places(s.items)
	if len(places) > 0 && (s.Cluster != "" || s.foreign != nil) {
		return [][]kindconfigs.Place{places}
	}
	return waves(places, runtime.NumCPU())
}

// on lists the items that can be run in one of the places.
func (s *session) on(places []kindconfigs.Place) []Item {
	of := map[string]bool{}
	for _, p := range places {
		of[p.Name] = true
	}
	var all []Item
	for _, i := range s.runnable() {
		if of[i.In.Name] {
			all = append(all, i)
		}
	}
	return all
}
