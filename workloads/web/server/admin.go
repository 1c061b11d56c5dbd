package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// admin serves the knobs and the log. None of it takes the handlers' lock.
//
//	GET  /admin/                        the settings as they stand and what is in flight, JSON
//	POST /admin/<knob>?value=V          turn a knob: 200, 400 (value), 404 (no such knob)
//	GET  /admin/events?after=N&follow=1 the log, one JSON object per line
//	POST /admin/probed?path=&code=&ms=  an exec probe ran (from `web exists`)
func (a *app) admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /admin/{$}", a.showSettings)
	mux.HandleFunc("GET /admin/events", a.showEvents)
	mux.HandleFunc("POST /admin/probed", a.noteExecProbe)
	mux.HandleFunc("POST /admin/{knob}", a.turnKnob)
	return mux
}

func (a *app) showSettings(w http.ResponseWriter, _ *http.Request) {
	s, _ := a.look()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(struct {
		settings
		Inflight int64 `json:"inflight"`
	}{s, a.inflight.Load()})
}

// turnKnob logs the instant before the knob acts, once its value was accepted.
// The answer is complete before an exit: whoever turned the knob gets to know.
func (a *app) turnKnob(w http.ResponseWriter, r *http.Request) {
	knob, value := r.PathValue("knob"), r.URL.Query().Get("value")
	turn, ok := a.knobs[knob]
	if !ok {
		all := slices.Sorted(maps.Keys(a.knobs))
		http.Error(w, fmt.Sprintf("no knob %q; there are %s", knob, strings.Join(all, ", ")), http.StatusNotFound)
		return
	}
	at := now()
	if err := turn(value); err != nil {
		http.Error(w, knob+": "+err.Error(), http.StatusBadRequest)
		return
	}
	a.log.add(at, stateKnob, attrKnob, knob, attrValue, value)
	w.Header().Set("Content-Length", "3")
	_, _ = fmt.Fprintln(w, "ok")
	_ = http.NewResponseController(w).Flush()
	a.mu.Lock()
	leaving := a.leaving
	a.mu.Unlock()
	if leaving != nil {
		a.end(*leaving)
	}
}

func (a *app) noteExecProbe(_ http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	a.log.add(now(), stateProbe, attrPath, q.Get(attrPath), attrCode, q.Get(attrCode),
		attrMillis, q.Get(attrMillis), attrKind, kindExec)
}

// showEvents sends the log from after on; with follow it goes on sending until
// the client leaves. Every line is flushed at once, through proxies too: an
// answer without a length is passed on as it comes.
func (a *app) showEvents(w http.ResponseWriter, r *http.Request) {
	after, err := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	if err != nil && r.URL.Query().Has("after") {
		http.Error(w, "after must be a number: "+err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	for {
		lines, changed := a.log.since(after)
		for _, l := range lines {
			if _, err := w.Write(l.text); err != nil {
				return
			}
			after = l.Seq
		}
		_ = http.NewResponseController(w).Flush()
		if r.URL.Query().Get("follow") == "" {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}
