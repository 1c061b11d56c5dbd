package file

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/seatrial/seatrial/internal/history"
)

// errClosed is the error of a record that came after Close.
var errClosed = errors.New("a record came after the file was closed")

// A Writer puts records into a file. It is safe for use by many goroutines.
//
// The first error (a full disk, most likely) is kept; what comes after it is
// dropped, because a file with a hole in it would be worse than one that ends.
type Writer struct {
	path string
	file sink
	zip  *zstd.Encoder
	stop chan struct{} // closed by Close
	done chan struct{} // closed when the flusher has ended

	mu     sync.Mutex
	queue  []history.Record
	closed bool
	err    error

	flushing sync.Mutex // held while the file is written, never while records come in
}

// sink is what a Writer needs of a file.
type sink interface {
	io.WriteCloser
	Sync() error
}

// Create makes the file at path, empties it if there is one, and starts to write
// to it. The folder must be there. Close ends it.
func Create(path string) (*Writer, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("create history: %w", err)
	}
	return newWriter(path, f, flushEvery)
}

func newWriter(path string, f sink, every time.Duration) (*Writer, error) {
	// One goroutine and a window of 1 MiB, some minutes of samples: two cores are
	// all there may be, and the cluster needs them and the memory.
	zip, err := zstd.NewWriter(f, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true))
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("create history %s: %w", path, err)
	}
	w := &Writer{path: path, file: f, zip: zip, stop: make(chan struct{}), done: make(chan struct{})}
	go w.keepFlushing(every)
	return w, nil
}

// Write takes a record down. It only puts it into a queue: neither encoding nor
// a slow disk holds up whoever calls. The record must not be changed afterwards.
func (w *Writer) Write(r history.Record) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		w.fail(errClosed)
	}
	if w.err == nil {
		w.queue = append(w.queue, r)
	}
}

// Flush puts everything that was written so far into the file and returns the
// first error that the Writer ran into.
func (w *Writer) Flush() error {
	w.flushing.Lock()
	defer w.flushing.Unlock()
	w.mu.Lock()
	queue, err := w.queue, w.err
	w.queue = nil
	w.mu.Unlock()
	if err != nil || len(queue) == 0 {
		return err
	}
	return w.keep(w.encode(queue))
}

// Err is the first error that the Writer ran into, nil as long as all is well.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// Close writes what is left, ends the file and returns the first error that the
// Writer ran into since it was created. Further calls return the same.
func (w *Writer) Close() error {
	w.mu.Lock()
	again := w.closed
	w.closed = true
	w.mu.Unlock()
	if again {
		<-w.done
		return w.Err()
	}
	close(w.stop)
	<-w.done
	_ = w.Flush()
	// The frame is ended even after an error, to free the encoder; then that error is the one to tell.
	errs := errors.Join(w.zip.Close(), w.file.Sync())
	return w.keep(errors.Join(errs, w.file.Close()))
}

func (w *Writer) keepFlushing(every time.Duration) {
	defer close(w.done)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_ = w.Flush() // kept, told by Err and Close
		case <-w.stop:
			return
		}
	}
}

// encode writes the records and ends the zstd block, so that a reader of the file
// as it then is gets all of them.
func (w *Writer) encode(records []history.Record) error {
	lines := json.NewEncoder(w.zip)
	lines.SetEscapeHTML(false)
	for _, r := range records {
		if err := lines.Encode(r); err != nil {
			return err
		}
	}
	return w.zip.Flush()
}

// keep remembers err if it is the first one, and returns the first one.
func (w *Writer) keep(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.fail(err)
	}
	return w.err
}

func (w *Writer) fail(err error) {
	if w.err == nil {
		w.err = fmt.Errorf("write history %s: %w", w.path, err)
		w.queue = nil
	}
}
