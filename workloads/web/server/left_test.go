package main

import (
	"testing"

	"github.com/seatrial/seatrial/workloads"
)

// What a knob leaves holds for every start in the pod until it is taken away.
func TestCrashIsLeftForTheNextStarts(t *testing.T) {
	pod := t.TempDir()
	first := start(t, pod)
	first.until(stateReady)
	first.turn(workloads.KnobCrashAtStart, "4")
	first.turn(workloads.KnobExit, "7")
	if code := first.status(); code != 7 {
		t.Errorf("want exit status 7, got %d", code)
	}
	for run := 2; run <= 3; run++ {
		s := start(t, pod)
		began := s.until(stateStart)
		if code := s.status(); code != 4 || began.Run != run {
			t.Errorf("run %d: want exit status 4, got %d of run %d", run, code, began.Run)
		}
		for _, e := range s.seen {
			if e.State == stateListen {
				t.Errorf("run %d listened: %+v", run, e)
			}
		}
	}
}

func TestCrashCanBeTakenBack(t *testing.T) {
	pod := t.TempDir()
	first := start(t, pod)
	first.until(stateReady)
	first.turn(workloads.KnobCrashAtStart, "4")
	first.turn(workloads.KnobCrashAtStart, "-1")
	first.turn(workloads.KnobCrashAtStart, "-1") // there is none any more
	first.turn(workloads.KnobExit, "0")
	_ = first.status()
	start(t, pod).until(stateReady)
}

// A leak goes on in the next start, until it is stopped.
func TestLeakIsLeftForTheNextStarts(t *testing.T) {
	pod := t.TempDir()
	first := start(t, pod)
	first.until(stateReady)
	first.turn(workloads.KnobLeak, "90Mi") // more than one step of the log in a pulse
	first.until(stateAllocate)
	first.turn(workloads.KnobExit, "0")
	_ = first.status()
	second := start(t, pod)
	second.until(stateAllocate)
	second.turn(workloads.KnobLeak, "0")
	second.turn(workloads.KnobExit, "0")
	_ = second.status()
	third := newApp(config{events: pod + "/events.jsonl"}, newLog(t, ""), nil)
	if left := third.left(knobLeak); left != "0" {
		t.Errorf("a leak of %q is left", left)
	}
}
