package faults_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

func TestSettled(t *testing.T) {
	const rest = 10 * time.Millisecond
	began := time.Now()
	faulttest.Check(t, faults.Settled(faults.Deadlock(faults.OnePod), rest), faulttest.Case{Sees: logged(history.AppStuck, nil), Before: func(*faulttest.World) { began = time.Now() },
		Broken: func(*faulttest.World) error {
			if took := time.Since(began); took < rest {
				return fmt.Errorf("it was in place after %s", took)
			}
			return nil
		}})
}
