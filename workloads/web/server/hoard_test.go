package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestGrowWritesWhatItSays(t *testing.T) {
	file := filepath.Join(t.TempDir(), "fill")
	for range 2 {
		if n, err := grow(file, 1000); n != 1000 || err != nil {
			t.Fatalf("%d, %v", n, err)
		}
	}
	if at, err := os.Stat(file); err != nil || at.Size() != 2000 {
		t.Errorf("%+v, %v", at, err)
	}
	if _, err := grow(t.TempDir(), 1); err == nil {
		t.Error("a folder grew")
	}
}

// It says how far it came when nothing more can be written.
func TestFillEndsWithAWord(t *testing.T) {
	s := start(t, t.TempDir(), "TMPDIR="+filepath.Join(t.TempDir(), "nowhere"))
	s.until(stateReady)
	s.turn(knobFill, "10Mi")
	if e := s.until(stateFill); e.Attrs[attrBytes] != "0" {
		t.Errorf("%+v", e)
	}
}

func TestFillSaysHowFarItCame(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir, "TMPDIR="+dir)
	s.until(stateReady)
	s.turn(knobFill, "400Mi")
	if e := s.until(stateFill); e.Attrs[attrBytes] != "41943040" {
		t.Errorf("%+v", e)
	}
	s.turn(knobFill, "0")
}

func TestForkHasChildrenForAsLongAsItIsTold(t *testing.T) {
	s := start(t, t.TempDir())
	s.until(stateReady)
	for range 2 {
		s.turn(knobFork, "2")
		if e := s.until(stateFork); e.Attrs[attrCount] != "2" || e.Attrs[attrCause] != "" {
			t.Errorf("%+v", e)
		}
		s.turn(knobFork, "0")
		s.childless()
	}
}

// childless waits until the server has no child.
func (s *server) childless() {
	s.t.Helper()
	for range 1000 {
		files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", s.cmd.Process.Pid)) // each thread has its own
		if err != nil || len(files) == 0 {
			s.t.Skip("the kernel does not tell children:", err)
		}
		children := 0
		for _, file := range files {
			if text, err := os.ReadFile(file); err == nil {
				children += len(text)
			}
		}
		if children == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.t.Fatal("its children live on")
}

func TestCauseHasNoPath(t *testing.T) {
	err := &fs.PathError{Op: "fork/exec", Path: "/proc/self/exe", Err: syscall.EAGAIN}
	if got := cause(err); got != "resource temporarily unavailable" {
		t.Error(got)
	}
	if got := cause(errors.New("other")); got != "other" {
		t.Error(got)
	}
}
