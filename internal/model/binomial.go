package model

import "math"

// Binomial is the range of counts, both ends included, in which the successes of
// n independent tries of probability p lie but for a chance of 1e-7, half of it
// below and half above. The tails are summed term by term, in logarithms, so the
// range is exact: no approximation by another distribution.
//
//	n 30, p 1/2: 2..28, for fewer than 2 successes have probability 31/2^30 = 2.9e-8, fewer than 3 466/2^30 = 4.3e-7
//	n 1600, p 1/10: 100..227
func Binomial(n int, p float64) (least, most int) {
	switch {
	case p <= 0:
		return 0, 0
	case p >= 1:
		return n, n
	}
	return tail(n, p), n - tail(n, 1-p)
}

// tail is the largest k such that fewer than k successes have at most half the chance.
func tail(n int, p float64) int {
	sum := 0.0
	for k := range n {
		sum += math.Exp(logChoose(n, k) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
		if sum > chance/2 {
			return k
		}
	}
	return n
}

// logChoose is the logarithm of the number of ways to choose k of n.
func logChoose(n, k int) float64 {
	return logFactorial(n) - logFactorial(k) - logFactorial(n-k)
}

func logFactorial(n int) float64 {
	v, _ := math.Lgamma(float64(n) + 1) // never negative: no sign to look at
	return v
}
