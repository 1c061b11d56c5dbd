package faults_test

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestSecondUpdate(t *testing.T) {
	for _, ready := range []bool{false, true} {
		f := faults.SecondUpdate{First: []workloads.Change{web.Version("v2")}, Second: []workloads.Change{web.Version("v3")}, After: 3, Ready: ready}
		faulttest.Check(t, f, faulttest.Case{Sees: rolled, Broken: isVersion("v3")})
	}
}
