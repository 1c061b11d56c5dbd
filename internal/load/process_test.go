package load

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

var self = Command{os.Args[0], "__load"}

// started starts a meter of its own process at a good target.
func started(t *testing.T, plan Plan) (*Process, *log) {
	t.Helper()
	got := &log{}
	p, err := Start(t.Context(), self, plan, got.sample, got.gap)
	if err != nil {
		t.Fatal(err)
	}
	return p, got
}

func TestProcessMeasuresAndStops(t *testing.T) {
	t.Parallel()
	tg := newTarget(t)
	clock := history.StartClock()
	p, got := started(t, Plan{URL: tg.url(), Lanes: both(200, 4), MaxDuration: time.Minute, Origin: clock.Monotonic})
	if p.PID() == os.Getpid() || p.PID() == 0 {
		t.Errorf("process %d", p.PID())
	}
	<-time.After(500 * time.Millisecond)
	report, err := p.Stop(t.Context())
	if err != nil || report.Bound {
		t.Fatalf("%+v, %v", report, err)
	}
	for _, lane := range report.Lanes {
		complete(t, got, lane)
		if lane.Failures() > 0 || lane.OK < 50 {
			t.Errorf("%d good, failed %v, skipped %v", lane.OK, lane.Failed, lane.Skipped)
		}
	}
	if s := firstSent(got.lane(history.LaneReused)); s.Due <= 0 || s.Due > clock.Now() || s.Pod != "web-0" || s.Version != "v1" || s.Via == "" {
		t.Errorf("first slot %+v", s)
	}
	if report.CPU == 0 || len(report.Lane(history.LaneFresh).Latency.Histogram) == 0 {
		t.Errorf("no processor time or no histogram: %+v", report)
	}
	if again, err := p.Wait(); err != nil || again.To != report.To {
		t.Errorf("a second wait says otherwise: %v", err)
	}
}

// firstSent is the first slot that a stall of this machine did not take.
func firstSent(slots []history.Sample) history.Sample {
	for _, s := range slots {
		if !s.Class.Skipped() {
			return s
		}
	}
	return history.Sample{}
}

func TestProcessIsBounded(t *testing.T) {
	t.Parallel()
	tg := newTarget(t)
	p, got := started(t, Plan{URL: tg.url(), Lanes: both(50, 2), MaxDuration: 200 * time.Millisecond})
	report, err := p.Wait()
	if err != nil || !report.Bound || len(got.lane(history.LaneFresh)) != 10 {
		t.Errorf("%+v, %v", report, err)
	}
}

// A stopped generator is found from inside, and is nobody's downtime.
func TestStoppedGeneratorIsNoDowntime(t *testing.T) {
	t.Parallel()
	tg := newTarget(t)
	p, got := started(t, Plan{URL: tg.url(), Lanes: both(500, 16), Timeout: 200 * time.Millisecond, MaxDuration: time.Minute})
	<-time.After(200 * time.Millisecond)
	for range 2 {
		send(t, p, syscall.SIGSTOP)
		<-time.After(300 * time.Millisecond)
		send(t, p, syscall.SIGCONT)
		<-time.After(200 * time.Millisecond)
	}
	report, err := p.Stop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var stopped []history.Interval
	for _, g := range got.gaps {
		if g.Source == history.SourceLoad && g.Subject == "" && g.To-g.From >= 290*time.Millisecond {
			stopped = append(stopped, g)
		}
	}
	if len(stopped) != 2 {
		t.Errorf("%d long gaps, want 2: %v", len(stopped), got.gaps)
	}
	for _, lane := range report.Lanes {
		complete(t, got, lane)
		if lane.Failures() > 0 || lane.Skipped[history.ClassStall] < 2*130 {
			t.Errorf("%s: failed %v, skipped %v", lane.Name, lane.Failed, lane.Skipped)
		}
		onlyStalled(t, got.lane(lane.Name), stopped)
	}
}

// onlyStalled expects that each slot due in one of these gaps is laid to it. A
// slot elsewhere may be "saturated" where the machine is short of processors.
func onlyStalled(t *testing.T, slots []history.Sample, gaps []history.Interval) {
	t.Helper()
	for _, s := range slots {
		for _, g := range gaps {
			if s.Due > g.From && s.Due < g.To-overdue && s.Sent == 0 && s.Class != history.ClassStall {
				t.Errorf("slot %d of %s, due %v in a stall of %v..%v, is %s", s.Seq, s.Lane, s.Due, g.From, g.To, s.Class)
			}
		}
	}
}

