package observe

import (
	"context"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// oomSeen waits until the record has n OOM kills.
func oomSeen(t *testing.T, rec *history.Recorder, n int) []history.Interval {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	err := Until(ctx, rec, "an OOM kill", func(is []history.Interval) bool { return instants(is, "oom") >= n })
	if err != nil {
		t.Fatal(err)
	}
	return rec.Snapshot()
}

// instants counts the intervals of a state.
func instants(is []history.Interval, state string) int {
	n := 0
	for _, i := range is {
		if i.State == state {
			n++
		}
	}
	return n
}

func TestFeedShowsEachTrialItsOwnTime(t *testing.T) {
	m := &machine{}
	feed, err := NewFeed(t.Context(), Runtime, m.stream, "worker")
	if err != nil {
		t.Fatal(err)
	}
	m.say("k8s.io", "/tasks/oom", `{"container_id":"before"}`)
	early := newRecorder()
	first := armed(t, early, feed.Observer())
	<-time.After(50 * time.Millisecond)
	late := newRecorder()
	second := armed(t, late, feed.Observer())
	m.say("k8s.io", "/tasks/oom", `{"container_id":"both"}`)
	a, b := oomSeen(t, early, 1), oomSeen(t, late, 1)
	if diff := a[len(a)-1].From - b[len(b)-1].From; diff < 50*time.Millisecond || diff > 5*time.Second {
		t.Errorf("the same event is %s later in the older record; the records began 50 ms apart", diff)
	}
	stop(t, second)
	m.say("k8s.io", "/tasks/oom", `{"container_id":"first alone"}`)
	oomSeen(t, early, 2)
	if got := instants(late.Snapshot(), "oom"); got != 1 {
		t.Errorf("the trial that ended has %d events, want 1", got)
	}
	stop(t, first)
	if err := feed.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestFeedLeavesAGapForWhatWasCutOff(t *testing.T) {
	m := &machine{}
	feed, err := NewFeed(t.Context(), Runtime, m.stream, "worker")
	if err != nil {
		t.Fatal(err)
	}
	rec := newRecorder()
	a := armed(t, rec, feed.Observer())
	m.power(false)
	for deadline := time.Now().Add(10 * time.Second); ; {
		feed.mu.Lock()
		down := len(feed.down)
		feed.mu.Unlock()
		if down == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the feed never noticed")
		}
		<-time.After(time.Millisecond)
	}
	stop(t, a)
	gaps := rec.History().Gaps
	if len(gaps) != 1 || gaps[0].Source != history.SourceRuntime || gaps[0].Subject != "worker" || gaps[0].State != GapCut || gaps[0].To < gaps[0].From {
		t.Errorf("gaps %v, want one of the worker's runtime", gaps)
	}
	_ = feed.Stop(t.Context())
}

func TestFeedNeedsEveryNode(t *testing.T) {
	m := &machine{off: true}
	if _, err := NewFeed(t.Context(), Runtime, m.stream, "worker"); err == nil {
		t.Error("a feed of a node that is off came up")
	}
}

func TestFeedShowsATrialItsOwnBusiness(t *testing.T) {
	m := &machine{}
	feed, err := NewFeed(t.Context(), Runtime, m.stream, "worker")
	if err != nil {
		t.Fatal(err)
	}
	mine, all := newRecorder(), newRecorder()
	first := armed(t, mine, feed.ObserverOf(func(i history.Interval) bool { return i.Attrs[history.AttrContainerID] == "mine" }))
	second := armed(t, all, feed.Observer())
	m.say("k8s.io", "/tasks/oom", `{"container_id":"mine"}`)
	m.say("k8s.io", "/tasks/oom", `{"container_id":"theirs"}`)
	oomSeen(t, all, 2)
	if got := instants(mine.Snapshot(), "oom"); got != 1 {
		t.Errorf("%d events, want its own", got)
	}
	stop(t, first)
	stop(t, second)
	_ = feed.Stop(t.Context())
}
