package measure

import (
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/load"
)

// A Result is what was measured. Offsets are in milliseconds from StartedAt.
type Result struct {
	StartedAt  time.Time             `json:"startedAt"`
	Verdict    judge.Status          `json:"verdict"` // PASS, FAIL: over the limit, INVALID: nothing is proven
	Reason     string                `json:"reason,omitempty"`
	URL        string                `json:"url"`
	DurationMs float64               `json:"durationMs"` // of the load
	MaxMs      *float64              `json:"maxDowntimeMs,omitempty"`
	WayIn      *WayIn                `json:"wayIn,omitempty"` // a program on this machine through which it was measured, if one is known
	Lanes      map[string]judge.Lane `json:"lanes"`
	Errors     Errors                `json:"errors,omitempty"`
	Tester     Tester                `json:"tester"`
	Latency    map[string]Latency    `json:"latency"`
	Command    *Command              `json:"command,omitempty"`
	SpanMs     float64               `json:"spanMs"` // the length of each of Spans
	Spans      []Span                `json:"spans"`  // what happened, span by span
}

// Before reports whether an outage was over when the command began, of which it can be no
// effect: a target that was only just coming up, say.
func (r Result) Before(w judge.Window) bool {
	return r.Command != nil && r.Command.Ran && w.ToMs <= r.Command.FromMs
}

// Down is for how long a lane was down in all, in milliseconds, since the command began if
// there was one.
func (r Result) Down(lane string) float64 {
	down := r.Lanes[lane].TotalMs
	for _, w := range r.Lanes[lane].Windows {
		if r.Before(w) {
			down -= w.ToMs - w.FromMs
		}
	}
	return max(0, down)
}

// Errors are, by lane and class, what the first request that failed so had to say.
type Errors map[string]map[history.Class]string

// A Tester is what the meter says about itself.
type Tester struct {
	Stalls        []Stall        `json:"stalls"`
	LatenessP99Ms float64        `json:"latenessP99Ms"`    // of the worst lane: sent after due
	Skipped       int            `json:"skipped"`          // slots that were not sent
	Why           map[string]int `json:"why,omitempty"`    // slots that were not sent, by class
	BlindMs       float64        `json:"blindMs"`          // for how long in all nobody looked at a lane that was good before and after, the worst one: an outage may have been there
	Achieved      float64        `json:"achieved"`         // requests per second sent, all lanes
	Ousted        uint64         `json:"ousted,omitempty"` // requests of lane reused for which no connection was free: they opened others
	CPUMs         float64        `json:"cpuMs"`            // processor time of the meter
	Clocks        []Clock        `json:"clocks,omitempty"` // of the agents
}

// A Clock is how an agent's clock stood to ours: the agent's instants are right to
// ErrorMs in our time.
type Clock struct {
	Agent   string  `json:"agent"`
	Node    string  `json:"node"`
	AheadMs float64 `json:"aheadMs"`
	ErrorMs float64 `json:"errorMs"`
}

// A Stall is a span in which the meter stood still: nothing in it is downtime.
type Stall struct {
	FromMs float64 `json:"fromMs"`
	ToMs   float64 `json:"toMs"`
	Lane   string  `json:"lane,omitempty"` // "": the whole meter
	What   string  `json:"what"`
}

// Latency is how long good answers took. Corrected counts from the due instant, as
// a user waits; Uncorrected from when the request left, as most tools count.
type Latency struct {
	Corrected   Spread `json:"corrected"`
	Uncorrected Spread `json:"uncorrected"`
}

// A Spread sums up a distribution, in milliseconds.
type Spread struct {
	Count int64   `json:"count"`
	Mean  float64 `json:"meanMs"`
	P50   float64 `json:"p50Ms"`
	P90   float64 `json:"p90Ms"`
	P99   float64 `json:"p99Ms"`
	P999  float64 `json:"p999Ms"`
	Max   float64 `json:"maxMs"`
}

// Command is what became of the command that ran meanwhile.
type Command struct {
	Line   []string `json:"line"`
	FromMs float64  `json:"fromMs"`
	ToMs   float64  `json:"toMs"`
	Code   int      `json:"code"`             // exit code; 128 and the signal's number if one ended it
	Error  string   `json:"error,omitempty"`  // why it was not run, or not to its end
	Output string   `json:"output,omitempty"` // the last MiB of what it said
	Ran    bool     `json:"ran"`
}

// spanOf is the length of a Span: short enough to show a deploy, long enough to keep
// an hour of them.
const spanOf = 250 * time.Millisecond

// A Span is what a short time of the load brought, all lanes together.
type Span struct {
	Good    int     `json:"good"`
	Failed  int     `json:"failed"`
	Skipped int     `json:"skipped,omitempty"`
	Longest float64 `json:"longestMs"` // the longest good answer, from its due instant
}

// ExitCode is the exit code of the whole: 1 over the limit, 2 nothing proven, else
// the command's own.
func (r Result) ExitCode() int {
	switch {
	case r.Verdict == judge.Invalid:
		return 2
	case r.Verdict == judge.Fail:
		return 1
	case r.Command != nil:
		return r.Command.Code
	}
	return 0
}

func spreadOf(s load.Spread) Spread {
	return Spread{Count: s.Count, Mean: ms(s.Mean), P50: ms(s.P50), P90: ms(s.P90), P99: ms(s.P99), P999: ms(s.P999), Max: ms(s.Max)}
}

// ms is a length of time in milliseconds, to a microsecond.
func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
