package judge

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// LandedBeside expects that every pod that came with the deed was placed on a node
// where no pod of another Deployment of the trial is: on the one that has room, beside
// those that are booked. It counts those that were.
func LandedBeside() Expectation { return expectation{"landed-on-roomiest", judgeLanded} }

func judgeLanded(s *scene) (Finding, error) {
	booked, on := map[string]bool{}, map[string][]string{}
	came, nowhere := 0, 0
	of := s.deed.Targets
	for _, p := range s.pods() {
		name, ok := s.deploymentOf(p)
		switch {
		case !ok, p.from >= s.end:
		case p.node == "" && slices.Contains(of, name) && p.from >= s.deed.Earliest:
			came, nowhere = came+1, nowhere+1
		case p.node == "":
		case !slices.Contains(of, name):
			booked[p.node] = true
		case p.from >= s.deed.Earliest:
			came++
			on[p.node] = append(on[p.node], p.name)
		}
	}
	if len(booked) == 0 || came == 0 {
		return Finding{}, fmt.Errorf("%d pods of %v came, %d nodes have pods of others: nothing to compare", came, of, len(booked))
	}
	var wrong []string
	well := came - nowhere
	if nowhere > 0 {
		wrong = append(wrong, fmt.Sprintf("%d on no node", nowhere))
	}
	for _, node := range slices.Sorted(maps.Keys(on)) {
		if booked[node] {
			well -= len(on[node])
			wrong = append(wrong, fmt.Sprintf("%d on %s, which is booked", len(on[node]), node))
		}
	}
	got := fmt.Sprintf("%d pods came, all on %s", came, strings.Join(slices.Sorted(maps.Keys(on)), ", "))
	if len(wrong) > 0 {
		got = fmt.Sprintf("%d pods came: %s", came, strings.Join(wrong, "; "))
	}
	return found(len(wrong) == 0, "new pods only where no neighbour has booked the node", got,
		"resources.requests (scheduler/framework/plugins/noderesources/fit.go)").counted(well), nil
}
