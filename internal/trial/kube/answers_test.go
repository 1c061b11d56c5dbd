package kube

import (
	"testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
)

// A trial that runs beside others answers for what its own fault can have left in nodes.
func TestAnswersBesideOthers(t *testing.T) {
	t.Parallel()
	p := plan(suites.Namespace)
	own, queue, others := "unit/seatrial-undo-x-"+p.Namespace()+".timer", "qdisc/veth1/tbf", "nft/seatrial-x"
	for _, c := range []struct {
		fault             faults.Fault
		own, queue, other bool
	}{
		{faults.Bandwidth(16), true, true, false},
		{faults.ContainerKill{}, false, false, false},
	} {
		p.Fault = c.fault
		answers := answersFor(p)
		if answers == nil {
			answers = func(string) bool { return false }
		}
		if answers(own) != c.own || answers(queue) != c.queue || answers(others) != c.other {
			t.Errorf("%s: own %t, queue %t, others' %t", c.fault.Card().Name, answers(own), answers(queue), answers(others))
		}
	}
	if all := answersFor(plan(suites.Node)); !all(own) || !all(queue) || !all(others) {
		t.Error("one that has the cluster to itself does not answer for all of it")
	}
}
