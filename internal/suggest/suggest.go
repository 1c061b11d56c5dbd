// Package suggest finds what somebody meant who mistyped a name.
package suggest

// Nearest returns the name that differs from the given one in the fewest letters,
// "" if even that one differs in more than half of them.
//
//	Nearest("deadlok", []string{"deadlock", "live-404"}) == "deadlock"
func Nearest(name string, names []string) string {
	best, least := "", len(name)/2+1
	for _, n := range names {
		if d := distance(name, n); d < least {
			best, least = n, d
		}
	}
	return best
}

// distance is the Levenshtein distance: how many letters must be inserted, removed
// or replaced to turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
