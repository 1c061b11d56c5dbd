package faults_test

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
)

func TestPodDeleteAll(t *testing.T) {
	faulttest.Check(t, faults.PodDeleteAll(), faulttest.Case{Before: running, Sees: gone, Broken: podsLeft(0)})
}
