// Package historytest writes histories by hand: a lane as a line of slots, states
// as a line of instants. It is for tests of whatever judges or shows a history.
//
// What it reads are literals of a test, so what it cannot read makes it panic.
package historytest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// Timeout is the time-out of every lane written here: the design's default.
const Timeout = 900 * time.Millisecond

// classes are the words of Parse.
var classes = map[string]history.Class{
	"ok":  history.ClassOK,
	"XX":  history.ClassRefused,
	"un":  history.ClassUnreachable,
	"rst": history.ClassReset, "rsm": history.ClassResetMid,
	"to": history.ClassTimeoutFirst, "tc": history.ClassTimeoutConnect, "tb": history.ClassTimeoutBody,
	"bd": history.ClassBody,
	"re": history.ClassRetried,
	"--": history.ClassStall, "po": history.ClassPorts, "sat": history.ClassSaturated,
}

// Parse reads the slots of lane "fresh": a word a slot, and the interval between
// two slots behind an @ at the end (100 ms if there is none). Slot 0 is due at 0.
//
//	ok    good                    XX    refused
//	rst   reset                   rsm   reset in mid-answer
//	to    no answer in time       tc    no connection in time
//	tb    answer not whole in time
//	un    unreachable             bd    wrong body
//	503   an answer with that status
//	re    good, but retried behind our back (also as ok+2: two attempts, not classed)
//	--    not sent: stall         po    not sent: no port
//	sat   not sent: saturated     ..    not in the record at all
//
// A word may name the pods that answer, in turn, and say how often it is meant:
//
//	Parse("ok ok XX XX XX ok ok XX ok @100ms")
//	Parse("ok:a,b,c*300 503:a*2 ok:a @20ms")
func Parse(text string) []history.Sample {
	words := strings.Fields(text)
	interval := 100 * time.Millisecond
	if n := len(words) - 1; n >= 0 && strings.HasPrefix(words[n], "@") {
		interval = must(time.ParseDuration(words[n][1:]))
		words = words[:n]
	}
	return lane(history.LaneFresh, interval, 0, words)
}

func lane(name string, interval, start time.Duration, words []string) []history.Sample {
	var all []history.Sample
	seq := uint64(0)
	for _, word := range words {
		word, times, repeated := strings.Cut(word, "*")
		n := 1
		if repeated {
			n = must(strconv.Atoi(times))
		}
		what, pods, _ := strings.Cut(word, ":")
		answering := strings.Split(pods, ",")
		for i := range n {
			if what != ".." {
				due := start + time.Duration(seq)*interval
				all = append(all, slot(name, seq, due, what, answering[i%len(answering)]))
			}
			seq++
		}
	}
	return all
}

func slot(lane string, seq uint64, due time.Duration, what, pod string) history.Sample {
	s := history.Sample{Lane: lane, Seq: seq, Due: due, Pod: pod, Attempts: 1}
	what, attempts, retried := strings.Cut(what, "+")
	if retried {
		s.Attempts = must(strconv.Atoi(attempts))
	}
	class, known := classes[what]
	switch code, err := strconv.Atoi(what); {
	case known:
		s.Class = class
	case err == nil:
		s.Class, s.Code = history.ClassStatus, code
	default:
		panic(fmt.Sprintf("historytest: no such slot: %q", what))
	}
	if s.Class.Skipped() {
		s.Attempts = 0
		return s
	}
	s.Sent, s.Took = due, time.Millisecond
	switch s.Class {
	case history.ClassOK, history.ClassRetried:
		s.Code = 200
	case history.ClassTimeoutConnect, history.ClassTimeoutFirst, history.ClassTimeoutBody:
		s.Took = Timeout
	}
	return s
}

func must[T any](v T, err error) T {
	if err != nil {
		panic("historytest: " + err.Error())
	}
	return v
}
