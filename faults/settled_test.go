package faults_test

import (
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

func TestSettled(t *testing.T) {
	faulttest.Check(t, faults.Settled(faults.Deadlock(faults.OnePod), 10*time.Millisecond), faulttest.Case{Sees: logged(history.AppStuck, nil)})
}
