package judge

import "math"

// round keeps so many parts of one (10: tenths). What is no number becomes 0,
// because a verdict must always be writable; see sane, which finds it before.
func round(x float64, parts float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return math.Round(x*parts)/parts + 0 // + 0: no negative zero
}
