package model

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// A Trouble is what an app's own log says went wrong with it: that it got stuck, or
// the knob that made it fail and to what it was turned.
type Trouble struct{ What, Value string }

// Stuck is the Trouble of an app whose handlers all wait for ever.
const Stuck = "stuck"

// The paths that are made for probes; every other one is business.
var (
	livePaths  = []string{"/live", "/healthz"}
	probePaths = append([]string{"/ready", "/startup", "/ready-file"}, livePaths...)
)

// Notices reports whether a probe of the container notices the trouble, and how it
// fails of it then. A probe sees what it asks: a connection is accepted by the
// kernel, whatever the app is doing, and a command that looks at a file asks nobody.
//
//	deadlock: GET /live hangs; a TCP probe, and one by exec, notice nothing
//	the service port shut: GET and TCP fail at once; gRPC has a port of its own
func Notices(p *corev1.Probe, c *corev1.Container, t Trouble) (how Failing, notices bool) {
	switch {
	case p == nil:
		return 0, false
	case p.HTTPGet != nil:
		return getNotices(p.HTTPGet.Path, t)
	case p.TCPSocket != nil:
		return portNotices(t)
	case p.GRPC != nil:
		return checkNotices(t)
	case p.Exec != nil:
		return execNotices(p.Exec.Command, c, t)
	}
	return 0, false
}

func checkNotices(t Trouble) (Failing, bool) {
	switch t.What {
	case Stuck, "hang":
		return Hanging, true
	case "catch-oom":
		return AtOnce, true
	}
	return AtOnce, t == Trouble{"serving", "false"}
}

func (f Failing) orAtOnce(atOnce bool) Failing {
	if atOnce {
		return AtOnce
	}
	return f
}

func getNotices(path string, t Trouble) (Failing, bool) {
	switch t.What {
	case Stuck, "hang":
		return Hanging, true
	case "catch-oom":
		return AtOnce, true
	case "live-code":
		return AtOnce, slices.Contains(livePaths, path) && !healthy(t.Value)
	case "ready-code":
		return AtOnce, path == "/ready" && !healthy(t.Value)
	case "unready":
		return AtOnce, path == "/ready" && lasts(t.Value) > 0
	case "ready-file":
		return AtOnce, path == "/ready-file" && t.Value == "false"
	case "fail-business":
		return AtOnce, !slices.Contains(probePaths, path) && t.Value == "true"
	}
	return portNotices(t)
}

func portNotices(t Trouble) (Failing, bool) {
	return Hanging.orAtOnce(t.Value == "shut"), t.What == "port"
}

func execNotices(command []string, c *corev1.Container, t Trouble) (Failing, bool) {
	file := ""
	for _, v := range c.Env {
		if v.Name == "READY_FILE" {
			file = v.Value
		}
	}
	if t.What != "ready-file" || file == "" || !slices.Contains(command, file) {
		return 0, false
	}
	return Hanging.orAtOnce(t.Value == "false"), t.Value == "false" || lasts(t.Value) > 0
}

// Lasts is how long a trouble lasts by itself; Forever for those that nothing but
// another turn of the knob, or a restart, ends.
func (t Trouble) Lasts() time.Duration {
	if t.What == "hang" || t.What == "unready" {
		return lasts(t.Value)
	}
	return Forever
}

func lasts(value string) time.Duration {
	d, err := time.ParseDuration(value)
	if err != nil {
		return 0
	}
	return d
}

// healthy reads a status as HealthyCode does; "0" stands for "as it is".
func healthy(code string) bool {
	return code == "0" || len(code) == 3 && (code[0] == '2' || code[0] == '3')
}
