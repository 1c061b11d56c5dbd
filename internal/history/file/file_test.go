package file

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/seatrial/seatrial/internal/history"
)

// drive records n random things through a Recorder into the sink.
func drive(seed uint64, n int, sink func(history.Record)) *history.History {
	rnd := rand.New(rand.NewPCG(seed, 1))
	rec := history.NewRecorder(history.StartClock(), sink)
	rec.SetMeta(history.Meta{
		Schema: history.Schema, Scenario: "probes/deadlock", Seed: int64(seed), Version: "v1.36.3",
		Applied:   []json.RawMessage{json.RawMessage(`{"kind":"Deployment","note":"a < b & c"}`)},
		WallStart: time.Unix(1_790_000_000, int64(seed)).UTC(),
		Load:      []history.LanePlan{{Lane: "fresh", Rate: 50, Timeout: 900 * time.Millisecond}},
		Notes:     map[string]string{"floor": "0"},
	})
	for at := time.Duration(0); n > 0; n-- {
		// Often no step at all, so that things happen in the same nanosecond.
		at += time.Duration(rnd.IntN(3)) * time.Millisecond
		name := fmt.Sprint("web-", rnd.IntN(3))
		i := history.Interval{Source: history.SourcePod, Subject: name, State: fmt.Sprint("s", rnd.IntN(3)), From: at}
		if rnd.IntN(2) == 0 {
			i.Attrs = history.Attrs{history.AttrUID: fmt.Sprint(rnd.IntN(2))}
		}
		switch rnd.IntN(6) {
		case 0:
			rec.Mark(history.Mark{Phase: history.PhaseFault, Earliest: at, Latest: at, Targets: []string{name}})
		case 1:
			i.Source = history.SourceApp // a source has states or instants, never both
			rec.Instant(i)
		case 2:
			i.To = at + time.Duration(rnd.IntN(9))
			rec.Gap(i)
		case 3:
			rec.End(history.SourcePod, name, at)
		case 4:
			rec.Sample(history.Sample{Lane: "fresh", Seq: uint64(n), Due: at, Sent: at + 1, Took: 9, Pod: name, Class: history.ClassReset, Err: "read: \u2028 \"reset\""})
		default:
			rec.State(i)
		}
	}
	return rec.History()
}

func write(t *testing.T, path string, n int, seed uint64) *history.History {
	t.Helper()
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	h := drive(seed, n, w.Write)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	for seed := range uint64(25) {
		path := filepath.Join(t.TempDir(), Name)
		want := write(t, path, int(seed*seed), seed)
		got, err := Read(path)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if !reflect.DeepEqual(normal(got), normal(want)) {
			t.Fatalf("seed %d: what was read is not what was recorded:\n got %+v\nwant %+v", seed, got, want)
		}
	}
}

// normal makes nil and empty slices the same.
func normal(h *history.History) history.History {
	n := *h
	n.Marks = append([]history.Mark{}, h.Marks...)
	n.Samples = append([]history.Sample{}, h.Samples...)
	n.Intervals = append([]history.Interval{}, h.Intervals...)
	n.Gaps = append([]history.Interval{}, h.Gaps...)
	return n
}

