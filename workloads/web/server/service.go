package main

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// service answers business and probes on the service port.
func (a *app) service() http.Handler {
	return a.watched(func(w http.ResponseWriter, r *http.Request) {
		if !a.enter(r.Context(), a.workers) {
			panic(http.ErrAbortHandler) // the client left
		}
		defer a.leave(a.workers)
		a.answer(w, r)
	})
}

// probesOnly answers probes on a port of their own: no worker limit, but the
// same lock as every handler.
func (a *app) probesOnly() http.Handler {
	return a.watched(func(w http.ResponseWriter, r *http.Request) {
		if !a.enter(r.Context(), nil) {
			panic(http.ErrAbortHandler)
		}
		if !isProbePath(r.URL.Path) {
			http.NotFound(w, r)
			return
		}
		a.answer(w, r)
	})
}

// watched counts what is in flight, logs probes, and asks clients politely to
// close their connection while the app drains: a pinned connection that is
// closed without a word between two requests would lose the second.
func (a *app) watched(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.inflight.Add(1)
		defer a.inflight.Add(-1)
		if s, _ := a.look(); s.Draining {
			w.Header().Set("Connection", "close")
		}
		if kind, ok := probeKind(r); ok {
			recorder := &recorder{ResponseWriter: w}
			defer a.logProbe(r, kind, recorder, now())
			w = recorder
		}
		next(w, r)
	})
}

// enter waits for a worker, for the end of a hang and for the handlers' lock. It
// gives up when the client does: who waits for ever on the far side must not
// make the process grow until it is killed for another reason.
func (a *app) enter(ctx context.Context, workers chan struct{}) bool {
	if workers != nil {
		select {
		case workers <- struct{}{}:
		case <-ctx.Done():
			return false
		}
	}
	if a.hangOver(ctx) && a.passLock(ctx) {
		return true
	}
	a.leave(workers)
	return false
}

func (a *app) leave(workers chan struct{}) {
	if workers != nil {
		<-workers
	}
}

func (a *app) passLock(ctx context.Context) bool {
	select {
	case a.lock <- struct{}{}:
		<-a.lock
		return true
	case <-ctx.Done():
		return false
	}
}

func (a *app) hangOver(ctx context.Context) bool {
	for {
		s, changed := a.look()
		left := time.Until(s.HangUntil)
		if left <= 0 {
			return true
		}
		select {
		case <-time.After(left):
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}

func (a *app) answer(w http.ResponseWriter, r *http.Request) {
	s, _ := a.look()
	a.name(w.Header(), s)
	switch {
	case s.OutOfMemory:
		http.Error(w, "out of memory", http.StatusInternalServerError)
	case isProbePath(r.URL.Path):
		a.answerProbe(w, r, s)
	case r.URL.Path == pathNamed && a.named != nil && s.Ready:
		a.businessByName(w, r, s)
	case r.URL.Path != pathBusiness:
		http.NotFound(w, r)
	case !s.Ready:
		http.Error(w, "warming up", http.StatusServiceUnavailable)
	default:
		a.business(w, r, s)
	}
}

// name says in every answer who gave it, so that a meter needs no parsing.
func (a *app) name(h http.Header, s settings) {
	h.Set("X-Pod", a.config.pod)
	h.Set("X-Version", s.Version)
	h.Set("X-Run", strconv.Itoa(a.log.run))
	if a.config.color != "" {
		h.Set("X-Color", a.config.color)
	}
}

// pause waits and reports whether the client did too.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

type answerBody struct {
	Pod     string `json:"pod"`
	Version string `json:"version"`
	Run     int    `json:"run"`
	Seq     uint64 `json:"seq"`
	Color   string `json:"color,omitempty"`
	Node    string `json:"node,omitempty"`
	Error   string `json:"error,omitempty"`
}

func (a *app) business(w http.ResponseWriter, r *http.Request, s settings) {
	body := answerBody{Pod: a.config.pod, Version: s.Version, Run: a.log.run,
		Seq: a.seq.Add(1), Color: a.config.color, Node: a.config.node}
	if !pause(r.Context(), s.AnswerTime) {
		panic(http.ErrAbortHandler)
	}
	code := http.StatusOK
	if a.config.dependsIn(partBusiness) && !a.dependency.answers(r.Context()) {
		code, body.Error = http.StatusServiceUnavailable, "no answer from "+a.config.dependency
	}
	if s.FailBusiness || isErrorTurn(body.Seq, s.ErrorRate) {
		code, body.Error = http.StatusInternalServerError, "told to fail"
		a.noteSpoilt(r, "status", code)
	}
	text, _ := json.Marshal(body) // numbers and strings always can be
	text = append(text, '\n')
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(code)
	if s.Truncate {
		a.noteSpoilt(r, "truncated", code)
		_, _ = w.Write(text[:len(text)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // closes the connection in mid-body
	}
	_, _ = w.Write(text)
}

// businessByName is business that needs what another app says.
func (a *app) businessByName(w http.ResponseWriter, r *http.Request, s settings) {
	if !a.named.answers(r.Context()) {
		http.Error(w, "no answer from "+a.config.named, http.StatusServiceUnavailable)
		return
	}
	a.business(w, r, s)
}

// isErrorTurn spreads errors evenly: of any n answers in a row, n·rate fail, give or take one.
//
//	rate 0.25: answers 4, 8, 12, ... fail
func isErrorTurn(seq uint64, rate float64) bool {
	return math.Floor(float64(seq)*rate) > math.Floor(float64(seq-1)*rate)
}

func isProbePath(path string) bool {
	switch path {
	case pathLive, pathHealthz, pathReady, pathStartup, pathReadyFile:
		return true
	}
	return false
}

// probeKind says whether a request is a probe, and whose. The kubelet names
// itself kube-probe/1.36 (k8s.io/kubernetes/pkg/probe/http), on any path.
func probeKind(r *http.Request) (string, bool) {
	if strings.HasPrefix(r.UserAgent(), "kube-probe/") {
		return kindKubelet, true
	}
	return kindOther, isProbePath(r.URL.Path)
}
