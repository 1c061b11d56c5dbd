package reports

import (
	"bytes"
	"fmt"
	"io"
	"time"
)

// statusEvery is how often the status is said where it cannot be redrawn.
const statusEvery = 5 * time.Second

// Live shows how things stand in one line: in place on a screen, elsewhere a line
// now and then.
func (t *Terminal) Live(status string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status = status
	if !t.live && time.Since(t.told[""]) >= statusEvery {
		t.told[""] = time.Now()
		t.print(status)
	}
}

// Aside returns a writer for what others say, a command say: whole lines, above
// the live view. It is not silenced by Quiet, for it is not our own talk.
func (t *Terminal) Aside() io.Writer { return &aside{terminal: t} }

type aside struct {
	terminal *Terminal
	rest     []byte // the beginning of a line
}

// Write implements io.Writer. A line without an end is kept until Close.
func (a *aside) Write(p []byte) (int, error) {
	a.terminal.mu.Lock()
	defer a.terminal.mu.Unlock()
	a.terminal.asides = a
	a.rest = append(a.rest, p...)
	end := bytes.LastIndexByte(a.rest, '\n')
	if end < 0 {
		return len(p), nil
	}
	a.terminal.erase()
	_, err := a.terminal.out.Write(a.rest[:end+1])
	a.terminal.draw()
	a.rest = append([]byte(nil), a.rest[end+1:]...)
	return len(p), err
}

// flush writes a last line without an end. The caller holds the terminal's lock.
func (a *aside) flush() {
	if a != nil && len(a.rest) > 0 {
		fmt.Fprintln(a.terminal.out, string(a.rest))
		a.rest = nil
	}
}
