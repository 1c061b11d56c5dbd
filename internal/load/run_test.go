package load

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

func TestNullRunHasNoErrors(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(HeaderPod, "web-0")
		_, _ = w.Write([]byte("hello"))
	}))
	defer server.Close()
	var got log
	report, err := Run(t.Context(), Plan{URL: server.URL, Lanes: both(500, 8), MaxDuration: 2 * time.Second}, got.sample, got.gap)
	if err != nil {
		t.Fatal(err)
	}
	if !report.Bound {
		t.Error("ended by its bound, and does not say so")
	}
	for _, lane := range report.Lanes {
		complete(t, &got, lane)
		if lane.Slots != 1000 || lane.Failures() != 0 {
			t.Errorf("%d slots, failed %v", lane.Slots, lane.Failed)
		}
		if lane.Pods["web-0"] != lane.OK || lane.OK == 0 || lane.Latency.Count > int64(lane.OK) {
			t.Errorf("%d good, pods %v, %d latencies", lane.OK, lane.Pods, lane.Latency.Count)
		}
		t.Logf("%s: %d good, %v skipped, lateness p50 %v p99 %v max %v, latency p50 %v p99 %v", lane.Name, lane.OK, lane.Skipped,
			lane.Lateness.P50, lane.Lateness.P99, lane.Lateness.Max, lane.Latency.P50, lane.Latency.P99)
	}
	if fresh := report.Lane(history.LaneFresh); fresh.Opened != fresh.Sent {
		t.Errorf("fresh opened %d connections for %d requests", fresh.Opened, fresh.Sent)
	}
	if reused := report.Lane(history.LaneReused); reused.Opened != 8+reused.Ousted {
		t.Errorf("reused opened %d connections, want 8 + %d", reused.Opened, reused.Ousted)
	}
	t.Logf("cpu %v, stalls %d", report.CPU, len(report.Stalls))
}

func TestLanesAreShifted(t *testing.T) {
	t.Parallel()
	tg := newTarget(t)
	var got log
	if _, err := Run(t.Context(), Plan{URL: tg.url(), Lanes: both(100, 2), MaxDuration: 100 * time.Millisecond}, got.sample, got.gap); err != nil {
		t.Fatal(err)
	}
	fresh, reused := got.lane(history.LaneFresh), got.lane(history.LaneReused)
	if shift := reused[0].Due - fresh[0].Due; shift != 5*time.Millisecond {
		t.Errorf("lanes of 100/s are %v apart, want 5ms", shift)
	}
}

func TestRunStopsWhenTold(t *testing.T) {
	t.Parallel()
	tg := newTarget(t)
	ctx, cancel := context.WithCancel(t.Context())
	var got log
	n := 0
	report, err := Run(ctx, Plan{URL: tg.url(), Lanes: both(100, 2), MaxDuration: time.Minute}, func(s history.Sample) {
		got.sample(s)
		if n++; n == 20 {
			cancel()
		}
	}, got.gap)
	if err != nil || report.Bound || report.To > 10*time.Second {
		t.Errorf("%+v, %v", report, err)
	}
	for _, lane := range report.Lanes {
		complete(t, &got, lane)
	}
}

func TestOffsetsCountFromTheTrialsStart(t *testing.T) {
	t.Parallel()
	tg := newTarget(t)
	start := history.StartClock()
	earlier := start.Monotonic - int64(time.Hour)
	var got log
	_, err := Run(t.Context(), Plan{URL: tg.url(), Lanes: both(100, 2)[:1], MaxDuration: 50 * time.Millisecond, Origin: earlier}, got.sample, got.gap)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range got.lane(history.LaneFresh) {
		if s.Due < time.Hour || s.Due > time.Hour+time.Minute || s.Attempts > 0 && s.Sent < s.Due {
			t.Errorf("due at %v, sent at %v, an hour into the trial", s.Due, s.Sent)
		}
	}
}

