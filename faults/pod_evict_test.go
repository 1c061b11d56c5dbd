package faults_test

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

func TestEvict(t *testing.T) {
	faulttest.Check(t, faults.Evict(faults.OnePod), faulttest.Case{Before: running, Broken: podsLeft(2), Sees: gone})
	faulttest.Check(t, faults.Evict(faults.AllPods), faulttest.Case{Before: running, Broken: podsLeft(0),
		Sees: state(history.SourcePod, "", "Terminating", nil)})
}
