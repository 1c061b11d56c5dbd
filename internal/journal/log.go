package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"
)

// Schema is the version of the journal's layout, raised whenever an older
// reader would leave something in place that a newer writer has done.
const Schema = 1

// Info says whose journal it is. It is the first line of the file.
type Info struct {
	Schema  int       `json:"schema"`            // filled in by Create
	Run     string    `json:"run"`               // the run's name; filled in by Create
	PID     int       `json:"pid"`               // of the run; filled in by Create
	Started time.Time `json:"started"`           // filled in by Create when zero
	Command string    `json:"command,omitempty"` // the command line, for people
	Cluster string    `json:"cluster,omitempty"` // that the run uses, if it made none
	Tool    string    `json:"tool,omitempty"`    // seatrial's own version
}

// State is how far a step has come.
type State int

// The states of a step, in the order in which it passes them. A failed undo does
// not change the state: it will be tried again.
const (
	// Pending: not undone.
	Pending State = iota
	// Early: undone by the guardian although the run lived, because the deadline
	// passed. A run that was stuck between Add and the deed may have done the deed
	// since, so that the step is undone once more when the run comes to it or dies.
	Early
	// Done: undone for good.
	Done
)

func (s State) String() string { return [...]string{"pending", "early", "done"}[s] }

// An Entry is one step and what has become of it.
type Entry struct {
	Step                      // its Deadline is the last one that was set
	Line      int             // line number in the journal, from 1
	State     State           //
	By        string          // who undid it last: "run", "guardian", "recover"
	Overtaken bool            // it was Early once: its fault did not last for as long as it should have
	Err       string          // the last failure to undo it
	Raw       json.RawMessage // the step as written, with the fields that this version does not know
}

// A Problem is a line that could not be used.
type Problem struct {
	Line int // from 1
	Err  error
}

func (p Problem) Error() string { return fmt.Sprintf("line %d: %v", p.Line, p.Err) }
func (p Problem) Unwrap() error { return p.Err }

// A Log is what a journal says.
type Log struct {
	Path      string
	Info      Info
	Entries   []Entry   // in the order of writing
	Problems  []Problem // broken lines; all others were used
	Torn      bool      // the last line is incomplete: its Add never returned, so its deed was not done
	Guardians []int     // process ids of the guardians that took up watch
}

// Pending lists the entries that are not Done, the last written first: the order
// in which to undo them.
func (l Log) Pending() []Entry {
	var out []Entry
	for _, e := range slices.Backward(l.Entries) {
		if e.State != Done {
			out = append(out, e)
		}
	}
	return out
}

// Err joins the problems of the log; nil if there are none. A torn last line is none.
func (l Log) Err() error {
	var errs []error
	for _, p := range l.Problems {
		errs = append(errs, p)
	}
	return errors.Join(errs...)
}

// Read reads a journal, whether its run lives or not. Lines that cannot be used
// are reported in Log.Problems and the rest is used; the error is for a file
// that cannot be read at all.
func Read(path string) (Log, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Log{Path: path}, fmt.Errorf("read journal: %w", err)
	}
	log := parse(data)
	log.Path = path
	return log, nil
}

// line is one line of the file; one of Run, Step, Done, Early, Failed,
// Extend and Guardian is set.
type line struct {
	Run      *Info           `json:"run,omitempty"`
	Step     json.RawMessage `json:"step,omitempty"`
	Done     string          `json:"done,omitempty"`
	Early    string          `json:"early,omitempty"`
	Failed   string          `json:"failed,omitempty"`
	Error    string          `json:"error,omitempty"`
	Extend   string          `json:"extend,omitempty"`
	Deadline time.Time       `json:"deadline,omitzero"`
	Guardian int             `json:"guardian,omitempty"`
	By       string          `json:"by,omitempty"`
	At       time.Time       `json:"at,omitzero"`
}

// parse reads the text of a journal:
//
//	{"run":{"schema":1,"run":"r1","pid":7}}
//	{"step":{"id":"1","kind":"node/start","args":{"node":"w2"},"says":"start node w2"}}
//	{"guardian":8}
//	{"extend":"1","deadline":"2026-01-01T00:10:00Z"}
//	{"early":"1","by":"guardian"}
//	{"failed":"1","error":"no such container","by":"run"}
//	{"done":"1","by":"run"}
//	{"step":{"id":"2","ki                                  <- torn: Add never returned
func parse(data []byte) Log {
	var log Log
	for n := 1; len(data) > 0; n++ {
		text, rest, whole := bytes.Cut(data, []byte("\n"))
		data = rest
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		err := log.apply(n, text)
		if err != nil && !whole {
			log.Torn = true
		} else if err != nil {
			log.Problems = append(log.Problems, Problem{Line: n, Err: err})
		}
	}
	return log
}

// apply takes one line into the log.
func (l *Log) apply(n int, text []byte) error {
	var ln line
	if err := json.Unmarshal(text, &ln); err != nil {
		return err
	}
	switch {
	case ln.Step != nil:
		return l.addStep(n, ln.Step)
	case ln.Done != "":
		return l.update(ln.Done, func(e *Entry) { e.State, e.By = Done, ln.By })
	case ln.Early != "":
		return l.update(ln.Early, func(e *Entry) { e.State, e.By, e.Overtaken = max(e.State, Early), ln.By, true })
	case ln.Failed != "":
		return l.update(ln.Failed, func(e *Entry) { e.Err = ln.Error })
	case ln.Extend != "":
		return l.update(ln.Extend, func(e *Entry) { e.Deadline = ln.Deadline })
	case ln.Guardian != 0:
		l.Guardians = append(l.Guardians, ln.Guardian)
	case ln.Run != nil:
		l.Info = *ln.Run
		if l.Info.Schema > Schema {
			return fmt.Errorf("written by a newer version (schema %d, this one reads %d)", l.Info.Schema, Schema)
		}
	default:
		return errors.New("nothing in it that this version knows")
	}
	return nil
}

// addStep takes a step into the log. A step whose id is missing or taken is kept
// under an id of its own: what cannot be undone twice by mistake must not be
// forgotten once either.
func (l *Log) addStep(n int, raw json.RawMessage) error {
	e := Entry{Line: n, State: Pending, Raw: slices.Clone(raw)}
	if err := json.Unmarshal(raw, &e.Step); err != nil {
		return err
	}
	id := e.ID
	if id == "" || l.find(id) != nil {
		e.ID = fmt.Sprintf("%s@%d", id, n)
	}
	l.Entries = append(l.Entries, e)
	if e.ID != id {
		return fmt.Errorf("step id %q is missing or taken, called %q instead", id, e.ID)
	}
	return nil
}

func (l *Log) update(id string, change func(*Entry)) error {
	e := l.find(id)
	if e == nil {
		return fmt.Errorf("no step %q", id)
	}
	change(e)
	return nil
}

func (l *Log) find(id string) *Entry {
	for i := range l.Entries {
		if l.Entries[i].ID == id {
			return &l.Entries[i]
		}
	}
	return nil
}
