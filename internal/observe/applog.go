package observe

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

// GapUnread is the state of a gap of SourceApp: the app may have written lines
// that nobody read. A pod that was killed together with its log leaves one; so
// does a log that shows a hole in its numbers.
const GapUnread = "unread"

// Bounds of reading an app's log.
const (
	appRetry = time.Second     // between attempts, unless the pod changes before
	appDrain = 2 * time.Second // for what is still in a stream when its pod is gone
	appLast  = 5 * time.Second // for the last reading when the trial ends
	appLine  = 1 << 20         // bytes; the longest line that is read
)

// AppLog observes the logs that apps write about themselves (SourceApp), of the
// namespace's pods that the label selector names.
//
// A log outlives its container, so that a restart loses nothing: reading goes on
// at the next number. What a process wrote in its last moment, when nobody can
// reach it any more, is read from what it printed.
func AppLog(client kubernetes.Interface, namespace, selector string, transport AppTransport) Observer {
	return &appLog{client: client, namespace: namespace, selector: selector, transport: transport}
}

type appLog struct {
	client              kubernetes.Interface
	namespace, selector string
	transport           AppTransport
}

// Name implements Observer.
func (*appLog) Name() string { return "applog" }

// Sources lists the sources of the record that it feeds.
func (*appLog) Sources() []string { return []string{history.SourceApp} }

// Observe implements Observer. The watch of the pods proves itself; a pod of
// which it never told is a gap of SourceApp.
func (a *appLog) Observe(ctx context.Context, rec *history.Recorder, ready func()) error {
	readers := map[string]*appReader{}
	var running sync.WaitGroup
	defer running.Wait()
	reading, stop := context.WithCancel(ctx)
	defer stop()
	pods := podKind(a.client, a.namespace, a.selector, &kind[*corev1.Pod]{name: "applog", sources: a.Sources()})
	pods.touch = func(p *corev1.Pod, gone bool) {
		uid := string(p.UID)
		r, ok := readers[uid]
		if ok && r == nil {
			return // it has ended already
		}
		if !ok && !gone && started(p) {
			r = newAppReader(p.Name, a.transport, rec)
			r.process = process(p)
			readers[uid] = r
			running.Go(func() { r.run(reading) })
		}
		// A pod that was evicted stays for people to look at; nothing runs in it any more.
		over := gone || p.Status.Phase == corev1.PodFailed || p.Status.Phase == corev1.PodSucceeded
		if r != nil {
			r.touched(process(p), over)
		}
		if over {
			readers[uid] = nil
		}
	}
	return pods.Observe(ctx, rec, ready)
}

// started reports whether a container of the pod runs or has run.
func started(p *corev1.Pod) bool {
	for _, c := range p.Status.ContainerStatuses {
		if c.State.Running != nil || c.State.Terminated != nil || c.LastTerminationState.Terminated != nil {
			return true
		}
	}
	return false
}

// process names the containers that run in the pod, or ran last: another name is
// another process. One that ends as soon as it starts may never be seen running.
func process(p *corev1.Pod) string {
	var ids []string
	for _, c := range p.Status.ContainerStatuses {
		switch last := c.LastTerminationState.Terminated; {
		case c.State.Running != nil:
			ids = append(ids, c.ContainerID)
		case c.State.Terminated != nil:
			ids = append(ids, c.State.Terminated.ContainerID)
		case last != nil:
			ids = append(ids, last.ContainerID)
		}
	}
	return strings.Join(ids, " ")
}

// An appReader reads the log of one pod until the pod is gone or the trial ends.
type appReader struct {
	pod       string
	transport AppTransport
	rec       *history.Recorder

	process string        // what runs in the pod, known to who calls touched
	another bool          // another process has run since what is printed was read last
	poke    chan struct{} // something else runs now
	gone    chan struct{} // closed when the pod is gone
	goneAt  time.Duration

	seen  map[[2]int64]bool // number and instant of each line read; after a loss numbers come again
	last  workloads.Event
	at    time.Duration // of the last line
	known time.Duration // up to when nothing can have been left unread
}

func newAppReader(pod string, transport AppTransport, rec *history.Recorder) *appReader {
	now := rec.Clock().Now()
	return &appReader{pod: pod, transport: transport, rec: rec, at: now, known: now,
		poke: make(chan struct{}, 1), gone: make(chan struct{}), seen: map[[2]int64]bool{}}
}

// touched tells the reader that its pod changed. It is called by one goroutine.
func (r *appReader) touched(process string, gone bool) {
	if gone {
		r.goneAt = r.rec.Clock().Now()
		close(r.gone)
		return
	}
	if process == "" || process == r.process {
		return
	}
	r.process = process
	select {
	case r.poke <- struct{}{}:
	default:
	}
}

