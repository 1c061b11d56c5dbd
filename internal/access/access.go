// Package access is about what a cluster allows us: the rights that a run needs, as
// the roles that give them, and the question whether we have them.
package access

import (
	"cmp"
	"slices"

	"github.com/seatrial/seatrial/faults"
)

// All lists the rights of several, each once, in order: by namespace, group, resource
// and verb.
func All(of ...[]faults.Right) []faults.Right {
	all := slices.Concat(of...)
	slices.SortFunc(all, func(a, b faults.Right) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Group, b.Group),
			cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.URL, b.URL), cmp.Compare(a.Verb, b.Verb))
	})
	return slices.Compact(all)
}
