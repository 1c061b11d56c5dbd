package observe

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/seatrial/seatrial/internal/history"
)

// The states of gaps of an API watch.
const (
	GapRelisted = "relisted" // the watch expired and was begun anew from a LIST
	GapCut      = "cut"      // the API could not be reached for more than a second (what changed in it came right after), or not any more
	GapMissed   = "missed"   // the final LIST shows what no event told
	GapUnproven = "unproven" // the final LIST could not be had
)

// A session is one run of a kind's observer.
type session[T object] struct {
	kind   *kind[T]
	rec    *history.Recorder
	ledger *ledger
	link   *link
	known  map[string]known[T] // by namespace/name, the deleted too
}

// known is what a session knows of an object.
type known[T object] struct {
	obj     T
	version string // the latest resource version seen
	gone    bool
	at      time.Duration // when that came
}

func key(obj metav1.Object) string {
	return strings.TrimPrefix(obj.GetNamespace()+"/"+obj.GetName(), "/")
}

// note records the object as it is now.
func (s *session[T]) note(obj T, at time.Duration) {
	if was, ok := s.known[key(obj)]; ok && !was.gone && was.obj.GetUID() != obj.GetUID() {
		s.forget(was.obj, at) // another of the same name; the end of the first was not seen
	}
	s.known[key(obj)] = known[T]{obj: obj, version: obj.GetResourceVersion(), at: at}
	if s.kind.translate != nil {
		facts := s.kind.translate(obj)
		if s.kind.instants {
			s.ledger.instants(facts, at)
		} else {
			s.ledger.set(key(obj), facts, at)
		}
	}
	if s.kind.touch != nil {
		s.kind.touch(obj, false)
	}
}

// forget records that the object is gone; its last state has been noted before.
func (s *session[T]) forget(obj T, at time.Duration) {
	s.known[key(obj)] = known[T]{obj: obj, version: obj.GetResourceVersion(), gone: true, at: at}
	s.ledger.set(key(obj), nil, at)
	if s.kind.touch != nil {
		s.kind.touch(obj, true)
	}
}

// reset takes over a LIST: all that it has, and the end of all that it has not.
// Instants that it lists happened before anybody looked and are left out.
func (s *session[T]) reset(items []T) {
	at := s.rec.Clock().Now()
	listed := map[string]bool{}
	for _, obj := range items {
		listed[key(obj)] = true
		was, ok := s.known[key(obj)]
		switch {
		case ok && !was.gone && was.version == obj.GetResourceVersion():
		case s.kind.instants:
			s.known[key(obj)] = known[T]{obj: obj, version: obj.GetResourceVersion(), at: at}
		default:
			s.note(obj, at)
		}
	}
	for name, was := range s.known {
		if !listed[name] && !was.gone {
			s.forget(was.obj, at)
		}
	}
}

// prove compares what the events told with a final LIST. Events that are still
// on their way have the bound's time to explain a difference; what is then left
// was missed, and is recorded as a gap from the last that was known of the
// object, with the state of the LIST at its end.
func (s *session[T]) prove(ctx context.Context, events <-chan watch.Event) error {
	version, items, err := s.finalList(ctx)
	if err != nil {
		gap(s.rec, s.kind.sources, "", GapUnproven, s.link.lastWord(), s.rec.Clock().Now(),
			fmt.Sprintf("final list of %s: %v", s.kind.name, err))
		return nil
	}
	why := s.await(events, func() bool { return s.link.stands() && len(s.missed(version, items)) == 0 })
	s.link.end()
	missed := s.missed(version, items)
	s.reset(items)
	now := s.rec.Clock().Now()
	for _, name := range slices.Sorted(maps.Keys(missed)) {
		subject := name[strings.IndexByte(name, '/')+1:]
		gap(s.rec, s.kind.sources, subject, GapMissed, missed[name], now,
			fmt.Sprintf("missed %s %s: the final list has it otherwise than the last event: %s", s.kind.name, name, why))
	}
	return nil
}

// await takes events until the watch stands, all is explained and those of objects
// that came and went unlisted have had their time, and says why it gave up.
func (s *session[T]) await(events <-chan watch.Event, explained func() bool) string {
	late, settled := time.NewTimer(s.kind.wait.arrival), time.NewTimer(s.kind.wait.settle)
	defer late.Stop()
	defer settled.Stop()
	quiet := false
	for !quiet || !explained() {
		select {
		case event, ok := <-events:
			if !ok {
				return "the watch ended"
			}
			if err := s.take(event); err != nil {
				return err.Error()
			}
		case <-s.link.news: // the events of the time without it follow
			quiet = false
			settled.Reset(s.kind.wait.settle)
		case <-settled.C:
			quiet = true
		case <-late.C:
			return fmt.Sprintf("no event within %s", s.kind.wait.arrival)
		}
	}
	return ""
}

// finalList asks until it is answered or the bound is over.
func (s *session[T]) finalList(ctx context.Context) (string, []T, error) {
	ctx, cancel := context.WithTimeout(ctx, s.kind.wait.list)
	defer cancel()
	for {
		version, items, err := s.kind.list(ctx, metav1.ListOptions{})
		if err == nil {
			return version, items, nil
		}
		if ctx.Err() != nil {
			return "", nil, err
		}
		pause(ctx, min(retryEvery, s.kind.wait.list/4))
	}
}

// missed says of which objects the LIST knows what no event told, and since when
// they are unknown. An event as new as the LIST's version of an object, or newer,
// has told; so has an object that began after the LIST.
func (s *session[T]) missed(listVersion string, items []T) map[string]time.Duration {
	missed := map[string]time.Duration{}
	listed := map[string]bool{}
	for _, obj := range items {
		name := key(obj)
		listed[name] = true
		was, ok := s.known[name]
		switch {
		case !ok:
			// Not before it was created, a stamp rounded down to the second.
			missed[name] = max(s.link.firstWord(), s.rec.Clock().AtWall(obj.GetCreationTimestamp().Time))
		case older(was.version, obj.GetResourceVersion()):
			missed[name] = was.at
		}
	}
	for name, was := range s.known {
		if !listed[name] && !was.gone && !older(listVersion, was.version) {
			missed[name] = was.at
		}
	}
	return missed
}

// older reports whether the resource version a is older than b. Versions of one
// resource can be ordered (Kubernetes 1.35, KEP-5504); those that are no numbers
// are older when they differ, which errs on the side of a gap.
func older(a, b string) bool {
	order, err := resourceversion.CompareResourceVersion(a, b)
	if err != nil {
		return a != b
	}
	return order < 0
}
