package agent

import (
	"encoding/json"
	"errors"
	"sync"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/load"
)

// A Frame is a piece of what was measured. The last one has a Report or an Error.
type Frame struct {
	Samples []history.Sample   `json:"samples,omitempty"`
	Gaps    []history.Interval `json:"gaps,omitempty"`
	Report  *load.Report       `json:"report,omitempty"`
	Error   string             `json:"error,omitempty"`
}

// last reports whether no frame follows.
func (f Frame) last() bool { return f.Report != nil || f.Error != "" }

// keepMost bounds what an agent keeps, in bytes: an hour at 1,000 requests/s.
const keepMost = 512 << 20

var errKept = errors.New("the agent has kept all that it may: nobody reads what it measures")

// A store keeps the frames of one measurement, encoded, for whoever reads them, as
// often as they like.
type store struct {
	mu     sync.Mutex
	lines  [][]byte
	size   int
	ended  bool
	change chan struct{} // closed at the next frame
}

func newStore() *store { return &store{change: make(chan struct{})} }

// add keeps a frame. After the last one there is nothing to add.
func (s *store) add(f Frame) error {
	line, err := json.Marshal(f)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return nil
	}
	if s.size+len(line) > keepMost && !f.last() {
		return errKept
	}
	s.lines, s.size, s.ended = append(s.lines, append(line, '\n')), s.size+len(line), f.last()
	close(s.change)
	s.change = make(chan struct{})
	return nil
}

// from returns the frames from the n-th on, whether there will be more, and what is
// closed when there are.
func (s *store) from(n int) (lines [][]byte, more bool, change <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n < len(s.lines) {
		lines = s.lines[n:len(s.lines):len(s.lines)]
	}
	return lines, !s.ended, s.change
}