// A target that is silent is found silent although the generator stood still
// meanwhile, because each request is given as much longer; nothing else that went
// wrong across the stall counts.
func TestTimeOutAcrossAStall(t *testing.T) {
	t.Parallel()
	tg := newTarget(t)
	const timeout = 150 * time.Millisecond
	p, got := started(t, Plan{URL: tg.url(), Lanes: both(200, 4)[:1], Timeout: timeout, MaxDuration: time.Minute})
	tg.become(modeHole)
	<-time.After(400 * time.Millisecond)
	send(t, p, syscall.SIGSTOP)
	<-time.After(400 * time.Millisecond)
	send(t, p, syscall.SIGCONT)
	<-time.After(100 * time.Millisecond)
	if _, err := p.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	across := 0
	for _, s := range got.lane(history.LaneFresh) {
		if !s.Class.Failed() {
			continue
		}
		awake := s.Sent + s.Took - s.Due
		for _, g := range got.gaps {
			if g.Subject == "" && g.Overlaps(s.Due, s.Sent+s.Took) {
				awake -= min(g.To, s.Sent+s.Took) - max(g.From, s.Due)
				across++
			}
		}
		if awake < timeout-overdue {
			t.Errorf("slot %d, due %v, failed (%s) when the target had had only %v", s.Seq, s.Due, s.Class, awake)
		}
	}
	if across < 20 {
		t.Errorf("only %d slots failed in flight across the stall; %v", across, got.classes(history.LaneFresh))
	}
}

func send(t *testing.T, p *Process, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(p.PID(), s); err != nil {
		t.Fatal(err)
	}
}

func TestProcessThatIsKilledIsAnError(t *testing.T) {
	tg := newTarget(t)
	p, _ := started(t, Plan{URL: tg.url(), Lanes: both(50, 2), MaxDuration: time.Minute})
	send(t, p, syscall.SIGKILL)
	<-p.Done()
	if _, err := p.Stop(t.Context()); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("error %v", err)
	}
}

func TestStopGivesUpWhenItsContextEnds(t *testing.T) {
	tg := newTarget(t)
	p, _ := started(t, Plan{URL: tg.url(), Lanes: both(50, 2), MaxDuration: time.Minute})
	send(t, p, syscall.SIGSTOP)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := p.Stop(ctx); err == nil {
		t.Error("a process that does not stop is no error")
	}
}

func TestProcessEndsWithItsParent(t *testing.T) {
	tg := newTarget(t)
	cmd := exec.Command(self[0], self[1])
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	plan, _ := json.Marshal(Plan{URL: tg.url(), Lanes: both(50, 2), MaxDuration: time.Minute})
	_, _ = in.Write(append(plan, '\n'))
	_ = in.Close() // as the kernel does for a parent that dies
	if err := cmd.Wait(); err != nil {
		t.Errorf("meter without a parent: %v", err)
	}
}

func TestStartSaysWhatIsWrong(t *testing.T) {
	tg := newTarget(t)
	plan := Plan{URL: tg.url(), Lanes: both(50, 2), MaxDuration: time.Second}
	elsewhere := plan
	elsewhere.NetNS = "/nowhere/net"
	for _, c := range []struct {
		command Command
		plan    Plan
		want    string
	}{
		{Command{"/nowhere/seatrial"}, plan, "no such file"},
		{Command{}, plan, "no command"},
		{Command{"/bin/sh", "-c", "echo cannot do it >&2; exit 7"}, plan, "cannot do it"},
		{self, elsewhere, "network namespace"},
		{self, Plan{URL: tg.url(), Lanes: both(50, 2)}, "bounded"},
	} {
		p, err := Start(t.Context(), c.command, c.plan, func(history.Sample) {}, func(history.Interval) {})
		if err == nil || !strings.Contains(err.Error(), c.want) || p != nil {
			t.Errorf("%v: %v, want %q", c.command, err, c.want)
		}
	}
}

// Whoever reads slowly does not make the meter late.
func TestSlowReaderDelaysNothing(t *testing.T) {
	tg := newTarget(t)
	first := true
	got := &log{}
	p, err := Start(t.Context(), self, Plan{URL: tg.url(), Lanes: both(500, 4), MaxDuration: 1500 * time.Millisecond}, func(s history.Sample) {
		if got.sample(s); first {
			first = false
			<-time.After(time.Second)
		}
	}, got.gap)
	if err != nil {
		t.Fatal(err)
	}
	report, err := p.Wait()
	if err != nil {
		t.Fatal(err)
	}
	for _, lane := range report.Lanes {
		complete(t, got, lane)
		if lane.Slots != 750 || lane.Failures() > 0 {
			t.Errorf("%d slots, failed %v", lane.Slots, lane.Failed)
		}
	}
}

func TestProcessMainRefusesWhatItCannotRead(t *testing.T) {
	for in, want := range map[string]string{
		"":                   "read plan",
		"nonsense\n":         "read plan",
		`{"url":"x"}`:        "read plan", // cut off
		`{"url":"x"}` + "\n": "bounded",
	} {
		var out, said bytes.Buffer
		if code := ProcessMain([]string{"--entered"}, strings.NewReader(in), &out, &said); code != 3 || !strings.Contains(said.String(), want) {
			t.Errorf("%q: exit %d, %q", in, code, said.String())
		}
		if err := readFrames(&out, (&Process{sending: make(chan struct{})}).take); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: the frame says %v", in, err)
		}
	}
	if code := ProcessMain([]string{"--what"}, strings.NewReader(""), io.Discard, io.Discard); code != 64 {
		t.Errorf("wrong usage exits %d", code)
	}
}
