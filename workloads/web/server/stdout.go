package main

import (
	"bytes"
	"io"
	"time"
)

// A looseWriter passes on what it is given without ever making the giver wait.
// A container's stdout is a pipe to the runtime; where the runtime stands still,
// which is a fault that we inject, the pipe fills up and a plain write would
// hang the app. What does not fit is dropped.
type looseWriter struct {
	queue chan loose
}

type loose struct {
	text    []byte
	written chan struct{} // closed when everything before is out; may be nil
}

func newLooseWriter(w io.Writer) *looseWriter {
	l := &looseWriter{queue: make(chan loose, 1024)}
	go func() {
		for one := range l.queue {
			_, _ = w.Write(one.text)
			if one.written != nil {
				close(one.written)
			}
		}
	}()
	return l
}

// Write never fails and never waits.
func (l *looseWriter) Write(text []byte) (int, error) {
	select {
	case l.queue <- loose{text: bytes.Clone(text)}:
	default:
	}
	return len(text), nil
}

// settle waits until everything is out, at most for the given time.
func (l *looseWriter) settle(atMost time.Duration) {
	limit := time.After(atMost)
	out := make(chan struct{})
	select {
	case l.queue <- loose{written: out}:
	case <-limit:
		return
	}
	select {
	case <-out:
	case <-limit:
	}
}
