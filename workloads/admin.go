package workloads

import (
	"net/url"
	"strconv"
)

// The ports of every app's server.
const (
	ServicePort = 8080 // where it serves; the Service's port too
	AdminPort   = 9090 // where its knobs are turned; in no Service
)

// The knobs of every app's server, turned by a POST of KnobPath to AdminPort.
// Durations are Go's ("1.5s"), byte counts plain or with a suffix ("64Mi"),
// switches "true" or "false".
const (
	KnobAllocate      = "allocate"       // bytes: allocate and touch as many, and keep them
	KnobLeak          = "leak"           // bytes per second: go on allocating, in the next starts in this pod too; 0 stops
	KnobCatchOOM      = "catch-oom"      // bytes: allocate as many (0: none), "catch" the error, live on, answer 500 to everything
	KnobDeadlock      = "deadlock"       // no value: every handler, probes included, waits for a lock for ever
	KnobSpin          = "spin"           // goroutines (0: one per CPU): they spin, and the handlers starve
	KnobExit          = "exit"           // status: the process exits with it, at once
	KnobCrashAtStart  = "crash-at-start" // status: the next starts in this pod exit with it before they listen; -1: no longer
	KnobBootTime      = "boot-time"      // duration: how long the next starts in this pod take before listening
	KnobUnready       = "unready"        // duration: /ready answers 503 for as long; 0 ends it
	KnobLiveCode      = "live-code"      // status of /live; 0: as it is
	KnobReadyCode     = "ready-code"     // status of /ready; 0: as it is
	KnobHang          = "hang"           // duration: whoever asks, probes included, waits until it is over; 0 ends it
	KnobAnswerTime    = "answer-time"    // duration: how long a business answer takes
	KnobErrorRate     = "error-rate"     // share of business answers that are 500, 0 to 1, spread evenly
	KnobFailBusiness  = "fail-business"  // switch: every business answer is 500, the probes' are not
	KnobTruncate      = "truncate"       // switch: business answers break off in mid-body
	KnobIgnoreSIGTERM = "ignore-sigterm" // switch: SIGTERM is noted and ignored
	KnobDrain         = "drain"          // duration: as the variable DRAIN; 0: exit on SIGTERM at once
	KnobReadyFile     = "ready-file"     // switch: the ready file is there; a duration: it is, and who looks at it by exec hangs for so long
	KnobVersion       = "version"        // the version that answers name
	KnobPort          = "port"           // of the service, until the next start: "shut": new connections are refused; "jam": they hang, nobody accepts them
	KnobFill          = "fill"           // bytes per second: a file in the container's own layer grows, until it cannot; 0 stops
	KnobFork          = "fork"           // as many children that do nothing; what is refused is tried again
	KnobServing       = "serving"        // switch: what the gRPC health service says, SERVING or NOT_SERVING
)

// KnobPath is the path and query that turns a knob.
//
//	KnobPath(KnobLiveCode, "404") == "/admin/live-code?value=404"
func KnobPath(knob, value string) string {
	return "/admin/" + knob + "?" + url.Values{"value": {value}}.Encode()
}

// EventsPath is the path and query that reads an app's own log: the events whose
// sequence number is above after, and with follow those to come as well. An
// after that the log has not reached yet means that the log lost lines; all it has is sent.
//
//	EventsPath(7, true) == "/admin/events?after=7&follow=1"
func EventsPath(after int64, follow bool) string {
	path := "/admin/events?after=" + strconv.FormatInt(after, 10)
	if follow {
		path += "&follow=1"
	}
	return path
}
