package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/workloads"
)

func newLog(t testing.TB, path string) *eventLog {
	t.Helper()
	l, err := openLog(path, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// events reads a log as an observer does.
func events(t testing.TB, l *eventLog, after int64) []workloads.Event {
	t.Helper()
	lines, _ := l.since(after)
	var all []workloads.Event
	for _, one := range lines {
		e, err := workloads.ParseEvent(one.text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func TestLogOutlivesTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.jsonl")
	first := newLog(t, path)
	first.add(now(), stateStart, attrVersion, "v1")
	first.add(now(), stateReady)
	torn, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = torn.WriteString(`{"seq":3,"mono":12`) // killed in mid-line
	_ = torn.Close()

	second := newLog(t, path)
	second.add(now(), stateStart, attrVersion, `odd "v2"`+"\n")
	third := newLog(t, path)

	got := events(t, third, 0)
	if len(got) != 3 {
		t.Fatalf("want 3 events, got %+v", got)
	}
	for i, want := range []struct {
		seq     int64
		run     int
		version string
	}{{1, 1, "v1"}, {2, 1, ""}, {3, 2, `odd "v2"` + "\n"}} {
		if got[i].Seq != want.seq || got[i].Run != want.run || got[i].Attrs[attrVersion] != want.version {
			t.Errorf("event %d: want %+v, got %+v", i, want, got[i])
		}
	}
	if third.run != 3 {
		t.Errorf("want run 3, got %d", third.run)
	}
}

func TestReaderResumes(t *testing.T) {
	l := newLog(t, "")
	for range 5 {
		l.add(now(), stateKnob)
	}
	for after, want := range map[int64]int{0: 5, 3: 2, 5: 0, 99: 5} {
		if got := len(events(t, l, after)); got != want {
			t.Errorf("after %d: want %d events, got %d", after, want, got)
		}
	}
	_, changed := l.since(5)
	l.add(now(), stateKnob)
	select {
	case <-changed:
	default:
		t.Error("a new event must wake the readers")
	}
}

func TestFloodOfProbesIsCountedNotWritten(t *testing.T) {
	l := newLog(t, "")
	at := instant{mono: int64(7 * time.Second)}
	for range probesPerSecond + 9 {
		l.add(at, stateProbe)
	}
	l.add(at, stateStuck) // what is no probe is never dropped
	at.mono += int64(time.Second)
	l.add(at, stateProbe)
	got := events(t, l, 0)
	if len(got) != probesPerSecond+2 {
		t.Fatalf("want %d events, got %d", probesPerSecond+2, len(got))
	}
	if last := got[len(got)-1]; last.Attrs[attrDropped] != "9" {
		t.Errorf("want 9 dropped, got %+v", last)
	}
}

func TestFileStaysBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.jsonl")
	l := newLog(t, path)
	filler := strings.Repeat("x", 1000)
	lines := (2*maxFile + maxFile/4) / len(filler)
	for n := range lines {
		l.add(instant{mono: int64(n)}, stateKnob, attrValue, filler)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > maxFile+2000 {
		t.Errorf("the file grew to %d bytes", info.Size())
	}
	if l.kept > maxKept || len(l.lines) < maxKept/2/1200 {
		t.Errorf("%d bytes in %d lines are kept", l.kept, len(l.lines))
	}
	if again := newLog(t, path); again.seq != l.seq || again.run != 2 {
		t.Errorf("after %d lines the next run resumes at %d as run %d", l.seq, again.seq, again.run)
	}
}

func TestLogGoesOnWithoutItsDisk(t *testing.T) {
	l := newLog(t, filepath.Join(t.TempDir(), "events.jsonl"))
	_ = l.file.Close() // every write fails from here on
	l.add(now(), stateStuck)
	if got := events(t, l, 0); len(got) != 1 {
		t.Errorf("want the event in spite of the disk, got %v", got)
	}
}

// blocked is a pipe that nobody reads.
type blocked struct{ until chan struct{} }

func (b blocked) Write(p []byte) (int, error) { <-b.until; return len(p), nil }

func TestStdoutNeverHoldsTheAppUp(t *testing.T) {
	b := blocked{make(chan struct{})}
	defer close(b.until)
	w := newLooseWriter(b)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := range 5000 {
			_, _ = w.Write([]byte(strconv.Itoa(n)))
		}
		w.settle(time.Millisecond)
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("a write waited for a reader")
	}
}

func TestStdoutIsSettledAtTheEnd(t *testing.T) {
	var out bytes.Buffer
	w := newLooseWriter(&out)
	for range 500 {
		_, _ = w.Write([]byte("line\n"))
	}
	w.settle(10 * time.Second)
	if got := strings.Count(out.String(), "line\n"); got != 500 {
		t.Errorf("want 500 lines, got %d", got)
	}
}

func FuzzResume(f *testing.F) {
	f.Add([]byte(`{"seq":1,"mono":1,"wall":"2026-01-01T00:00:00Z","run":1,"state":"start"}` + "\n"))
	f.Add([]byte("{\"seq\":1}\n{\"seq\":0}\nnull\n{"))
	f.Fuzz(func(t *testing.T, old []byte) {
		l := &eventLog{run: 1}
		l.resume(old)
		for _, one := range l.lines {
			if one.text[len(one.text)-1] != '\n' {
				t.Errorf("kept a line without an end: %q", one.text)
			}
		}
	})
}
