// Package target is a server whose outages are known: it breaks itself on a
// schedule and notes on the machine's monotonic clock when it did. It is the
// ground truth that the meter is held against.
package target

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// A Kind is a way not to answer.
type Kind string

// The kinds of outages.
const (
	Refuse    Kind = "refuse"     // nobody listens: connections are refused, those that were open reset
	Reset     Kind = "reset"      // connections are accepted and reset, at once or at the next request
	BlackHole Kind = "black-hole" // requests are read and never answered
	Error     Kind = "503"        // the answer is 503
	SlowBody  Kind = "slow-body"  // the answer begins and does not go on
)

// Kinds are all of them.
var Kinds = []Kind{Refuse, Reset, BlackHole, Error, SlowBody}

// An Outage is one that is planned: how long after the one before it has ended it
// begins, and how long it lasts.
type Outage struct {
	Kind  Kind          `json:"kind"`
	After time.Duration `json:"after"`
	For   time.Duration `json:"for"`
}

// Schedule plans n outages between shortest and longest, their lengths even on a
// logarithmic scale, the kinds in turn, with so much good time between them and up
// to a tenth more, so that no outage keeps step with a lane. The same seed gives
// the same schedule.
func Schedule(seed uint64, n int, shortest, longest, apart time.Duration) []Outage {
	chance := rand.New(rand.NewPCG(seed, 1))
	var all []Outage
	for i := range n {
		length := float64(shortest) * math.Pow(float64(longest)/float64(shortest), chance.Float64())
		all = append(all, Outage{Kind: Kinds[i%len(Kinds)], For: time.Duration(length), After: apart + time.Duration(chance.Int64N(int64(apart/10)+1))})
	}
	return all
}

// Length is how long a schedule takes.
func Length(all []Outage) (sum time.Duration) {
	for _, o := range all {
		sum += o.After + o.For
	}
	return sum
}

// A Truth is an outage as it was: readings of CLOCK_MONOTONIC in nanoseconds right
// before and right after each edge. A request that reaches the server between
// From[1] and To[0] fails; one before From[0] or after To[1] does not.
type Truth struct {
	Kind Kind     `json:"kind"`
	From [2]int64 `json:"from"`
	To   [2]int64 `json:"to"`
}

// order is what the server's process is asked to do.
type order struct {
	Schedule []Outage      `json:"schedule"`
	Pause    time.Duration `json:"pause,omitempty"` // see Paused
	Every    time.Duration `json:"every,omitempty"`
}

// A Server is a target in a process of its own.
type Server struct {
	URL   string
	cmd   *exec.Cmd
	stdin io.WriteCloser
	out   *json.Decoder
}

// Start starts command, a program that calls Main, as a target that answers. It
// keeps to its schedule from Go on.
func Start(command []string, schedule []Outage) (*Server, error) {
	return start(command, order{Schedule: schedule})
}

// StartPausing starts a target that holds all answers back for pause, every so
// often: what was asked meanwhile is answered at the end of it.
func StartPausing(command []string, pause, every time.Duration) (*Server, error) {
	return start(command, order{Pause: pause, Every: every})
}

func start(command []string, o order) (*Server, error) {
	s := &Server{cmd: exec.Command(command[0], command[1:]...)}
	s.cmd.Stderr = os.Stderr
	var err error
	if s.stdin, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the target: %w", err)
	}
	s.out = json.NewDecoder(out)
	err = json.NewEncoder(s.stdin).Encode(o)
	if err == nil {
		err = s.out.Decode(&s.URL)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the target: %w", err), s.Stop())
	}
	return s, nil
}

// Go has the target begin its schedule.
func (s *Server) Go() error {
	_, err := io.WriteString(s.stdin, "\n")
	return err
}

// Truth waits for the end of the schedule and returns what was.
func (s *Server) Truth() ([]Truth, error) {
	var all []Truth
	if err := s.out.Decode(&all); err != nil {
		return nil, fmt.Errorf("read what the target did: %w", err)
	}
	return all, nil
}

// Stop ends the target.
func (s *Server) Stop() error {
	err := s.stdin.Close()
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	return err
}

// Now is what Truth's instants are read from.
func Now() int64 { return history.MonotonicNow() }
