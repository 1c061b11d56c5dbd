package load

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/seatrial/seatrial/internal/history"
)

// The meter's process speaks lines of JSON. In: the plan, then "stop" for an
// orderly end; the end of the input means that whoever asked is gone. Out: frames,
// the last of which carries the report or an error.
const (
	stopLine  = "stop\n"
	batchMost = 2000         // samples in a frame
	frameMost = 4 << 20      // bytes in a frame; 2000 samples with errors are below 1 MiB
	planMost  = 4 * BodyMost // bytes in a plan, of which the body takes four thirds
)

// BodyMost is how large a request's body may be, in bytes: every slot sends it.
const BodyMost = 1 << 20

// A frame is one line of what the process says. At most one of its parts is set.
type frame struct {
	Sending bool               `json:"sending,omitempty"` // every lane has sent its first request
	Samples []history.Sample   `json:"samples,omitempty"`
	Gaps    []history.Interval `json:"gaps,omitempty"`
	Report  *Report            `json:"report,omitempty"`
	Error   string             `json:"error,omitempty"` // the load did not start
}

// A frameWriter writes frames, whoever calls. The first error stops it.
type frameWriter struct {
	out io.Writer
	mu  sync.Mutex
	err error
}

func (w *frameWriter) write(f frame) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return
	}
	line, err := json.Marshal(f)
	if err == nil {
		_, err = w.out.Write(append(line, '\n'))
	}
	w.err = err
}

// batch writes samples and gaps, gaps first: whoever judges as it reads knows of
// a stall before the slots that it touched.
func (w *frameWriter) batch(samples []history.Sample, gaps []history.Interval) {
	if len(gaps) > 0 {
		w.write(frame{Gaps: gaps})
	}
	for len(samples) > 0 {
		n := min(len(samples), batchMost)
		w.write(frame{Samples: samples[:n]})
		samples = samples[n:]
	}
}

// readFrames calls take with each frame until the input ends or take returns an
// error. A last line that is cut off is an error.
func readFrames(in io.Reader, take func(frame) error) error {
	lines := bufio.NewReaderSize(in, 64<<10)
	for {
		line, err := readLine(lines, frameMost)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read from the meter: %w", err)
		}
		var f frame
		if err := json.Unmarshal(line, &f); err != nil {
			return fmt.Errorf("read from the meter: %q: %w", line[:min(len(line), 80)], err)
		}
		if err := take(f); err != nil {
			return err
		}
	}
}

var errLineTooLong = errors.New("line too long")

// readLine reads a whole line of at most the given length. It returns io.EOF
// only where a line would begin.
func readLine(in *bufio.Reader, most int) ([]byte, error) {
	var line bytes.Buffer
	for {
		part, err := in.ReadSlice('\n')
		line.Write(part)
		switch {
		case line.Len() > most:
			return nil, errLineTooLong
		case err == nil:
			return line.Bytes(), nil
		case errors.Is(err, io.EOF) && line.Len() > 0:
			return nil, io.ErrUnexpectedEOF
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}
