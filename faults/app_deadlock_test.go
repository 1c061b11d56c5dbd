package faults_test

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

func TestDeadlock(t *testing.T) {
	faulttest.Check(t, faults.Deadlock(faults.OnePod), faulttest.Case{Sees: logged(history.AppStuck, nil)})
	faulttest.Check(t, faults.Deadlock(faults.AllPods), faulttest.Case{Sees: logged(history.AppStuck, nil)})
}
