package journal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestHostLockNamesItsHolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "locks")
	a, b := HostLock(dir, "cluster/fast"), HostLock(dir, "cluster/fast")
	if err := a.TryLock(); err != nil {
		t.Fatal(err)
	}
	err := b.TryLock()
	var held *HeldError
	if !errors.As(err, &held) || held.Holder.PID != os.Getpid() || held.Holder.Since.IsZero() {
		t.Fatalf("second lock = %v", err)
	}
	if !strings.Contains(err.Error(), "cluster/fast is in use by process ") || !strings.Contains(err.Error(), os.Args[0]) {
		t.Errorf("error does not name the holder: %v", err)
	}
	if err := a.TryLock(); !errors.As(err, &held) {
		t.Errorf("taken twice by its holder: %v", err)
	}
	if err := HostLock(dir, "cluster/other").TryLock(); err != nil {
		t.Errorf("another name: %v", err)
	}
	if err := a.Unlock(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.TryLock(), b.Unlock(), b.Unlock()); err != nil {
		t.Errorf("after it was given back: %v", err)
	}
}

func TestHostLockWaits(t *testing.T) {
	dir := t.TempDir()
	a, b := HostLock(dir, "x"), HostLock(dir, "x")
	if err := a.TryLock(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	if err := b.Lock(ctx, func(*HeldError) {}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Lock of a taken lock = %v", err)
	}
	told := 0
	err := b.Lock(context.Background(), func(*HeldError) {
		told++
		if err := a.Unlock(); err != nil {
			t.Error(err)
		}
	})
	if err != nil || told != 1 {
		t.Errorf("Lock = %v, told %d times", err, told)
	}
}

func TestHostLockOfADamagedFile(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "x.lock"), "garbage")
	a, b := HostLock(dir, "x"), HostLock(dir, "x")
	if err := a.TryLock(); err != nil {
		t.Fatalf("what stands in the file decides: %v", err)
	}
	if _, err := a.held.WriteAt([]byte("garbage!"), 0); err != nil {
		t.Fatal(err)
	}
	if err := b.TryLock(); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("error = %v", err)
	}
	if err := HostLock("/dev/null", "x").TryLock(); err == nil {
		t.Error("locked in a folder that is none")
	}
}
