// Package judge turns a trial's record into findings and a verdict.
//
// Judging is pure: it sees the history and the model, no clock, no client. The
// same record gives the same verdict on any machine at any time.
package judge

import "github.com/seatrial/seatrial/internal/history"

// A Status is a verdict's or a finding's outcome.
type Status string

// The four verdicts.
const (
	Pass    Status = "PASS"
	Fail    Status = "FAIL"    // an expectation broke
	Invalid Status = "INVALID" // we did not run the experiment that we claim
	Skipped Status = "SKIPPED" // this place cannot host it
)

// A Finding is what one expectation, assumption or invariant says of a trial.
type Finding struct {
	Name      string `json:"name"`                // a stable identifier, "downtime": no figures, no pod names
	Status    Status `json:"status"`              //
	Want      string `json:"want"`                // the limit, in words and figures
	Got       string `json:"got"`                 // the value, when it was seen, its resolution
	LimitFrom string `json:"limitFrom,omitempty"` // where the limit came from: a field of the manifest, a setting, a Kubernetes rule
	// Measured, From and To carry the figures for plots and comparisons, in
	// milliseconds; nil where the finding is not about a length of time.
	Measured *float64 `json:"measuredMs,omitempty"`
	From     *float64 `json:"fromMs,omitempty"`
	To       *float64 `json:"toMs,omitempty"`
	// Count is what was counted where the finding is about a number of things, failed
	// requests, restarts, pods, revisions, or how many of a hundred; nil elsewhere.
	Count *int `json:"count,omitempty"`

	never bool // it is about what has not happened: how long one looked counts
}

// An Expectation judges one property of a trial.
type Expectation interface {
	Name() string
	Judge(h *history.History) Finding
}

// A Trial is the verdict on one trial, its twin included.
type Trial struct {
	Name     string          `json:"name"`
	Status   Status          `json:"status"`
	Reason   string          `json:"reason,omitempty"` // why INVALID or SKIPPED, in one line
	Seconds  float64         `json:"seconds"`
	Twin     *Twin           `json:"twin,omitempty"`
	Planted  *Planted        `json:"planted,omitempty"` // canaries only
	Findings []Finding       `json:"findings"`
	Lanes    map[string]Lane `json:"lanes"`
}

// Planted is how a canary, a trial with a planted defect, ended, before that was
// compared with how it had to end.
type Planted struct {
	Must       Status    `json:"must"`    // how it had to end
	Finding    string    `json:"finding"` // which finding had to be the reason
	Status     Status    `json:"status"`  // how it ended
	Reason     string    `json:"reason,omitempty"`
	AsExpected bool      `json:"asExpected"`
	Findings   []Finding `json:"findings"`
}

// Twin is the outcome of the trial without its protection.
type Twin struct {
	Without    string          `json:"without"` // what was taken out, "liveness probe"
	Status     Status          `json:"status"`
	Finding    string          `json:"finding"` // the finding that must FAIL
	AsExpected bool            `json:"asExpected"`
	Reason     string          `json:"reason,omitempty"`
	Seconds    float64         `json:"seconds"`
	Findings   []Finding       `json:"findings,omitempty"`
	Lanes      map[string]Lane `json:"lanes,omitempty"`
}

// Lane is what the meter measured on one lane from steady to drain, in milliseconds.
type Lane struct {
	Requests     int      `json:"requests"`
	Errors       int      `json:"errors"`
	Skipped      int      `json:"skipped"`
	TotalMs      float64  `json:"totalMs"`
	LongestMs    float64  `json:"longestMs"`
	ResolutionMs float64  `json:"resolutionMs"`
	Windows      []Window `json:"windows"`
	Degradations []Window `json:"degradations"`
	Phases       []Phase  `json:"phases,omitempty"` // what was waited for while it was down
}

// Window is one outage: from the first failed due instant to the first good one.
//
// The break began between the sending of the last good request and the failure of the first
// failed one, and ended between the sending of the last failed request and the answer to the
// first good one after it. Began and Ended are the middles of these two spans, the Edge fields
// half of their lengths: half an interval and half of what an answer takes, where every slot was
// sent in time. They are for comparing instants; the window is for comparing lengths.
type Window struct {
	FromMs        float64        `json:"fromMs"`
	ToMs          float64        `json:"toMs"`
	UncertaintyMs float64        `json:"uncertaintyMs"` // of the length
	BeganMs       float64        `json:"beganMs"`
	EndedMs       float64        `json:"endedMs"`
	BeganEdgeMs   float64        `json:"beganEdgeMs"` // uncertainty of Began
	EndedEdgeMs   float64        `json:"endedEdgeMs"` // uncertainty of Ended
	Classes       map[string]int `json:"classes"`
	Slots         int            `json:"slots"`
	Failed        int            `json:"failed"`
	ServedAnew    int            `json:"servedAnew,omitempty"` // failed ones that were good when asked again at once, on a fresh connection
	Stalled       bool           `json:"stalled,omitempty"`    // a stall of the generator touches it
	OpenEnded     bool           `json:"openEnded,omitempty"`
	ShortestMs    float64        `json:"-"` // what was seen of it
	LongestMs     float64        `json:"-"` // with all of what was not
}
