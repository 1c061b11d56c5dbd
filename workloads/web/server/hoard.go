package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	hoardPulse = 100 * time.Millisecond // a file grows, and refused processes are tried again, ten times a second
	fillName   = "seatrial-fill"        // in the container's own layer
)

// hoard is what the knobs made the app take of its node's disk and processes.
type hoard struct {
	filling atomic.Int64 // bytes per second
	filler  sync.Once
	forks   atomic.Int64 // how many children there shall be
	forker  sync.Once
}

// fill has a file in the container's own layer grow by so many bytes a second.
func (a *app) fill(perSecond int64) error {
	a.hoard.filling.Store(perSecond)
	a.hoard.filler.Do(func() { go a.fillOn(filepath.Join(os.TempDir(), fillName)) })
	return nil
}

// fillOn writes until the disk is full, or for as long as it may.
func (a *app) fillOn(path string) {
	total, noted := int64(0), int64(0)
	for range time.Tick(hoardPulse) {
		n := a.hoard.filling.Load() * int64(hoardPulse) / int64(time.Second)
		if n <= 0 {
			continue
		}
		written, err := grow(path, n)
		total += written
		if total-noted >= 4*step || err != nil {
			noted = total
			a.log.add(now(), stateFill, attrBytes, strconv.FormatInt(total, 10))
		}
		if err != nil {
			return
		}
	}
}

// grow appends n bytes to a file and has them written down, so that the disk is as
// full as the log says.
func grow(path string, n int64) (written int64, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	wrote, err := f.Write(make([]byte, n))
	return int64(wrote), errors.Join(err, f.Sync(), f.Close())
}

// fork has n children of this process that do nothing but be there: each is some
// threads. What is refused, and what died for want of threads, is tried again, as a fork
// bomb does. None ends them all.
func (a *app) fork(n int) error {
	a.hoard.forks.Store(int64(n))
	a.hoard.forker.Do(func() { go a.forkOn() })
	return nil
}

func (a *app) forkOn() {
	spareThreads()
	children, refused := map[int]io.Closer{}, false // by their process id: what each reads until it is closed
	for {
		reap(children)
		want := int(a.hoard.forks.Load())
		if want == 0 {
			for _, input := range children {
				_ = input.Close()
			}
		}
		if len(children) >= want {
			time.Sleep(hoardPulse)
			continue
		}
		pid, input, err := startIdle()
		if err != nil {
			if !refused {
				refused = true
				a.log.add(now(), stateFork, attrCount, strconv.Itoa(len(children)), attrCause, cause(err))
			}
			time.Sleep(hoardPulse)
			continue
		}
		if children[pid] = input; len(children)%10 == 0 || len(children) == want {
			a.log.add(now(), stateFork, attrCount, strconv.Itoa(len(children)))
		}
	}
}

// reap takes the children away that have ended, without waiting for any: to wait in
// the usual way takes a thread for each.
func reap(children map[int]io.Closer) {
	for {
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if err != nil || pid <= 0 {
			return
		}
		if input, ours := children[pid]; ours {
			_ = input.Close()
			delete(children, pid)
		}
	}
}

// startIdle starts this program again, as a child that does nothing until its input is
// closed, which it is when its parent is gone.
func startIdle() (pid int, input io.Closer, err error) {
	c := exec.Command("/proc/self/exe", "idle") //nolint:gosec // itself
	if input, err = c.StdinPipe(); err != nil {
		return 0, nil, err
	}
	if err := c.Start(); err != nil {
		return 0, nil, err
	}
	return c.Process.Pid, input, nil
}

// idle is such a child.
func idle() { _, _ = io.Copy(io.Discard, os.Stdin) }

// cause is the error without its path: "resource temporarily unavailable".
func cause(err error) string {
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}
