package model_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/model"
)

// Computed with exact fractions.
func TestBinomial(t *testing.T) {
	for _, c := range []struct {
		n           int
		p           float64
		least, most int
	}{
		{30, 0.5, 2, 28}, {10, 0.5, 0, 10}, {100, 0.5, 24, 76}, {100, 0.1, 0, 29}, {1000, 0.1, 53, 154}, {1600, 0.1, 100, 227},
		{1600, 0, 0, 0}, {1600, 1, 1600, 1600}, {0, 0.5, 0, 0},
	} {
		if least, most := model.Binomial(c.n, c.p); least != c.least || most != c.most {
			t.Errorf("%d tries of %g: got %d..%d, want %d..%d", c.n, c.p, least, most, c.least, c.most)
		}
	}
}
