package model_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/model"
)

func TestClaims(t *testing.T) {
	ends(t, model.Released(), 0, 2*s)
	ends(t, model.Surplus(), 0, 3*s)
}
