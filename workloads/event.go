package workloads

import (
	"encoding/json"
	"fmt"
	"time"
)

// An Event is one line of an app's own log. It survives container restarts.
type Event struct {
	Seq   int64             // number of the line in its pod's log, from 1
	Mono  int64             // CLOCK_MONOTONIC of the instant, nanoseconds
	Wall  time.Time         // the same on the wall clock
	Run   int               // which start of the process in its pod, from 1
	State string            // one of the states of history.SourceApp
	Attrs map[string]string // what the state adds: "path", "code", "inflight"
}

// ParseEvent reads a line of an app's log, a flat JSON object. Particulars are
// strings; what is none is an error.
//
//	{"seq":7,"mono":81234567890,"wall":"2026-01-02T03:04:05.678Z","run":2,"state":"probe","path":"/live","code":"200"}
func ParseEvent(line []byte) (Event, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil {
		return Event{}, fmt.Errorf("read event %q: %w", line, err)
	}
	e := Event{Attrs: map[string]string{}}
	known := map[string]any{"seq": &e.Seq, "mono": &e.Mono, "wall": &e.Wall, "run": &e.Run, "state": &e.State}
	for name, value := range fields {
		target, ok := known[name]
		var attr string
		if !ok {
			target = &attr
		}
		if err := json.Unmarshal(value, target); err != nil {
			return Event{}, fmt.Errorf("read event %q, field %q: %w", line, name, err)
		}
		if !ok {
			e.Attrs[name] = attr
		}
	}
	if e.State == "" || e.Run < 1 {
		return Event{}, fmt.Errorf("read event %q: no state or no run", line)
	}
	return e, nil
}
