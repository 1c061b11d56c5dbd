package model_test

import (
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/model"
)

func TestPacketLoss(t *testing.T) {
	for _, c := range []struct {
		n           int
		p           float64
		least, most int
	}{
		{600, 0.05, 24, 165},
		{600, 0.01, 0, 53},
		{600, 0, 0, 0},
		{600, 1, 600, 600},
	} {
		if least, most := model.PacketLoss(c.n, c.p); least != c.least || most != c.most {
			t.Errorf("%d slots, p %g: %d..%d, want %d..%d", c.n, c.p, least, most, c.least, c.most)
		}
	}
	if !model.SeesSYNLoss(900*time.Millisecond) || model.SeesSYNLoss(time.Second) {
		t.Error("a time-out of a second waits for the second SYN, one below does not")
	}
}
