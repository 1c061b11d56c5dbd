package history

import "strings"

// Particulars of AppProbe: a probe as the app saw it. Its instant is its arrival.
const (
	AttrKind   = "kind"   // one of the Probe constants, else nobody's probe
	AttrMillis = "ms"     // from its arrival until it was answered, or was given up
	AttrHeader = "header" // what the header Custom-Header said, if it was sent
)

// Kinds of probes.
const (
	ProbeKubelet = "kubelet" // HTTP and gRPC: the kubelet says who it is
	ProbeExec    = "exec"    // a command run in the container
	ProbeTCP     = "tcp"     // a connection that closed before anything was asked on it
)

// What AttrCode may be beside an HTTP status and, of ProbeExec, an exit status.
const (
	CodeNone    = "0"       // of ProbeKubelet: it left without an answer
	CodeServing = "SERVING" // of a gRPC health check
)

// Answered reports whether a line AppProbe tells of a good answer: a status from
// 200 to 399, exit status 0, SERVING, a connection accepted.
//
//	kind=kubelet code=302: true; kind=exec code=0: true; kind=kubelet code=0: false
func (i Interval) Answered() bool {
	code := i.Attrs[AttrCode]
	switch i.Attrs[AttrKind] {
	case ProbeExec:
		return code == "0"
	case ProbeTCP:
		return true
	}
	return code == CodeServing || len(code) == 3 && strings.ContainsAny(code[:1], "23")
}
