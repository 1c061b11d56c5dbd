package file

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"

	"github.com/seatrial/seatrial/internal/history"
)

// Read reads the history in the file at path.
//
// Of a file whose end is missing it returns what is there together with an error
// of type *Torn. Any other error comes without a history and names the file, the
// line and the field.
func Read(path string) (*history.History, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read history: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	return read(path, f)
}

func read(path string, from io.Reader) (*history.History, error) {
	zip, err := zstd.NewReader(from, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxLine))
	if err != nil {
		return nil, fmt.Errorf("read history %s: %w", path, err)
	}
	defer zip.Close()
	r := reader{open: map[state]int{}}
	lines := bufio.NewScanner(zip)
	lines.Buffer(nil, maxLine)
	lines.Split(r.split)
	for lines.Scan() {
		r.lines++
		if err := r.line(lines.Bytes()); err != nil {
			return nil, fmt.Errorf("read history %s: line %d: %w", path, r.lines, err)
		}
	}
	return r.finish(path, lines.Err())
}

// A reader puts a history together from the lines of a file.
type reader struct {
	history history.History
	open    map[state]int // index into history.Intervals of what has begun and not ended
	lines   int
	rest    int // bytes of a last line that does not end
}

// state is what the two lines of one interval have in common.
type state struct {
	source, subject, state string
	from                   int64
}

// split is bufio.ScanLines, except that a line without an end is no line.
func (r *reader) split(data []byte, atEnd bool) (int, []byte, error) {
	if n := bytes.IndexByte(data, '\n'); n >= 0 {
		return n + 1, data[:n], nil
	}
	if atEnd {
		r.rest = len(data)
	}
	return 0, nil, nil
}

func (r *reader) line(text []byte) error {
	var record history.Record
	if err := json.Unmarshal(text, &record); err != nil {
		return explain(err)
	}
	if n := fields(record); n != 1 {
		return fmt.Errorf("has %d of the fields meta, mark, sample, interval, gap: want exactly one", n)
	}
	switch {
	case record.Meta != nil:
		r.history.Meta = *record.Meta
	case record.Mark != nil:
		r.history.Marks = append(r.history.Marks, *record.Mark)
		return need("mark.phase", string(record.Mark.Phase))
	case record.Sample != nil:
		r.history.Samples = append(r.history.Samples, *record.Sample)
		return need("sample.l", record.Sample.Lane)
	case record.Interval != nil:
		r.interval(*record.Interval)
		return check("interval", *record.Interval)
	default:
		r.history.Gaps = append(r.history.Gaps, *record.Gap)
		return check("gap", *record.Gap)
	}
	return nil
}

// interval adds an interval, or ends the one that it ends. Instants are never
// merged: two probes in the same nanosecond are two.
func (r *reader) interval(i history.Interval) {
	key := state{i.Source, i.Subject, i.State, int64(i.From)}
	if n, ok := r.open[key]; ok {
		r.history.Intervals[n] = i
		if i.To != history.Open {
			delete(r.open, key)
		}
		return
	}
	if i.To == history.Open {
		r.open[key] = len(r.history.Intervals)
	}
	r.history.Intervals = append(r.history.Intervals, i)
}

// finish tells a file that ends in the middle from one that is damaged.
func (r *reader) finish(path string, err error) (*history.History, error) {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &r.history, &Torn{Path: path, Lines: r.lines, Err: io.ErrUnexpectedEOF}
	case err != nil:
		return nil, fmt.Errorf("read history %s: after line %d: %w", path, r.lines, err)
	case r.rest > 0:
		return &r.history, &Torn{Path: path, Lines: r.lines, Err: fmt.Errorf("%d bytes of a line without an end", r.rest)}
	case r.lines == 0:
		return &r.history, &Torn{Path: path, Err: errors.New("it holds no line")}
	}
	return &r.history, nil
}

func fields(r history.Record) int {
	n := 0
	for _, set := range []bool{r.Meta != nil, r.Mark != nil, r.Sample != nil, r.Interval != nil, r.Gap != nil} {
		if set {
			n++
		}
	}
	return n
}

func check(field string, i history.Interval) error {
	if i.To < i.From {
		return fmt.Errorf("field %s.to: %d is before its from, %d", field, i.To, i.From)
	}
	return need(field+".src", i.Source)
}

func need(field, value string) error {
	if value == "" {
		return fmt.Errorf("field %s: empty", field)
	}
	return nil
}

// explain names the field that an error of encoding/json is about.
func explain(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return fmt.Errorf("field %s: %s where %s belongs", wrong.Field, wrong.Value, wrong.Type)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("byte %d: %w", syntax.Offset, err)
	}
	return err
}
