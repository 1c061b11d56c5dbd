package observe

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// A NodeStream runs a command in a node and gives its standard output while it
// runs. Close ends the command; so does ctx.
type NodeStream func(ctx context.Context, node string, command ...string) (io.ReadCloser, error)

// Bounds of a node's stream of events.
const (
	markEvery   = 300 * time.Millisecond // from one mark to the next until one comes back
	markAtArm   = 20 * time.Second       // for the first to come back; `docker exec` takes seconds on a crowded machine
	markAtStop  = 5 * time.Second        // for the last
	longestLine = 1 << 20                // bytes; the longest line that is read
)

// A Tap is a command that tells what happens in a node, line by line, for as long as it
// runs, and to which a mark can be given that comes back among the lines.
type Tap struct {
	name    string // of the observer, "runtime"
	source  string // of the record
	command string // of a shell; it names its process first, so that it can be ended
	mark    string // of a shell; makes the mark $1 and takes it away in the same breath
	read    func(node string, clock history.Clock) reader
}

// A reader takes a tap's lines in their order. It returns what a line tells, and the name
// of the mark that it is about. An error says that lines are missing: the stream is as good
// as broken.
type reader func(line string) (seen []history.Interval, mark string, err error)

// tapped is the command line of a tap that ends by itself should we die, and can be ended
// before: who execs into a container and goes away leaves the process there. No run is as
// long: its clusters expire after a day.
func tapped(command string) string { return "echo $$; exec timeout 1d " + command }

// In observes the nodes through the tap.
//
// A mark shows that the stream is up, and at the end that everything before it has been
// read. A stream that breaks is opened again; between them is a gap with the node as its
// subject.
func (t Tap) In(stream NodeStream, nodes ...string) Observer {
	return &nodeStreams{tap: t, stream: stream, nodes: nodes}
}

type nodeStreams struct {
	tap    Tap
	stream NodeStream
	nodes  []string
	cut    func(node string, since time.Duration, down bool) // told when a stream breaks and when it is back; may be nil
}

// Name implements Observer.
func (s *nodeStreams) Name() string { return s.tap.name }

// Sources lists the sources of the record that it feeds.
func (s *nodeStreams) Sources() []string { return []string{s.tap.source} }

// Observe implements Observer.
func (s *nodeStreams) Observe(ctx context.Context, rec *history.Recorder, ready func()) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var running sync.WaitGroup
	up, failed := make(chan struct{}, len(s.nodes)), make(chan error, len(s.nodes))
	for _, name := range s.nodes {
		n := &nodeEvents{tap: s.tap, node: name, stream: s.stream, rec: rec, cut: s.cut, marks: make(chan string, 64)}
		running.Go(func() {
			if err := n.run(ctx, func() { up <- struct{}{} }); err != nil {
				failed <- err
			}
		})
	}
	for range s.nodes {
		select {
		case <-up:
		case err := <-failed:
			cancel()
			running.Wait()
			return err
		}
	}
	ready()
	running.Wait()
	return nil
}

// nodeEvents reads one node's events.
type nodeEvents struct {
	tap    Tap
	node   string
	stream NodeStream
	rec    *history.Recorder
	cut    func(node string, since time.Duration, down bool)
	marks  chan string // those that came back
	marked int

	mu   sync.Mutex
	last time.Duration // when the stream last said anything
}

// run reads streams one after another until ctx ends. The error says that not
// even the first came up.
func (n *nodeEvents) run(ctx context.Context, ready func()) error {
	var down *time.Duration
	up := func() {
		if down != nil {
			n.gap(GapCut, *down, "the stream of events broke") // first: who stops looking in between has it by what it is told
			n.tell(*down, false)
		} else if ready != nil {
			ready()
		}
		down, ready = nil, nil
	}
	for {
		err := n.session(ctx, up)
		switch {
		case err == nil:
			return nil
		case ready != nil:
			return fmt.Errorf("%s events of node %s: %w", n.tap.name, n.node, err)
		case down == nil:
			now := n.rec.Clock().Now()
			down = &now
			n.tell(now, true)
		}
		pause(ctx, retryEvery)
		if ctx.Err() != nil {
			n.gap(GapCut, *down, fmt.Sprintf("the stream of events broke: %v", err))
			return nil //nolint:nilerr // the gap says it; that the observer was told to end is no error
		}
	}
}

