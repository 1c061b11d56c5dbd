package run

import (
	"fmt"
	"strings"
	"testing"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

func TestWaves(t *testing.T) {
	t.Parallel()
	sized := func(nodes ...int) []kindconfigs.Place {
		var all []kindconfigs.Place
		for _, n := range nodes {
			all = append(all, kindconfigs.Place{Name: fmt.Sprint(n), Traits: []kindconfigs.Trait{kindconfigs.Workers(n - 1)}})
		}
		return all
	}
	for _, c := range []struct {
		nodes      []int
		processors int
		want       string
	}{
		{[]int{4, 2, 5, 2, 3}, 2, "4 2|5 2|3"}, // the worked example
		{[]int{4, 2, 5, 2, 3}, 8, "4 2 5 2 3"},
		{[]int{9, 4, 4}, 2, "9|4 4"},
		{nil, 2, ""},
	} {
		var got []string
		for _, wave := range waves(sized(c.nodes...), c.processors) {
			var names []string
			for _, p := range wave {
				names = append(names, p.Name)
			}
			got = append(got, strings.Join(names, " "))
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%v on %d processors: %q, want %q", c.nodes, c.processors, s, c.want)
		}
	}
}

// How many nodes a place is said to have is what its configuration makes.
func TestNodesOfPlaces(t *testing.T) {
	t.Parallel()
	for _, p := range kindconfigs.Places() {
		if n := strings.Count(string(p.Config()), "- role:"); n != p.Nodes() {
			t.Errorf("place %s has %d nodes, says %d", p.Name, n, p.Nodes())
		}
	}
}
