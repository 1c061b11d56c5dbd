// Package file keeps a history on disk: history.jsonl.zst, one history.Record a
// line, compressed with zstd.
//
// What is recorded reaches the file within a second, in whole lines and whole
// zstd blocks, so that a run that is killed at any moment leaves a file that can
// be read up to that moment. `zstdcat FILE | jq` reads it too.
package file

import (
	"fmt"
	"time"
)

// Name is what the record of a trial is called in its folder.
const Name = "history.jsonl.zst"

// flushEvery is how often what was recorded is handed to the file system: twice
// within the second that a killed run may lose.
const flushEvery = 500 * time.Millisecond

// maxLine bounds one line of a file that is read: room for the objects that a
// trial applied (etcd takes 1.5 MiB each) many times over, and a bound for what a
// damaged file can make us allocate.
const maxLine = 64 << 20

// Torn is the error of a file whose end is missing, as a killed run leaves it.
// The history up to there is good and comes with the error.
type Torn struct {
	Path  string
	Lines int // whole lines that were read
	Err   error
}

// Error says which file ends where.
func (t *Torn) Error() string {
	return fmt.Sprintf("%s ends in the middle, after %d whole lines: %v", t.Path, t.Lines, t.Err)
}

// Unwrap is what the reader ran into, io.ErrUnexpectedEOF most of the time.
func (t *Torn) Unwrap() error { return t.Err }
