package trial

import (
	"maps"
	"slices"
)

// An Inventory is what there is that a trial may change, each thing by its name and
// with its state.
type Inventory struct {
	Items map[string]string // "node/worker/label/x": "y"
	// Parts are what had to be looked into one by one, and may each have been out of
	// reach, by what they are parts of: "node/worker".
	Parts map[string]Part
}

// A Part of an inventory is what was found in one place, or why that could not be looked into.
type Part struct {
	Items  map[string]string // "node/worker/nft/seatrial-x": "exists"
	Unseen string            // "": it was looked into
}

type difference struct{ what, how string }

// differences lists in order what is in one inventory and not, or not so, in the other.
// Of a part that only one of them has, the item tells whose part it is.
func (before Inventory) differences(after Inventory) []difference {
	all := differences(before.Items, after.Items)
	for _, name := range slices.Sorted(maps.Keys(before.Parts)) {
		was := before.Parts[name]
		if is, there := after.Parts[name]; there && was.Unseen == "" && is.Unseen == "" {
			all = append(all, differences(was.Items, is.Items)...)
		}
	}
	return all
}

// unseen lists in order the parts that were out of reach before or after, and why.
func (before Inventory) unseen(after Inventory) []difference {
	why := map[string]string{}
	for name, part := range before.Parts {
		if part.Unseen != "" {
			why[name] = "before: " + part.Unseen
		}
	}
	for name, part := range after.Parts {
		if part.Unseen != "" {
			why[name] = "after: " + part.Unseen
		}
	}
	var all []difference
	for _, name := range slices.Sorted(maps.Keys(why)) {
		all = append(all, difference{name, why[name]})
	}
	return all
}

// count is how many items there are, those of parts included.
func (before Inventory) count() int {
	n := len(before.Items)
	for _, part := range before.Parts {
		n += len(part.Items)
	}
	return n
}

func differences(before, after map[string]string) []difference {
	var all []difference
	for _, key := range slices.Sorted(maps.Keys(before)) {
		if now, there := after[key]; !there {
			all = append(all, difference{key, "was " + before[key] + ", is gone"})
		} else if now != before[key] {
			all = append(all, difference{key, "was " + before[key] + ", is " + now})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(after)) {
		if _, there := before[key]; !there {
			all = append(all, difference{key, "was not there, is " + after[key]})
		}
	}
	return all
}
