package measure

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/agent"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/load"
)

// placed is an agent in this process.
func placed(t *testing.T, name string) *agent.Remote {
	t.Helper()
	server := httptest.NewServer(agent.Handler(load.Command{os.Args[0], "__load"}, ""))
	t.Cleanup(server.Close)
	return &agent.Remote{Name: name, Node: "w1", Label: name, Ask: func(ctx context.Context, method, path string, body []byte) (io.ReadCloser, error) {
		req, err := http.NewRequestWithContext(ctx, method, server.URL+"/"+path, bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			return nil, err
		}
		if answer.StatusCode >= 300 {
			text, _ := io.ReadAll(answer.Body)
			_ = answer.Body.Close()
			return nil, fmt.Errorf("%s: %s", answer.Status, text)
		}
		return answer.Body, nil
	}}
}

// instants are when a lane's only outage began and ended, on the wall.
func instants(t *testing.T, r Result, lane string) (began, ended time.Time) {
	t.Helper()
	l := r.Lanes[lane]
	if len(l.Windows) != 1 {
		t.Fatalf("lane %s: %+v", lane, l)
	}
	at := func(ms float64) time.Time { return r.StartedAt.Add(time.Duration(ms * float64(time.Millisecond))) }
	return at(l.Windows[0].BeganMs), at(l.Windows[0].EndedMs)
}

// Two agents and the lanes from here see the same outage at the same time, and what
// the agents measured is put together.
func TestAgentsAgreeWithTheLocalLanes(t *testing.T) {
	for range tries {
		tg := newTarget(t)
		local, remote := options(tg.url), options(tg.url)
		local.Duration, remote.Duration = 2*time.Second, 2*time.Second
		remote.Agents = []*agent.Remote{placed(t, "a"), placed(t, "b")}
		time.AfterFunc(800*time.Millisecond, func() { tg.bad.Store(true) })
		time.AfterFunc(1200*time.Millisecond, func() { tg.bad.Store(false) })
		var results [2]Result
		var errs [2]error
		var both sync.WaitGroup
		for i, o := range []Options{local, remote} {
			both.Go(func() { results[i], errs[i] = Run(t.Context(), o, nil) })
		}
		both.Wait()
		if errs[0] != nil || errs[1] != nil {
			t.Fatal(errs)
		}
		if len(results[0].Tester.Stalls)+len(results[1].Tester.Stalls) > 0 {
			continue // this machine stood still
		}
		if slow(results[0]) || slow(results[1]) {
			continue // it could not answer all three meters: the target only ever answers 503
		}
		agree(t, results[0], results[1])
		return
	}
	t.Skipf("this machine stood still in each of %d measurements", tries)
}

// slow reports whether requests failed in another way than the target makes them fail,
// or waited so long that those due before the outage were answered in it.
func slow(r Result) bool {
	for _, l := range r.Latency {
		if l.Corrected.Max > 15 {
			return true
		}
	}
	for _, lane := range r.Lanes {
		for _, w := range lane.Windows {
			if w.Classes["status"] != w.Failed {
				return true
			}
		}
	}
	return false
}

func agree(t *testing.T, local, remote Result) {
	t.Helper()
	if remote.Verdict != judge.Pass || len(remote.Tester.Clocks) != 2 {
		t.Errorf("%s %s, clocks %+v", remote.Verdict, remote.Reason, remote.Tester.Clocks)
	}
	began, ended := instants(t, local, history.LaneFresh)
	for _, lane := range []string{"fresh@a", "fresh@b", "reused@a"} {
		b, e := instants(t, remote, lane)
		if b.Sub(began).Abs() > 25*time.Millisecond || e.Sub(ended).Abs() > 25*time.Millisecond {
			t.Errorf("lane %s: from %s to %s, from here %s to %s", lane, b, e, began, ended)
		}
	}
	parts := remote.Latency["fresh@a"].Corrected.Count + remote.Latency["fresh@b"].Corrected.Count
	if got := remote.Latency[history.LaneFresh].Corrected.Count; got != parts || got < 100 {
		t.Errorf("%d answers in all, %d of the agents", got, parts)
	}
}

// An agent that cannot start says why, and the others are stopped.
func TestAnAgentThatCannotStart(t *testing.T) {
	tg := newTarget(t)
	o := options(tg.url)
	busy := placed(t, "busy")
	session, err := agent.Start(t.Context(), busy, o.plan(history.StartClock()), func(history.Sample) {}, func(history.Interval) {})
	if err != nil {
		t.Fatal(err)
	}
	o.Agents = []*agent.Remote{placed(t, "free"), busy}
	if _, err := Run(t.Context(), o, nil); err == nil || !strings.Contains(err.Error(), "start the meter in busy") {
		t.Errorf("%v", err)
	}
	if _, err := session.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}
