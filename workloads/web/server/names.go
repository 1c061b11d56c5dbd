package main

// The words of the log: states and attributes. They are seatrial's own, which
// has them in internal/history/vocabulary.go; a test holds the two together.
// (This package is built by itself and imports the standard library only.)
const (
	stateStart    = "start"
	stateListen   = "listen"
	stateReady    = "ready"
	stateProbe    = "probe"
	stateStuck    = "stuck"
	stateSIGTERM  = "sigterm"
	stateExit     = "exit"
	stateKnob     = "knob"
	stateAllocate = "allocate"
	stateSpoilt   = "spoilt"
	stateFill     = "fill"
	stateFork     = "fork"

	attrVersion  = "version"
	attrPath     = "path"
	attrCode     = "code"
	attrInflight = "inflight"
	attrPID      = "pid"
	attrPort     = "port"
	attrMillis   = "ms"
	attrKind     = "kind"
	attrKnob     = "knob"
	attrValue    = "value"
	attrBytes    = "bytes"
	attrCause    = "cause"
	attrCount    = "count"
	attrDropped  = "dropped"
	attrHeader   = "header"
)

// Kinds of probes: who asked.
const (
	kindKubelet = "kubelet" // an HTTP probe of the kubelet, by its user agent
	kindExec    = "exec"    // `web exists` or `web cat`, run by the kubelet in the container
	kindTCP     = "tcp"     // a connection to the service port on which nothing was asked
	kindOther   = "other"
)

// The paths of the probes, and of business. There are no others.
const (
	pathBusiness = "/"

	pathLive    = "/live"
	pathReady   = "/ready"
	pathStartup = "/startup"
	pathHealthz = "/healthz" // what tutorials call the liveness path

	pathNamed = "/named" // business that needs another app, by its name

	pathReadyFile = "/ready-file" // is the file that exec probes look for there
)

// The knobs; workloads.Knob... says what each does. A test holds the two together.
const (
	knobAllocate      = "allocate"
	knobLeak          = "leak"
	knobCatchOOM      = "catch-oom"
	knobDeadlock      = "deadlock"
	knobSpin          = "spin"
	knobExit          = "exit"
	knobCrashAtStart  = "crash-at-start"
	knobBootTime      = "boot-time"
	knobUnready       = "unready"
	knobLiveCode      = "live-code"
	knobReadyCode     = "ready-code"
	knobHang          = "hang"
	knobAnswerTime    = "answer-time"
	knobErrorRate     = "error-rate"
	knobFailBusiness  = "fail-business"
	knobTruncate      = "truncate"
	knobIgnoreSIGTERM = "ignore-sigterm"
	knobDrain         = "drain"
	knobReadyFile     = "ready-file"
	knobVersion       = "version"
	knobPort          = "port"
	knobServing       = "serving"
	knobFill          = "fill"
	knobFork          = "fork"
)
