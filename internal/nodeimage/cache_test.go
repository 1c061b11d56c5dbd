package nodeimage

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/host"
)

func fillWith(text string, times *int) func(context.Context, string, func(string)) error {
	return func(_ context.Context, dir string, _ func(string)) error {
		*times++
		return os.WriteFile(filepath.Join(dir, "f"), []byte(text), 0o644)
	}
}

func TestOutputIsMadeOnce(t *testing.T) {
	var cached []bool
	w := &workshop{dir: t.TempDir(), progress: func(s host.Step) {
		if s.Done {
			cached = append(cached, s.Cached)
		}
	}}
	times := 0
	for range 2 {
		dir, err := w.output(t.Context(), "x", "d1", fillWith("a", &times))
		if b, _ := os.ReadFile(filepath.Join(dir, "f")); err != nil || string(b) != "a" {
			t.Fatalf("got %q, %v", b, err)
		}
	}
	if times != 1 || len(cached) != 2 || cached[0] || !cached[1] {
		t.Errorf("made %d times, reported %v", times, cached)
	}
	w.rebuild = true
	dir, err := w.output(t.Context(), "x", "d1", fillWith("b", &times))
	if b, _ := os.ReadFile(filepath.Join(dir, "f")); err != nil || string(b) != "b" {
		t.Errorf("a rebuild kept %q, %v", b, err)
	}
}

func TestOutputIsWholeOrAbsent(t *testing.T) {
	w := &workshop{dir: t.TempDir()}
	broken := errors.New("interrupted")
	_, err := w.output(t.Context(), "x", "d1", func(_ context.Context, dir string, _ func(string)) error {
		put(t, dir, "half")
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	for _, dir := range []string{w.components(), w.work()} {
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("%s has leftovers: %v", dir, left)
		}
	}
}

func TestLockIsOnePerFolder(t *testing.T) {
	w := &workshop{dir: t.TempDir()}
	unlock, err := w.lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	waiting := make(chan struct{}, 1)
	other := &workshop{dir: w.dir, progress: func(s host.Step) {
		if !s.Done {
			select {
			case waiting <- struct{}{}:
			default:
			}
		}
	}}
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() { _, err := other.lock(ctx); failed <- err }()
	<-waiting
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v while another build runs", err)
	}
	unlock()
	ctx, cancel = context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	unlock, err = other.lock(ctx)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestLockClearsWhatADeadBuildLeft(t *testing.T) {
	w := &workshop{dir: t.TempDir()}
	put(t, w.work(), "output-x-123/half")
	unlock, err := w.lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if exists(w.work()) {
		t.Error("scratch of a dead build is still there")
	}
}

func TestLineWriter(t *testing.T) {
	var got []string
	w := newLineWriter(func(s string) { got = append(got, s) })
	for _, s := range []string{"one\ntw", "o\n\n", string(make([]byte, 100<<10)), "last"} {
		if _, err := w.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if len(got) < 2 || got[0] != "one" || got[1] != "two" {
		t.Errorf("got %d lines", len(got))
	}
}