func (n *nodeEvents) tell(since time.Duration, down bool) {
	if n.cut != nil {
		n.cut(n.node, since, down)
	}
}

// session reads one stream until it breaks (an error), or until ctx ends and the
// last mark came back or its time is over.
func (n *nodeEvents) session(ctx context.Context, up func()) error {
	alive, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stream, err := n.stream(alive, n.node, "sh", "-c", n.tap.command)
	if err != nil {
		return err
	}
	ended, pid := make(chan error, 1), make(chan string, 1)
	go func() { ended <- n.read(stream, pid) }()
	defer func() { n.hangUp(alive, pid); cancel(); _ = stream.Close() }()

	arm, stop := context.WithTimeout(ctx, markAtArm)
	err = n.mark(arm, ended)
	stop()
	if err != nil {
		return fmt.Errorf("wait for the first mark: %w", err)
	}
	up()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	proof, stop := context.WithTimeout(alive, markAtStop)
	defer stop()
	if err := n.mark(proof, ended); err != nil {
		n.mu.Lock()
		from := n.last
		n.mu.Unlock()
		n.gap(GapUnproven, from, fmt.Sprintf("the last mark did not come back: %v", err))
	}
	return nil
}

// mark makes marks, one at a time, until one comes back.
func (n *nodeEvents) mark(ctx context.Context, ended <-chan error) error {
	mine := map[string]bool{}
	again := time.NewTimer(0)
	defer again.Stop()
	made := make(chan struct{}, 1)
	for {
		select {
		case <-again.C:
			name := fmt.Sprintf("seatrial-mark-%d-%d", n.rec.Clock().Wall.UnixNano(), n.marked)
			n.marked++
			mine[name] = true
			go func() { n.put(ctx, name); made <- struct{}{} }()
		case <-made:
			again.Reset(markEvery)
		case seen := <-n.marks:
			if mine[seen] {
				return nil
			}
		case err := <-ended:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// put makes one mark. Its failure shows by the mark not coming back. It finishes
// what it began, or the mark would stay.
func (n *nodeEvents) put(ctx context.Context, name string) {
	n.command(context.WithoutCancel(ctx), "sh", "-c", n.tap.mark, "sh", name)
}

// hangUp ends the process in the node; where the node is gone, so is the process.
func (n *nodeEvents) hangUp(ctx context.Context, pid <-chan string) {
	select {
	case p := <-pid:
		n.command(ctx, "kill", p)
	default: // it never began
	}
}

// command runs a command in the node to its end, or for as long as a mark may take.
func (n *nodeEvents) command(ctx context.Context, command ...string) {
	ctx, cancel := context.WithTimeout(ctx, markAtStop)
	defer cancel()
	out, err := n.stream(ctx, n.node, command...)
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, out)
	_ = out.Close()
}

// read records the stream's events until it ends, which is always an error. The
// first line is the number of the process.
func (n *nodeEvents) read(stream io.Reader, pid chan<- string) error {
	lines := bufio.NewScanner(stream)
	lines.Buffer(nil, longestLine)
	if lines.Scan() {
		pid <- strings.TrimSpace(lines.Text())
	}
	take := n.tap.read(n.node, n.rec.Clock())
	for lines.Scan() {
		n.mu.Lock()
		n.last = n.rec.Clock().Now()
		n.mu.Unlock()
		seen, mark, err := take(lines.Text())
		if err != nil {
			return err
		}
		if mark != "" {
			select {
			case n.marks <- mark:
			default: // nobody is waiting for so many
			}
		}
		for _, i := range seen {
			n.rec.Instant(i)
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return io.ErrUnexpectedEOF
}

func (n *nodeEvents) gap(state string, from time.Duration, detail string) {
	gap(n.rec, []string{n.tap.source}, n.node, state, from, n.rec.Clock().Now(), detail)
}