func TestPinnedConnectionsTakeTurns(t *testing.T) {
	t.Parallel()
	tg := newTarget(t)
	var got log
	report, err := Run(t.Context(), Plan{URL: tg.url(), Lanes: both(200, 5)[1:], MaxDuration: time.Second}, got.sample, got.gap)
	if err != nil {
		t.Fatal(err)
	}
	if report.Lanes[0].Ousted > 0 || report.Lanes[0].Skips() > 0 {
		t.Skip("the machine was too busy to keep the turns")
	}
	if tg.accepted != 5 {
		t.Errorf("%d connections, want 5", tg.accepted)
	}
	slots := got.lane(history.LaneReused)
	for i, s := range slots {
		if i >= 5 && (s.Conn != slots[i-5].Conn || !s.Reused) {
			t.Errorf("slot %d went over connection %d (reused %v), five slots earlier it was %d", i, s.Conn, s.Reused, slots[i-5].Conn)
		}
	}
}

func TestNoSlotWaitsForABusyConnection(t *testing.T) {
	t.Parallel()
	tg := newTarget(t)
	tg.become(modeHole)
	var got log
	report, err := Run(t.Context(), Plan{URL: tg.url(), Lanes: both(100, 2)[1:], Timeout: 300 * time.Millisecond, MaxDuration: 500 * time.Millisecond}, got.sample, got.gap)
	if err != nil {
		t.Fatal(err)
	}
	if report.Lanes[0].Ousted == 0 {
		t.Error("no connection was replaced though both hung")
	}
	if late := report.Lanes[0].Lateness.Max; late > overdue+time.Millisecond {
		t.Errorf("a slot was sent %v late", late)
	}
	if report.Lanes[0].Answered != 0 {
		t.Errorf("%d answers from a target that never answered", report.Lanes[0].Answered)
	}
}

func TestThrottledGeneratorSaysSo(t *testing.T) {
	t.Parallel()
	tg := newTarget(t)
	var got log
	report, err := Run(t.Context(), Plan{URL: tg.url(), Lanes: both(100, 2)[:1], MaxDuration: time.Second, Throttle: 10}, got.sample, got.gap)
	if err != nil {
		t.Fatal(err)
	}
	lane := report.Lanes[0]
	complete(t, &got, lane)
	if lane.Sent > 11 || lane.Skipped[history.ClassSaturated] == 0 || lane.Sent+lane.Skips() != 100 || lane.Failures() > 0 {
		t.Errorf("sent %d, skipped %v, failed %v", lane.Sent, lane.Skipped, lane.Failed)
	}
}

func TestSilentRetryIsVisible(t *testing.T) {
	t.Parallel()
	tg := newTarget(t)
	var got log
	plan := Plan{URL: tg.url(), Lanes: both(100, 2)[1:], MaxDuration: 800 * time.Millisecond, HideRetries: true}
	if _, err := Run(t.Context(), plan, tg.breakEvery(10, &got), got.gap); err != nil {
		t.Fatal(err)
	}
	s, err := got.first(history.LaneReused, func(s history.Sample) bool { return s.Class == history.ClassRetried })
	if err != nil || s.Attempts != 2 || s.Code != 200 {
		t.Errorf("%+v, %v; classes %v", s, err, got.classes(history.LaneReused))
	}
	// The same break, by a client that hides nothing.
	plan.HideRetries = false
	got = log{}
	if _, err := Run(t.Context(), plan, tg.breakEvery(10, &got), got.gap); err != nil {
		t.Fatal(err)
	}
	s, err = got.first(history.LaneReused, func(s history.Sample) bool { return s.Class.Failed() })
	if err != nil || s.Class != history.ClassReset || s.Attempts != 1 || !s.Reused || s.Reprobe == "" {
		t.Errorf("%+v, %v; classes %v", s, err, got.classes(history.LaneReused))
	}
}