func TestAFileCutAtAnyByteIsReadUpToThere(t *testing.T) {
	whole := filepath.Join(t.TempDir(), Name)
	w, err := Create(whole)
	if err != nil {
		t.Fatal(err)
	}
	var flushed []int // samples that must be readable once this many bytes are there
	var sizes []int
	for n := range 12 {
		for range 5 {
			w.Write(history.Record{Sample: &history.Sample{Lane: "fresh", Seq: uint64(n)}})
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		data, _ := os.ReadFile(whole)
		sizes, flushed = append(sizes, len(data)), append(flushed, 5*(n+1))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(whole)
	for cut := range data {
		h, err := read("cut", bytes.NewReader(data[:cut]))
		var torn *Torn
		if !errors.As(err, &torn) {
			t.Fatalf("cut at byte %d of %d: got %v, want *Torn", cut, len(data), err)
		}
		want := 0
		for i, size := range sizes {
			if cut >= size {
				want = flushed[i]
			}
		}
		if len(h.Samples) < want || torn.Lines != len(h.Samples) {
			t.Fatalf("cut at byte %d: got %d samples in %d lines, want %d", cut, len(h.Samples), torn.Lines, want)
		}
	}
	if h, err := read("whole", bytes.NewReader(data)); err != nil || len(h.Samples) != 60 {
		t.Fatalf("whole: %v", err)
	}
}

func TestARunningFileIsReadableWithinASecond(t *testing.T) {
	path := filepath.Join(t.TempDir(), Name)
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	w.Write(history.Record{Mark: &history.Mark{Phase: history.PhaseDeploy}})
	for deadline := time.Now().Add(2 * time.Second); ; {
		h, err := Read(path)
		var torn *Torn
		if errors.As(err, &torn) && len(h.Marks) == 1 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not there after 2 s: %v, %v", h, err)
		}
		<-time.After(10 * time.Millisecond)
	}
}

// small is a disk with room for n bytes.
type small struct{ room int }

func (s *small) Write(p []byte) (int, error) {
	if len(p) > s.room {
		n := s.room
		s.room = 0
		return n, syscall.ENOSPC
	}
	s.room -= len(p)
	return len(p), nil
}
func (s *small) Sync() error  { return nil }
func (s *small) Close() error { return nil }

func TestAFullDiskIsToldAndDoesNotPanic(t *testing.T) {
	for _, room := range []int{0, 1, 10, 100, 1000} {
		w, err := newWriter("h", &small{room}, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		for range 10 {
			drive(1, 200, w.Write)
			_ = w.Flush()
		}
		if err := w.Err(); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("room %d: Err: got %v, want ENOSPC", room, err)
		}
		if err := w.Close(); !errors.Is(err, syscall.ENOSPC) || strings.Count(err.Error(), "space") != 1 {
			t.Errorf("room %d: Close: got %v, want ENOSPC once", room, err)
		}
	}
}

func TestClosingTwiceAndWritingAfterwards(t *testing.T) {
	w, err := Create(filepath.Join(t.TempDir(), Name))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	w.Write(history.Record{Mark: &history.Mark{Phase: history.PhaseWarm}})
	if err := w.Close(); !errors.Is(err, errClosed) {
		t.Errorf("got %v, want %v", err, errClosed)
	}
}

func TestErrorsNameFileLineAndField(t *testing.T) {
	good := `{"mark":{"phase":"deploy","earliest":0,"latest":0}}` + "\n"
	for _, tt := range []struct{ name, text, want string }{
		{"wrong type", `{"sample":{"l":"fresh","q":"three"}}`, "read history f: line 2: field sample.q: string where uint64 belongs"},
		{"no JSON", `{"sample":`, "read history f: line 2: byte 10: unexpected end of JSON input"},
		{"empty line", ``, "read history f: line 2: byte 0: unexpected end of JSON input"},
		{"nothing known", `{"omen":{}}`, "read history f: line 2: has 0 of the fields meta, mark, sample, interval, gap: want exactly one"},
		{"two at once", `{"mark":{"phase":"warm"},"sample":{"l":"fresh"}}`, "read history f: line 2: has 2 of the fields meta, mark, sample, interval, gap: want exactly one"},
		{"no lane", `{"sample":{"q":1}}`, "read history f: line 2: field sample.l: empty"},
		{"no phase", `{"mark":{}}`, "read history f: line 2: field mark.phase: empty"},
		{"ends before it begins", `{"interval":{"src":"pod","sub":"a","st":"x","from":5,"to":4}}`, "read history f: line 2: field interval.to: 4 is before its from, 5"},
		{"gap without source", `{"gap":{"from":5,"to":6}}`, "read history f: line 2: field gap.src: empty"},
	} {
		h, err := read("f", bytes.NewReader(zip(good+tt.text+"\n")))
		if h != nil || err == nil || err.Error() != tt.want {
			t.Errorf("%s: got %v, %v, want %s", tt.name, h, err, tt.want)
		}
	}
}

func TestAFileThatIsNoHistory(t *testing.T) {
	var torn *Torn
	if h, err := read("f", strings.NewReader("plain text, long enough")); h != nil || errors.As(err, &torn) || err == nil {
		t.Errorf("plain text: got %v, %v", h, err)
	}
	if _, err := Read(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: got %v", err)
	}
	if _, err := Create(filepath.Join(t.TempDir(), "none", Name)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: got %v", err)
	}
	if _, err := read("f", bytes.NewReader(zip(`{"mark":{"phase":"warm"}}`))); !errors.As(err, &torn) {
		t.Errorf("a line without an end: got %v", err)
	}
}

func zip(text string) []byte {
	var b bytes.Buffer
	z, _ := zstd.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.Bytes()
}

// FuzzRead feeds lines (compressed here) and raw files: nothing may panic, and
// what was read must be readable again after it was written.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"mark":{"phase":"deploy"}}`+"\n"), true)
	f.Add([]byte(`{"interval":{"src":"pod","sub":"a","st":"x","from":5,"to":9223372036854775807}}`+"\n"), true)
	f.Add([]byte(`{"sample":{"l":"fresh","q":1,"x":"reset"}}`+"\n"), true)
	f.Add(zip("{}\n"), false)
	f.Fuzz(func(t *testing.T, data []byte, lines bool) {
		if lines {
			data = zip(string(data))
		}
		h, err := read("fuzz", bytes.NewReader(data))
		var torn *Torn
		if err != nil && !errors.As(err, &torn) && h != nil {
			t.Fatalf("a history beside %v", err)
		}
		if h == nil {
			return
		}
		var again strings.Builder
		for _, i := range h.Intervals {
			line, err := json.Marshal(history.Record{Interval: &i})
			if err != nil {
				t.Fatal(err)
			}
			again.Write(append(line, '\n'))
		}
		if again.Len() == 0 {
			return
		}
		if _, err := read("again", bytes.NewReader(zip(again.String()))); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	w, err := Create(filepath.Join(b.TempDir(), Name))
	if err != nil {
		b.Fatal(err)
	}
	s := history.Sample{Lane: "fresh", Due: time.Second, Sent: time.Second, Took: time.Millisecond, Code: 200, Pod: "web-7c-abc", Version: "1", Via: "127.0.0.1:40000"}
	for b.Loop() {
		s.Seq++
		w.Write(history.Record{Sample: &s})
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}
