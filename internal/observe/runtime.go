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
	"github.com/seatrial/seatrial/internal/observe/containerd"
)

// A NodeStream runs a command in a node and gives its standard output while it
// runs. Close ends the command; so does ctx.
type NodeStream func(ctx context.Context, node string, command ...string) (io.ReadCloser, error)

// Bounds of a node's stream of events.
const (
	markEvery   = 300 * time.Millisecond // from one mark to the next until one comes back
	markAtArm   = 20 * time.Second       // for the first to come back; `docker exec` takes seconds on a crowded machine
	markAtStop  = 5 * time.Second        // for the last
	runtimeLine = 1 << 20                // bytes; the longest line that is read
)

// eventsCommand names its process first, so that it can be ended: who execs into
// a container and goes away leaves the process there. Should we die before, it
// ends by itself.
const eventsCommand = "echo $$; exec timeout 2h ctr --namespace k8s.io events"

// Runtime observes the container runtime of the nodes (SourceRuntime) by
// containerd's own events, which need neither kubelet nor API server.
//
// A mark, the creation of an empty containerd namespace that is removed in the
// same breath, comes back as an event: it shows that the stream is up, and at the
// end that everything before it has been read. A stream that breaks is opened
// again; between them is a gap with the node as its subject.
func Runtime(stream NodeStream, nodes ...string) Observer {
	return &runtimeEvents{stream: stream, nodes: nodes}
}

type runtimeEvents struct {
	stream NodeStream
	nodes  []string
	cut    func(node string, since time.Duration, down bool) // told when a stream breaks and when it is back; may be nil
}

// Name implements Observer.
func (*runtimeEvents) Name() string { return "runtime" }

// Sources lists the sources of the record that it feeds.
func (*runtimeEvents) Sources() []string { return []string{history.SourceRuntime} }

// Observe implements Observer.
func (r *runtimeEvents) Observe(ctx context.Context, rec *history.Recorder, ready func()) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var running sync.WaitGroup
	up, failed := make(chan struct{}, len(r.nodes)), make(chan error, len(r.nodes))
	for _, name := range r.nodes {
		n := &nodeEvents{node: name, stream: r.stream, rec: rec, cut: r.cut, marks: make(chan string, 64)}
		running.Go(func() {
			if err := n.run(ctx, func() { up <- struct{}{} }); err != nil {
				failed <- err
			}
		})
	}
	for range r.nodes {
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
			n.tell(*down, false)
			n.gap(GapCut, *down, "the stream of events broke")
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
			return fmt.Errorf("runtime events of node %s: %w", n.node, err)
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
	stream, err := n.stream(alive, n.node, "sh", "-c", eventsCommand)
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
// what it began, or the namespace would stay.
func (n *nodeEvents) put(ctx context.Context, name string) {
	n.command(context.WithoutCancel(ctx), "sh", "-c", "ctr namespaces create "+name+" && ctr namespaces remove "+name)
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
	lines.Buffer(nil, runtimeLine)
	if lines.Scan() {
		pid <- strings.TrimSpace(lines.Text())
	}
	for lines.Scan() {
		n.mu.Lock()
		n.last = n.rec.Clock().Now()
		n.mu.Unlock()
		e, err := containerd.Parse(lines.Text())
		if err != nil {
			continue // ctr's own complaints are among the lines
		}
		if name := e.NewNamespace(); name != "" {
			select {
			case n.marks <- name:
			default: // nobody is waiting for so many
			}
		}
		if i, ok := e.Interval(n.node, n.rec.Clock()); ok {
			n.rec.Instant(i)
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return io.ErrUnexpectedEOF
}

func (n *nodeEvents) gap(state string, from time.Duration, detail string) {
	gap(n.rec, []string{history.SourceRuntime}, n.node, state, from, n.rec.Clock().Now(), detail)
}
