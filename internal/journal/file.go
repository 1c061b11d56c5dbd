package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// appendWait bounds the wait for the append lock. Appending takes milliseconds:
// whoever holds the lock for longer was stopped in the middle of it, and the
// guardian must be able to write all the same.
const appendWait = 2 * time.Second

// appendByte is the byte of the lock file that whoever appends holds. A step is
// locked by the number of its line, which is never 0.
const appendByte = 0

// disk is what the journal needs of its file; tests put a full one in its place.
type disk interface {
	io.Writer
	io.ReaderAt
	io.Closer
	Sync() error
	Truncate(size int64) error
	Stat() (fs.FileInfo, error)
}

// file is a journal opened by one process, which is the run, the guardian or a recovery.
type file struct {
	path string
	by   string // who we are: "run", "guardian", "recover"

	mu   sync.Mutex
	disk disk
	ours map[string]State // how far we have come; kept here too because a full disk takes no more lines
}

// open opens an existing journal for reading and appending.
func open(path, by string) (*file, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	return &file{path: path, by: by, disk: f, ours: map[string]State{}}, nil
}

// read parses the whole file as it is now. It reads through the open file, so
// that a journal whose folder was removed can still be undone.
func (f *file) read() (Log, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := f.disk.Stat()
	if err != nil {
		return Log{Path: f.path}, fmt.Errorf("read journal: %w", err)
	}
	data, err := io.ReadAll(io.NewSectionReader(f.disk, 0, info.Size()))
	if err != nil {
		return Log{Path: f.path}, fmt.Errorf("read journal %s: %w", f.path, err)
	}
	log := parse(data)
	log.Path = f.path
	for i := range log.Entries {
		e := &log.Entries[i]
		e.State = max(e.State, f.ours[e.ID])
	}
	return log, nil
}

// append writes one line and has it on the disk when it returns. After an error
// the file is as it was before, as far as the disk allows.
func (f *file) append(ln line) error {
	ln.At = time.Now().UTC()
	text, err := json.Marshal(ln)
	if err != nil {
		return fmt.Errorf("encode journal line: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	release := hold(f.path, appendByte, appendWait)
	defer release()
	size, torn, err := tail(f.disk)
	if err != nil {
		return fmt.Errorf("write journal %s: %w", f.path, err)
	}
	if torn { // a writer died in the middle of a line; ours must not become part of it
		text = append([]byte("\n"), text...)
	}
	_, err = f.disk.Write(append(text, '\n'))
	if err == nil {
		err = f.disk.Sync()
	}
	if err != nil {
		return fmt.Errorf("write journal %s: %w", f.path, errors.Join(err, f.disk.Truncate(size)))
	}
	return nil
}

// tail returns the size of the file and whether its last line has no end.
func tail(d disk) (size int64, torn bool, err error) {
	info, err := d.Stat()
	if err != nil || info.Size() == 0 {
		return 0, false, err
	}
	var last [1]byte
	if _, err := d.ReadAt(last[:], info.Size()-1); err != nil {
		return 0, false, err
	}
	return info.Size(), last[0] != '\n', nil
}

// mark notes how far a step has come, Early or Done, in memory first.
func (f *file) mark(id string, s State) error {
	f.mu.Lock()
	f.ours[id] = max(f.ours[id], s)
	f.mu.Unlock()
	if s == Early {
		return f.append(line{Early: id, By: f.by})
	}
	return f.append(line{Done: id, By: f.by})
}

func (f *file) markFailed(id string, err error) error {
	return f.append(line{Failed: id, Error: err.Error(), By: f.by})
}

// remove removes the journal and what belongs to it, once nothing is pending.
func (f *file) remove() error {
	err := os.Remove(f.path)
	removeLocks(f.path)
	if errors.Is(err, fs.ErrNotExist) { // a recovery was quicker
		return nil
	}
	return err
}

// logPath is where the guardian of a journal writes what it does.
func logPath(journal string) string { return strings.TrimSuffix(journal, suffix) + ".guardian.log" }

// syncDir has the entries of a folder on the disk.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// WriteFile writes what a step needs beside its journal, whole and to the disk, or not at
// all: what is written after it never outlives it. Only its owner may read it.
func WriteFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), draft)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone by then, if all went well
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}
