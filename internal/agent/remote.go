package agent

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/load"
)

// again is how long is waited before an agent that could not be reached is tried
// again: the API server on the way to it may be away.
const again = 500 * time.Millisecond

// lost is for how long an agent may be out of reach before it is given up.
const lost = 10 * time.Minute

// A way that is black-holed ends in no error of its own.
const (
	answers = time.Minute // for how long one answer is waited for: as long as the API server on the way waits (--request-timeout)
	silence = time.Minute // for how long a stream of frames, of which there are ten a second under load, may say nothing
)

// ErrGone is what Ask says, wrapped, if asking again is in vain: the pod is no more, or it
// was started again and knows of no measurement.
var ErrGone = errors.New("the agent is gone")

var errSilent = fmt.Errorf("nothing came for %s", silence)

// A Remote is an agent as its driver sees it.
type Remote struct {
	Name  string // its pod
	Node  string // where that runs
	Label string // for people: the node, numbered if it has several agents
	// Ask sends a request to the agent; path is "clock" or "frames?from=7". The
	// answer is the body of a good one.
	Ask func(ctx context.Context, method, path string, body []byte) (io.ReadCloser, error)
}

// A Session is a measurement of one agent on its way. It is used like load.Process.
type Session struct {
	Alignment Alignment // of the clocks when it began; from Stop on, right for all of it
	remote    *Remote
	cancel    context.CancelFunc
	done      chan struct{}
	once      sync.Once // Stop was asked for
	ended     sync.Once // the clocks were compared at the end
	report    load.Report
	err       error
}

// Start starts a measurement on the agent. The plan's origin is in our clock, and
// so are the offsets of what sink and gaps get; they are called from one goroutine,
// in the order in which the agent's meter called them, whatever broke in between.
func Start(ctx context.Context, r *Remote, plan load.Plan, sink func(history.Sample), gaps func(history.Interval)) (*Session, error) {
	a, err := r.Align(ctx)
	if err != nil {
		return nil, err
	}
	plan.AllowAny = true // what is loaded is named by hand, and lies in the cluster
	plan.Origin += int64(a.Ahead)
	text, err := json.Marshal(plan)
	if err != nil {
		return nil, fmt.Errorf("write the plan: %w", err)
	}
	if err := r.tell(ctx, "start", text); err != nil {
		return nil, fmt.Errorf("start the meter in %s: %w", r.Name, err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s := &Session{Alignment: a, remote: r, cancel: cancel, done: make(chan struct{})}
	go s.follow(ctx, sink, gaps)
	return s, nil
}

// tell sends a request whose answer says nothing more.
func (r *Remote) tell(ctx context.Context, path string, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, answers)
	defer cancel()
	answer, err := r.Ask(ctx, "POST", path, body)
	if err != nil {
		return err
	}
	return answer.Close()
}

// Done is closed when nothing more will come.
func (s *Session) Done() <-chan struct{} { return s.done }

// Stop ends the load and returns what the agent says about it, once all of it has
// been read. When ctx ends first the agent is left to itself.
func (s *Session) Stop(ctx context.Context) (load.Report, error) {
	s.once.Do(func() { go s.ask(ctx) })
	select {
	case <-s.done:
	case <-ctx.Done():
		s.cancel()
		<-s.done
	}
	s.ended.Do(func() { s.realign(ctx) })
	return s.report, s.err
}

// realign compares the clocks once more: how far they have run apart since is how wrong
// the agent's last instants are. Without an answer what was known stays.
func (s *Session) realign(ctx context.Context) {
	if end, err := s.remote.Align(ctx); err == nil {
		s.Alignment.Error = max(s.Alignment.Error, end.Error+(end.Ahead-s.Alignment.Ahead).Abs())
	}
}

// ask tells the agent to stop, again and again until it was heard.
func (s *Session) ask(ctx context.Context) {
	for {
		if s.remote.tell(ctx, "stop", nil) == nil {
			return
		}
		select {
		case <-time.After(again):
		case <-s.done:
			return
		case <-ctx.Done():
			return
		}
	}
}

// follow reads frames until the last one, beginning anew where it was cut off.
func (s *Session) follow(ctx context.Context, sink func(history.Sample), gaps func(history.Interval)) {
	defer close(s.done)
	defer s.cancel()
	n, heard := 0, time.Now()
	for {
		more, err := s.read(ctx, n, func(f Frame) {
			n++
			heard = time.Now()
			for _, g := range f.Gaps {
				gaps(g)
			}
			for _, x := range f.Samples {
				sink(x)
			}
			if f.Report != nil {
				s.report = *f.Report
			}
			if f.Error != "" {
				s.err = fmt.Errorf("the meter in %s: %s", s.remote.Name, f.Error)
			}
		})
		switch {
		case !more:
			return
		case ctx.Err() != nil:
			s.err = fmt.Errorf("read from %s: %w", s.remote.Name, errors.Join(context.Cause(ctx), err))
			return
		case errors.Is(err, ErrGone):
			s.err = fmt.Errorf("read from %s: %w", s.remote.Name, err)
			return
		case time.Since(heard) > lost:
			s.err = fmt.Errorf("%s was out of reach for %s: %w", s.remote.Name, lost, err)
			return
		}
		select {
		case <-time.After(again):
		case <-ctx.Done():
		}
	}
}

// read takes the frames from the n-th on until the stream ends. more is false when
// the last one has come.
func (s *Session) read(ctx context.Context, n int, take func(Frame)) (more bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	quiet := time.AfterFunc(silence, func() { cancel(errSilent) })
	defer quiet.Stop()
	body, err := s.remote.Ask(ctx, "GET", fmt.Sprintf("frames?from=%d", n), nil)
	if err != nil {
		return true, err
	}
	defer body.Close()
	lines := bufio.NewReaderSize(body, 64<<10)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil { // half a line is asked for again
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return true, err
		}
		quiet.Reset(silence)
		var f Frame
		if err := json.Unmarshal(line, &f); err != nil {
			return true, err
		}
		take(f)
		if f.last() {
			return false, nil
		}
	}
}
