package faults_test

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
)

func TestInodesFull(t *testing.T) {
	faulttest.Check(t, faults.InodesFull(), takenFrom("/var/lib/kubelet/seatrial-inodes", "inodes"))
}
