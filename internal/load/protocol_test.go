package load

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/seatrial/seatrial/internal/history"
)

func TestFrames(t *testing.T) {
	var wire bytes.Buffer
	w := &frameWriter{out: &wire}
	samples := make([]history.Sample, batchMost+1)
	for i := range samples {
		samples[i] = history.Sample{Lane: history.LaneFresh, Seq: uint64(i), Err: strings.Repeat("x", 100)}
	}
	w.write(frame{Sending: true})
	w.batch(samples, []history.Interval{{Source: history.SourceLoad}})
	w.write(frame{Report: &Report{Lanes: []LaneReport{{OK: 7}}}})
	var order []string
	seen := uint64(0)
	err := readFrames(iotest.OneByteReader(&wire), func(f frame) error {
		switch {
		case f.Sending:
			order = append(order, "sending")
		case f.Gaps != nil:
			order = append(order, "gaps")
		case f.Samples != nil:
			order = append(order, fmt.Sprint(len(f.Samples)))
			for _, s := range f.Samples {
				if s.Seq != seen {
					t.Fatalf("sample %d in place of %d", s.Seq, seen)
				}
				seen++
			}
		case f.Report != nil && f.Report.Lanes[0].OK == 7:
			order = append(order, "report")
		}
		return nil
	})
	if got := strings.Join(order, " "); err != nil || got != "sending gaps 2000 1 report" {
		t.Errorf("%s, %v", got, err)
	}
}

func TestFramesThatAreNone(t *testing.T) {
	ignore := func(frame) error { return nil }
	for in, want := range map[string]string{
		"{}\n{\"sending\"":                      "unexpected EOF",
		"panic: oh\n":                           "panic: oh",
		"\n":                                    "unexpected end of JSON",
		strings.Repeat("x", frameMost+1) + "\n": "too long",
	} {
		if err := readFrames(strings.NewReader(in), ignore); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v, want %q", in, err, want)
		}
	}
	broken := errors.New("broken pipe")
	w := &frameWriter{out: failing{broken}}
	w.write(frame{})
	if w.write(frame{}); !errors.Is(w.err, broken) {
		t.Errorf("%v", w.err)
	}
}

// failing is a writer that cannot write.
type failing struct{ error }

func (f failing) Write([]byte) (int, error) { return 0, f.error }

// Whatever a process says, reading it ends, and what was understood is the same
// again when it is written and read once more.
func FuzzFrames(f *testing.F) {
	f.Add([]byte(`{"sending":true}` + "\n" + `{"samples":[{"l":"fresh","q":1,"d":2,"x":"reset","r":true}]}` + "\n"))
	f.Add([]byte(`{"gaps":[{"src":"load","sub":"","st":"stall","from":1,"to":2}]}` + "\n" + `{"error":"x"}` + "\n"))
	f.Add([]byte(`{"report":{"lanes":[{"failed":{"reset":1},"latency":{"histogram":"AAAA"}}]}}` + "\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		var first, second bytes.Buffer
		w := &frameWriter{out: &first}
		_ = readFrames(bytes.NewReader(in), func(fr frame) error { w.write(fr); return nil })
		if w.err != nil {
			t.Fatalf("cannot write what was read: %v", w.err)
		}
		again := &frameWriter{out: &second}
		if err := readFrames(bytes.NewReader(first.Bytes()), func(fr frame) error { again.write(fr); return nil }); err != nil {
			t.Fatalf("cannot read what was written: %v", err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%q became %q", first.Bytes(), second.Bytes())
		}
		p := &Process{sending: make(chan struct{}), sink: func(history.Sample) {}, gaps: func(history.Interval) {}}
		_ = readFrames(io.Reader(bytes.NewReader(in)), p.take)
	})
}
