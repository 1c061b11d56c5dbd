package model_test

import (
	"math"
	"testing"

	"github.com/seatrial/seatrial/internal/model"
)

func TestBinomial(t *testing.T) {
	for _, c := range []struct {
		n         int
		p         float64
		low, high int
	}{
		{1000, 0.2, 136, 270}, {1500, 0.2, 220, 385}, {1500, 0.1, 92, 215}, // at 1500 a fifth is told from a tenth
		{10, 0.5, 0, 10}, {0, 0.5, 0, 0}, {10, 0, 0, 0}, {10, 1, 10, 10},
	} {
		if low, high := model.Binomial(c.n, c.p); low != c.low || high != c.high {
			t.Errorf("%d tries of %g: %d..%d, want %d..%d", c.n, c.p, low, high, c.low, c.high)
		}
	}
}

// What lies outside has the probability that is promised, and no smaller interval would.
func TestBinomialTails(t *testing.T) {
	const n, p = 60, 0.3
	var all [n + 1]float64
	for k, ways := 0, 1.0; k <= n; k++ {
		all[k] = ways * math.Pow(p, float64(k)) * math.Pow(1-p, float64(n-k))
		ways = ways * float64(n-k) / float64(k+1)
	}
	low, high := model.Binomial(n, p)
	sum := func(from, to int) (total float64) {
		for k := from; k < to; k++ {
			total += all[k]
		}
		return total
	}
	if below, more := sum(0, low), sum(0, low+1); below > 5e-8 || more <= 5e-8 {
		t.Errorf("below %d: %g, with it %g", low, below, more)
	}
	if above, more := sum(high+1, n+1), sum(high, n+1); above > 5e-8 || more <= 5e-8 {
		t.Errorf("above %d: %g, with it %g", high, above, more)
	}
}
