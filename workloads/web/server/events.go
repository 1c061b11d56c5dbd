package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Limits of the log. Business requests are not logged, probes are; whoever
// floods a probe path must not fill a disk with it.
const (
	probesPerSecond = 50      // beyond that they are counted in the next one's "dropped"
	maxKept         = 2 << 20 // bytes of lines in memory, for readers who come late; the older half goes when it is full
	maxFile         = 8 << 20 // bytes; the file is then rewritten with the lines kept
)

// An instant is a moment on both clocks.
type instant struct {
	mono int64
	wall time.Time
}

func now() instant { return instant{monotonic(), time.Now()} }

// An eventLog is what the app says about itself, one JSON object per line, in a
// file that outlives the process, on stdout and to those who follow it.
//
// The file may fail (a full disk is one of the things that we are there for):
// the app, stdout and the followers go on.
type eventLog struct {
	path   string
	stdout *looseWriter

	mu      sync.Mutex
	file    *os.File
	size    int64
	run     int // which start in this pod, from 1
	seq     int64
	lines   []line
	kept    int // bytes of lines
	changed chan struct{}

	second  int64 // of the monotonic clock, for which probes were counted
	probes  int
	dropped int
}

type line struct {
	Seq  int64 `json:"seq"`
	Run  int   `json:"run"`
	text []byte
}

// openLog goes on with the log at path, or begins it; "" is a log without a file.
func openLog(path string, stdout io.Writer) (*eventLog, error) {
	l := &eventLog{path: path, stdout: newLooseWriter(stdout), run: 1, changed: make(chan struct{})}
	if path == "" {
		return l, nil
	}
	old, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("read the log of earlier runs: %w", err)
	}
	l.resume(old)
	l.file, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	l.size = int64(len(old))
	if len(old) > 0 && old[len(old)-1] != '\n' { // the last run died in mid-line
		l.write([]byte("\n"))
	}
	return l, nil
}

// resume takes over the lines of earlier runs; a torn one is left out.
func (l *eventLog) resume(old []byte) {
	scan := bufio.NewScanner(bytes.NewReader(old))
	for scan.Scan() {
		var e line
		if json.Unmarshal(scan.Bytes(), &e) != nil || e.Seq == 0 {
			continue
		}
		e.text = append(bytes.Clone(scan.Bytes()), '\n')
		l.keep(e)
		l.seq, l.run = e.Seq, e.Run+1
	}
}

// add notes that the app was in the state at the instant. Attributes are pairs
// of name and value.
func (l *eventLog) add(at instant, state string, attrs ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if state == stateProbe {
		if !l.admit(at) {
			return
		}
		if l.dropped > 0 {
			attrs = append(attrs, attrDropped, strconv.Itoa(l.dropped))
			l.dropped = 0
		}
	}
	l.seq++
	e := line{Seq: l.seq, Run: l.run, text: l.encode(at, state, attrs)}
	l.keep(e)
	l.write(e.text)
	_, _ = l.stdout.Write(e.text)
	close(l.changed)
	l.changed = make(chan struct{})
}

// admit says whether one more probe is written down in this second.
func (l *eventLog) admit(at instant) bool {
	if second := at.mono / int64(time.Second); second != l.second {
		l.second, l.probes = second, 0
	}
	if l.probes++; l.probes > probesPerSecond {
		l.dropped++
		return false
	}
	return true
}

// encode writes a flat object with its fields in the order in which people read them.
func (l *eventLog) encode(at instant, state string, attrs []string) []byte {
	text := fmt.Appendf(nil, `{"seq":%d,"mono":%d,"wall":%q,"run":%d,"state":%q`,
		l.seq, at.mono, at.wall.UTC().Format(time.RFC3339Nano), l.run, state)
	for i := 0; i+1 < len(attrs); i += 2 {
		value, _ := json.Marshal(attrs[i+1]) // a string always can be
		text = fmt.Appendf(text, `,%q:%s`, attrs[i], value)
	}
	return append(text, "}\n"...)
}

func (l *eventLog) keep(e line) {
	l.lines = append(l.lines, e)
	l.kept += len(e.text)
	if l.kept <= maxKept {
		return
	}
	first := 0
	for l.kept > maxKept/2 && first < len(l.lines)-1 {
		l.kept -= len(l.lines[first].text)
		first++
	}
	l.lines = slices.Clone(l.lines[first:])
}

func (l *eventLog) write(text []byte) {
	if l.file == nil {
		return
	}
	n, _ := l.file.Write(text)
	l.size += int64(n)
	if l.size > maxFile {
		l.compact()
	}
}

// compact replaces the file by one with the lines kept; if it cannot, the old one goes on.
func (l *eventLog) compact() {
	var text []byte
	for _, e := range l.lines {
		text = append(text, e.text...)
	}
	fresh := l.path + ".new"
	if os.WriteFile(fresh, text, 0o644) != nil || os.Rename(fresh, l.path) != nil {
		l.size = 0 // try again after as much again
		return
	}
	file, err := os.OpenFile(l.path, os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return
	}
	_ = l.file.Close()
	l.file, l.size = file, int64(len(text))
}

// since returns the lines above a sequence number, and a channel that is closed
// when there are more. A number that the log has not reached means that it lost
// lines (a disk was full when they were written): then everything is returned.
func (l *eventLog) since(after int64) (lines []line, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if after > l.seq {
		after = 0
	}
	first := len(l.lines)
	for first > 0 && l.lines[first-1].Seq > after {
		first--
	}
	return slices.Clone(l.lines[first:]), l.changed
}