// run follows the log, again after each end of the stream.
func (r *appReader) run(ctx context.Context) {
	for {
		// At the end of a stream its process is most likely at its end too: what it
		// wrote last is in what it printed, for as long as the pod object exists.
		if again := r.follow(ctx); again {
			r.another = true
			continue
		}
		if ctx.Err() == nil && (r.another || r.last.State != history.AppExit) {
			r.another = r.printed(ctx) != nil
		}
		timer := time.NewTimer(appRetry)
		select {
		case <-r.gone:
			timer.Stop()
			r.end(ctx)
			return
		case <-ctx.Done():
			timer.Stop()
			r.finish(ctx)
			return
		case <-r.poke:
			r.another = true
		case <-timer.C:
		}
		timer.Stop()
	}
}

// follow reads until the stream or ctx ends, or the pod is gone and the stream
// dry, or another process runs: after a power cut the old one's stream may hang
// for minutes. It reports whether to go on at once, with that process.
func (r *appReader) follow(ctx context.Context) (again bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	poked := make(chan struct{})
	go func() {
		select {
		case <-r.gone:
			pause(ctx, appDrain)
			cancel()
		case <-r.poke:
			close(poked)
			cancel()
		case <-ctx.Done():
		}
	}()
	if stream, err := r.transport.Events(ctx, r.pod, r.last.Seq, true); err == nil {
		_ = r.read(stream) // however it ended, the next one goes on where it did
	}
	select {
	case <-poked:
		return true
	default:
		return false
	}
}

// printed reads what the app's container printed.
func (r *appReader) printed(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, appLast)
	defer cancel()
	stream, err := r.transport.Printed(ctx, r.pod)
	if err != nil {
		return fmt.Errorf("read what pod %s printed: %w", r.pod, err)
	}
	return r.read(stream)
}

// read records every line that is an event and has not been read before.
func (r *appReader) read(stream io.ReadCloser) error {
	defer func() { _ = stream.Close() }()
	lines := bufio.NewScanner(stream)
	lines.Buffer(nil, appLine)
	for lines.Scan() {
		if e, err := workloads.ParseEvent(lines.Bytes()); err == nil {
			r.record(e)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the log of pod %s: %w", r.pod, err)
	}
	return nil
}

func (r *appReader) record(e workloads.Event) {
	line := [2]int64{e.Seq, e.Mono}
	if r.seen[line] {
		return
	}
	r.seen[line] = true
	at := offset(r.rec.Clock(), e)
	if r.last.Seq > 0 && e.Seq > r.last.Seq+1 {
		gap(r.rec, []string{history.SourceApp}, r.pod, GapUnread, r.at, at,
			fmt.Sprintf("lines %d to %d of the log were never read", r.last.Seq+1, e.Seq-1))
	}
	r.last, r.at, r.known = e, at, r.rec.Clock().Now()
	i := history.Interval{Source: history.SourceApp, Subject: r.pod, State: e.State, From: at,
		Attrs: attrs(history.AttrRun, fmt.Sprint(e.Run))}
	for name, value := range e.Attrs {
		add(i.Attrs, name, value)
	}
	r.rec.Instant(i)
}

// offset places an app's line in the trial: by the kernel's own clock, with no
// error, or where that is another machine's, by the wall clock.
func offset(c history.Clock, e workloads.Event) time.Duration {
	mono, wall := c.At(e.Mono), c.AtWall(e.Wall)
	if e.Wall.IsZero() || (mono-wall).Abs() < time.Second {
		return mono
	}
	return wall
}

// end is called when the pod is gone.
func (r *appReader) end(ctx context.Context) {
	if r.last.State != history.AppExit {
		_ = r.printed(context.WithoutCancel(ctx))
	}
	if r.last.State != history.AppExit {
		gap(r.rec, []string{history.SourceApp}, r.pod, GapUnread, r.known, max(r.goneAt, r.known),
			fmt.Sprintf("pod is gone; its log was read up to line %d", r.last.Seq))
	}
}

// finish reads what is left when the trial ends.
func (r *appReader) finish(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), appLast)
	defer cancel()
	stream, err := r.transport.Events(ctx, r.pod, r.last.Seq, false)
	if err == nil {
		err = r.read(stream)
	}
	if err == nil || r.printed(ctx) == nil {
		return
	}
	gap(r.rec, []string{history.SourceApp}, r.pod, GapUnread, r.known, r.rec.Clock().Now(), err.Error())
}
