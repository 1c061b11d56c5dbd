package main

import (
	"io"
	"maps"
	"slices"
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

// The server is built by itself, so it has its own copy of the words.
func TestWordsAreThoseOfTheHistory(t *testing.T) {
	for own, theirs := range map[string]string{
		stateStart: history.AppStart, stateListen: history.AppListen, stateReady: history.AppReady,
		stateProbe: history.AppProbe, stateStuck: history.AppStuck, stateSIGTERM: history.AppSIGTERM,
		stateExit: history.AppExit, stateKnob: history.AppKnob, stateAllocate: history.AppAllocate,
		attrVersion: history.AttrVersion, attrPath: history.AttrPath, attrCode: history.AttrCode,
		attrInflight: history.AttrInflight,
		stateFill:    history.AppFill, stateFork: history.AppFork, attrCount: history.AttrCount, attrBytes: history.AttrBytes, attrCause: history.AttrCause,
		stateSpoilt: history.AppSpoilt, attrKind: history.AttrKind, attrMillis: history.AttrMillis, attrHeader: history.AttrHeader,
		kindKubelet: history.ProbeKubelet, kindExec: history.ProbeExec, kindTCP: history.ProbeTCP,
		serving: history.CodeServing,
	} {
		if own != theirs {
			t.Errorf("server says %q, history says %q", own, theirs)
		}
	}
}

func TestKnobsAreThoseOfTheContract(t *testing.T) {
	want := []string{
		workloads.KnobAllocate, workloads.KnobLeak, workloads.KnobCatchOOM, workloads.KnobDeadlock,
		workloads.KnobSpin, workloads.KnobExit, workloads.KnobBootTime, workloads.KnobUnready,
		workloads.KnobLiveCode, workloads.KnobReadyCode, workloads.KnobHang, workloads.KnobAnswerTime,
		workloads.KnobErrorRate, workloads.KnobFailBusiness, workloads.KnobTruncate,
		workloads.KnobCrashAtStart,
		workloads.KnobIgnoreSIGTERM, workloads.KnobDrain, workloads.KnobReadyFile, workloads.KnobVersion,
		workloads.KnobPort, workloads.KnobServing, workloads.KnobFill, workloads.KnobFork,
	}
	slices.Sort(want)
	log, err := openLog("", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	got := slices.Sorted(maps.Keys(newApp(config{}, log, nil).knobs))
	if !slices.Equal(got, want) {
		t.Errorf("the server has the knobs %v, workloads names %v", got, want)
	}
}

func TestMonotonicIsTheSameClockAsTheTrials(t *testing.T) {
	before := history.MonotonicNow()
	own := monotonic()
	if after := history.MonotonicNow(); own < before || own > after {
		t.Errorf("read %d between %d and %d", own, before, after)
	}
}
