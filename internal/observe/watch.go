package observe

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	toolswatch "k8s.io/client-go/tools/watch"
	"k8s.io/klog/v2"

	"github.com/seatrial/seatrial/internal/history"
)

// object is what the API serves: *corev1.Pod, *corev1.Node.
type object interface {
	metav1.Object
	runtime.Object
}

// A kind says how one kind of object is read from the API and what it means for
// the record.
type kind[T object] struct {
	name    string   // of the observer
	sources []string // that it feeds
	list    func(context.Context, metav1.ListOptions) (version string, items []T, err error)
	watch   func(context.Context, metav1.ListOptions) (watch.Interface, error)
	// translate says which subject is in which state as long as the object is as
	// it is; From and To are set by whoever calls. It is pure.
	translate func(T) []history.Interval
	// better says whether the state a hides the state b, where several objects
	// speak of one subject; nil: each subject belongs to one object.
	better func(a, b history.Interval) bool
	// instants: every version of an object is something that happened at its
	// arrival, not a state that lasts.
	instants bool
	// touch, if set, is told of each version of each object, and of its end.
	touch func(obj T, gone bool)
	// wait bounds the proof at the end.
	wait bounds
	// blind: see Blindfold.
	blind time.Duration
}

// bounds are how long an observer may take for its proof after its context ended.
type bounds struct {
	list    time.Duration // for the final LIST to be answered
	arrival time.Duration // for events that are still on their way after it
	settle  time.Duration // for those of which the LIST shows nothing: their object came and went
}

// defaultBounds is generous: a proof that cannot be given makes a trial INVALID.
// An API server cancels a request after 60 s (--request-timeout); an event that
// is 5 s late on one machine is lost. As a rule an event is some milliseconds
// late; 200 ms is long for it.
var defaultBounds = bounds{list: 15 * time.Second, arrival: 5 * time.Second, settle: 200 * time.Millisecond}

// Name implements Observer.
func (k *kind[T]) Name() string { return k.name }

// Sources lists the sources of the record that k feeds.
func (k *kind[T]) Sources() []string { return k.sources }

// errExpired means that the watch cannot go on from where it was: what happened
// since is in no event any more.
var errExpired = errors.New("watch expired")

// Observe implements Observer: a watch from a LIST's resource version, restarted
// from the last event after each cut, begun anew with a gap where that version
// is gone, and compared with a LIST at the end.
func (k *kind[T]) Observe(ctx context.Context, rec *history.Recorder, ready func()) error {
	// The watch outlives ctx: events of the last moments still count.
	alive, stop := context.WithCancel(klog.NewContext(context.WithoutCancel(ctx), klog.Logger{}))
	defer stop()
	s := &session[T]{kind: k, rec: rec, ledger: newLedger(rec, k.better), known: map[string]known[T]{}}
	s.link = newLink(rec, k.sources, k.blind, ready)

	version, items, err := k.list(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list %s: %w", k.name, err)
	}
	s.reset(items)
	for {
		began := time.Now()
		err := s.follow(ctx, alive, version)
		if err == nil || !errors.Is(err, errExpired) {
			return err
		}
		if time.Since(began) < retryEvery { // a watch that expires at once would be a busy loop
			pause(ctx, retryEvery)
		}
		if version, err = s.relist(ctx, err); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil // the relist was the proof
		}
	}
}

// follow takes events from the version on until ctx ends and the proof is given
// (nil), or the watch cannot go on.
func (s *session[T]) follow(ctx, alive context.Context, version string) error {
	watcher, err := toolswatch.NewRetryWatcherWithContext(alive, version, s.tapped())
	if err != nil {
		return fmt.Errorf("watch %s: %w", s.kind.name, err)
	}
	defer watcher.Stop()
	for {
		select {
		case <-ctx.Done():
			return s.prove(alive, watcher.ResultChan())
		case event, ok := <-watcher.ResultChan():
			if !ok {
				return fmt.Errorf("watch %s: ended: %w", s.kind.name, errExpired)
			}
			if err := s.take(event); err != nil {
				return fmt.Errorf("watch %s: %w", s.kind.name, err)
			}
		}
	}
}

// take records one event.
func (s *session[T]) take(event watch.Event) error {
	if event.Type == watch.Error {
		err := apierrors.FromObject(event.Object)
		if refused(err) && !s.link.everStood() {
			return err
		}
		return fmt.Errorf("%w: %w", errExpired, err)
	}
	obj, ok := event.Object.(T)
	if !ok {
		return fmt.Errorf("unexpected object %T", event.Object)
	}
	at := s.rec.Clock().Now()
	if event.Type != watch.Deleted {
		s.note(obj, at)
		return nil
	}
	if !s.kind.instants {
		s.note(obj, at) // its last words came with its end
	}
	s.forget(obj, at)
	return nil
}

// relist begins anew after the watch expired: what changed since the last word
// is known only by its outcome, so the span is a gap.
func (s *session[T]) relist(ctx context.Context, why error) (string, error) {
	from, began := s.link.lastWord(), time.Now()
	for {
		version, items, err := s.kind.list(context.WithoutCancel(ctx), metav1.ListOptions{})
		if err == nil {
			s.reset(items)
			gap(s.rec, s.kind.sources, "", GapRelisted, from, s.rec.Clock().Now(), why.Error())
			s.link.anew()
			return version, nil
		}
		if refused(err) && time.Since(began) > refusedLimit || ctx.Err() != nil {
			return "", fmt.Errorf("list %s after its watch expired: %w", s.kind.name, err)
		}
		pause(ctx, retryEvery)
	}
}

// refusedLimit is how long an API server may refuse what it allowed before: one that
// has just started does so until it has read who may do what.
const refusedLimit = 30 * time.Second

func refused(err error) bool { return apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) }

// retryEvery is the pause between attempts to reach what does not answer; RetryWatcher's own.
const retryEvery = time.Second

// pause waits for d, or less if ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
