package observe

import (
	"context"
	"fmt"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/seatrial/seatrial/internal/history"
)

// cutLimit is how long the API may be out of reach before that is a gap. A server
// that ends a watch in an orderly way (it does so at random every 30 to 60
// minutes, --min-request-timeout) was never out of reach, however long
// RetryWatcher takes to ask again (a second at most).
const cutLimit = time.Second

// A link keeps account of whether a watch has a connection.
type link struct {
	rec     *history.Recorder
	sources []string
	ready   func()

	mu    sync.Mutex
	first time.Duration // when the watch stood first
	last  time.Duration // when it last said anything, bookmarks included
	cut   *time.Duration
	why   string        // what went wrong since the cut; "": an orderly end
	news  chan struct{} // holds one token when the watch stands again

	stood bool
	blind time.Duration // so long after "steady" events are lost unseen; 0: never. For canaries
}

func newLink(rec *history.Recorder, sources []string, blind time.Duration, ready func()) *link {
	now := rec.Clock().Now()
	return &link{rec: rec, sources: sources, ready: ready, first: now, last: now, blind: blind,
		news: make(chan struct{}, 1)}
}

// up notes that the watch stands, and a gap if the API was out of reach for long.
func (l *link) up() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.rec.Clock().Now()
	if l.cut != nil && l.why != "" && now-*l.cut > cutLimit {
		gap(l.rec, l.sources, "", GapCut, *l.cut, now, "the API could not be reached: "+l.why)
	}
	if !l.stood {
		// Later on it is no word: whether the watch can go on from its last event
		// is said by what follows.
		l.stood, l.first, l.last = true, now, now
		l.ready()
	}
	l.cut, l.why = nil, ""
	select {
	case l.news <- struct{}{}:
	default: // one is enough
	}
}

// everStood reports whether the watch has had a connection at any time.
func (l *link) everStood() bool { l.mu.Lock(); defer l.mu.Unlock(); return l.stood }

// stands reports whether the watch has a connection.
func (l *link) stands() bool { l.mu.Lock(); defer l.mu.Unlock(); return l.cut == nil }

// end notes a gap if the watch is cut and will not be restored any more: an
// object that came and went since is in no LIST either.
func (l *link) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut != nil {
		gap(l.rec, l.sources, "", GapCut, *l.cut, l.rec.Clock().Now(), "the watch was not restored before the end: "+l.why)
	}
}

// down notes that the watch is cut from at on, if it is not already, and what
// went wrong.
func (l *link) down(at time.Duration, why string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut == nil {
		l.cut = &at
	}
	if why != "" {
		l.why = why
	}
}

// anew notes that a LIST made up for all that the watch had lost.
func (l *link) anew() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut, l.why, l.last = nil, "", l.rec.Clock().Now()
}

// word notes that the watch said something, and reports whether to hear it.
func (l *link) word() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.rec.Clock().Now()
	if steady, ok := l.rec.Reached(history.PhaseSteady); l.blind > 0 && ok && now >= steady+l.blind {
		return false
	}
	l.last = now
	return true
}

func (l *link) lastWord() time.Duration  { l.mu.Lock(); defer l.mu.Unlock(); return l.last }
func (l *link) firstWord() time.Duration { l.mu.Lock(); defer l.mu.Unlock(); return l.first }

// tapped returns the kind's watch with the link listening in.
func (s *session[T]) tapped() tapper {
	return func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
		w, err := s.kind.watch(ctx, options)
		if err == nil {
			s.link.up()
			return tap(w, s.link), nil
		}
		s.link.down(s.rec.Clock().Now(), err.Error())
		if apierrors.IsGone(err) || apierrors.IsResourceExpired(err) {
			return refusal(err), nil // RetryWatcher would ask for ever; an error event ends it
		}
		return nil, err
	}
}

// A tapper opens a watch; it is a cache.WatcherWithContext.
type tapper func(context.Context, metav1.ListOptions) (watch.Interface, error)

// WatchWithContext implements cache.WatcherWithContext.
func (t tapper) WatchWithContext(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
	return t(ctx, o)
}

// refusal is a watch that only says why there is none.
func refusal(err error) watch.Interface {
	status := &metav1.Status{Status: metav1.StatusFailure, Code: 410, Reason: metav1.StatusReasonExpired, Message: err.Error()}
	w := watch.NewFakeWithChanSize(1, false)
	w.Error(status)
	return w
}

// A tapped watch hands on what it hears and tells the link.
type tappedWatch struct {
	watch.Interface
	out  chan watch.Event
	stop chan struct{}
	once sync.Once
}

func tap(w watch.Interface, l *link) watch.Interface {
	t := &tappedWatch{Interface: w, out: make(chan watch.Event), stop: make(chan struct{})}
	go t.run(l)
	return t
}

// ResultChan implements watch.Interface.
func (t *tappedWatch) ResultChan() <-chan watch.Event { return t.out }

// Stop implements watch.Interface.
func (t *tappedWatch) Stop() {
	t.once.Do(func() { close(t.stop) })
	t.Interface.Stop()
}

func (t *tappedWatch) run(l *link) {
	defer close(t.out)
	why := ""
	since := l.rec.Clock().Now
	for event := range t.Interface.ResultChan() {
		if event.Type == watch.Error {
			// The connection was lost some time ago and nobody noticed: an HTTP/2
			// ping goes unanswered for up to 45 s. Nothing is sure since the last word.
			why, since = fmt.Sprint(apierrors.FromObject(event.Object)), l.lastWord
		} else if !l.word() {
			continue
		}
		select {
		case t.out <- event:
		case <-t.stop:
			return
		}
	}
	l.down(since(), why)
}
