package model

import "math"

// Binomial is how often something of probability p may happen in n tries that do not
// depend on each other: fewer than low, and more than high, have together a
// probability of at most 1e-7.
//
//	n 1000, p 1/5: 136..270
func Binomial(n int, p float64) (low, high int) {
	if n <= 0 || p <= 0 {
		return 0, 0
	}
	if p >= 1 {
		return n, n
	}
	low, high = 0, n
	for below := probability(n, 0, p); below <= chance/2; below += probability(n, low, p) {
		low++
	}
	for above := probability(n, n, p); above <= chance/2; above += probability(n, high, p) {
		high--
	}
	return low, high
}

// probability is that of k in n, by logarithms: the factorials are too large.
func probability(n, k int, p float64) float64 {
	ways := logFactorial(n) - logFactorial(k) - logFactorial(n-k)
	return math.Exp(ways + float64(k)*math.Log(p) + float64(n-k)*math.Log(1-p))
}

func logFactorial(n int) float64 {
	l, _ := math.Lgamma(float64(n) + 1)
	return l
}
