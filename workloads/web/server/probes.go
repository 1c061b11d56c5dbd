package main

import (
	"net/http"
	"os"
	"strconv"
	"time"
)

// answerProbe answers /live, which is /healthz too, /ready, /startup and /ready-file.
func (a *app) answerProbe(w http.ResponseWriter, r *http.Request, s settings) {
	code := http.StatusOK
	switch r.URL.Path {
	case pathLive, pathHealthz:
		code = orCode(s.LiveCode, a.without(r, partLive))
	case pathReady:
		code = a.without(r, partReady)
		if !s.Ready || time.Now().Before(s.UnreadyUntil) {
			code = http.StatusServiceUnavailable
		}
		code = orCode(s.ReadyCode, code)
	case pathReadyFile:
		if _, err := os.Stat(a.config.readyFile); err != nil {
			code = http.StatusNotFound
		}
	case pathStartup:
		if !s.Ready {
			code = http.StatusServiceUnavailable
		}
	}
	w.WriteHeader(code)
}

// without is the status of a part that may need the dependency: 503 if it does and
// that does not answer.
func (a *app) without(r *http.Request, part string) int {
	if a.config.dependsIn(part) && !a.dependency.answers(r.Context()) {
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

func orCode(told, otherwise int) int {
	if told != 0 {
		return told
	}
	return otherwise
}

// logProbe writes a probe down when it is over. Its instant is its arrival;
// code 0 means that the prober left without an answer.
func (a *app) logProbe(r *http.Request, kind string, w *recorder, arrived instant) {
	took := time.Duration(monotonic() - arrived.mono)
	attrs := []string{attrPath, r.URL.Path, attrCode, w.said(), attrMillis, strconv.FormatInt(took.Milliseconds(), 10), attrKind, kind}
	if header := r.Header.Get(tutorialHeader); header != "" {
		attrs = append(attrs, attrHeader, header)
	}
	a.log.add(arrived, stateProbe, attrs...)
}

// tutorialHeader is the one that the manifest in the Kubernetes documentation has
// the kubelet send (examples/pods/probe/http-liveness.yaml).
const tutorialHeader = "Custom-Header"

// A recorder remembers the status of an answer; 0 is none.
type recorder struct {
	http.ResponseWriter
	code   int
	health string // what the gRPC health service answered
}

// said is what the log calls the answer.
func (r *recorder) said() string {
	if r.health != "" {
		return r.health
	}
	return strconv.Itoa(r.code)
}

func (r *recorder) WriteHeader(code int) {
	r.code = code
	r.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController reach the real writer.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// setReadyFile makes the file that exec probes look for, or takes it away. A
// duration is written into it: whoever looks at the file hangs for as long.
func (a *app) setReadyFile(value string) error {
	there, err := strconv.ParseBool(value)
	if d, failed := time.ParseDuration(value); err != nil && failed == nil && d > 0 {
		return os.WriteFile(a.config.readyFile, []byte(value), 0o644)
	}
	if err != nil {
		return err
	}
	if there {
		return os.WriteFile(a.config.readyFile, nil, 0o644)
	}
	if err := os.Remove(a.config.readyFile); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}
