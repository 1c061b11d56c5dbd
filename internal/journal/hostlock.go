package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A Holder is a process that holds a host lock.
type Holder struct {
	PID     int       `json:"pid"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

// A HeldError says who holds a lock that we wanted.
type HeldError struct {
	Name   string
	Holder Holder // empty if the holder has not said yet
}

func (e *HeldError) Error() string {
	if e.Holder.PID == 0 {
		return fmt.Sprintf("%s is in use by another process", e.Name)
	}
	return fmt.Sprintf("%s is in use by process %d since %s: %s",
		e.Name, e.Holder.PID, e.Holder.Since.Format(time.RFC3339), e.Holder.Command)
}

// A Lock is a resource of this host that one process may use at a time, such as a
// cluster by its name. It ends with the process that holds it, however that ends.
type Lock struct {
	name, path string
	held       *os.File // nil: not ours
}

// HostLock names a resource; its lock file is DIR/NAME.lock. Slashes in the name
// become dashes. Nothing is locked or written yet.
func HostLock(dir, name string) *Lock {
	return &Lock{name: name, path: filepath.Join(dir, strings.ReplaceAll(name, "/", "-")+".lock")}
}

// TryLock takes the lock, or says in a *HeldError who has it. One Lock value is
// for one goroutine; two values exclude each other like two processes.
func (l *Lock) TryLock() error {
	if l.held != nil {
		return &HeldError{Name: l.name, Holder: us()}
	}
	err := l.take()
	var held *HeldError
	if err != nil && !errors.As(err, &held) {
		return fmt.Errorf("lock %s: %w", l.name, err)
	}
	return err
}

func (l *Lock) take() error {
	if err := os.MkdirAll(filepath.Dir(l.path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	taken, err := flock(f, syscall.LOCK_EX)
	if err == nil && !taken {
		err = &HeldError{Name: l.name, Holder: holder(f)}
	}
	if err == nil {
		err = sign(f)
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	l.held = f
	return nil
}

// Lock waits for the lock until ctx ends. waiting is called once, with the
// holder, if there is one to wait for.
func (l *Lock) Lock(ctx context.Context, waiting func(*HeldError)) error {
	for said := false; ; {
		err := l.TryLock()
		var held *HeldError
		if !errors.As(err, &held) {
			return err
		}
		if !said {
			said = true
			waiting(held)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for lock: %w (%w)", err, context.Cause(ctx))
		case <-time.After(lockPoll):
		}
	}
}

// Unlock gives the lock back. The file stays: removing it would let two others
// hold locks of the same name.
func (l *Lock) Unlock() error {
	if l.held == nil {
		return nil
	}
	// Said explicitly: a program that is being started at this moment still has the file open.
	err := errors.Join(l.held.Truncate(0), syscall.Flock(int(l.held.Fd()), syscall.LOCK_UN), l.held.Close())
	l.held = nil
	return err
}

func us() Holder {
	return Holder{PID: os.Getpid(), Command: strings.Join(os.Args, " "), Since: time.Now().UTC().Truncate(time.Second)}
}

// sign writes down who holds the lock.
func sign(f *os.File) error {
	text, err := json.Marshal(us())
	if err != nil {
		return err
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteAt(append(text, '\n'), 0)
	return err
}

// holder reads who signed; empty if that cannot be read, which happens between
// taking the lock and signing.
func holder(f *os.File) Holder {
	var h Holder
	text, err := io.ReadAll(io.NewSectionReader(f, 0, 1<<16))
	if err != nil || json.Unmarshal(text, &h) != nil {
		return Holder{}
	}
	return h
}
