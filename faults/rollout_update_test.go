package faults_test

import (
	"fmt"
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/workloads/web"
)

func isVersion(want string) func(w *faulttest.World) error {
	return func(w *faulttest.World) error {
		if _, got := version(w); got != want {
			return fmt.Errorf("the version is %s, want %s", got, want)
		}
		return nil
	}
}

func TestUpdate(t *testing.T) {
	faulttest.Check(t, faults.Update(web.Version("v2")), faulttest.Case{Sees: rolled, Broken: isVersion("v2")})
}
