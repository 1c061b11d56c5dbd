package main

import (
	"net/http"
	"os"
	"strconv"
	"time"
)

// answerProbe answers /live, /ready, /startup and /ready-file.
func (a *app) answerProbe(w http.ResponseWriter, path string, s settings) {
	code := http.StatusOK
	switch path {
	case pathLive:
		code = orCode(s.LiveCode, code)
	case pathReady:
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
	a.log.add(arrived, stateProbe, attrPath, r.URL.Path, attrCode, strconv.Itoa(w.code),
		attrMillis, strconv.FormatInt(took.Milliseconds(), 10), attrKind, kind)
}

// A recorder remembers the status of an answer; 0 is none.
type recorder struct {
	http.ResponseWriter
	code int
}

func (r *recorder) WriteHeader(code int) {
	r.code = code
	r.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController reach the real writer.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// setReadyFile makes the file that exec probes look for, or takes it away.
func (a *app) setReadyFile(value string) error {
	there, err := strconv.ParseBool(value)
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
