package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/seatrial/seatrial/bench/target"
	"github.com/seatrial/seatrial/internal/load"
)

// An order is what a rival is asked to do, as JSON on its stdin. It goes on until
// the end of stdin.
type order struct {
	URL       string
	Rate      int
	KeepAlive bool
	Timeout   time.Duration
}

// A hit is one request as a rival saw it. Instants are readings of CLOCK_MONOTONIC.
type hit struct {
	Seq  uint64 `json:"q"`
	At   int64  `json:"a"` // when it began
	Took int64  `json:"t"`
	Good bool   `json:"g"`
}

// readOrder returns the order, and a context that ends with stdin.
func readOrder() (o order, ctx context.Context, err error) {
	in := bufio.NewReader(os.Stdin)
	line, err := in.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &o)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() { _, _ = io.Copy(io.Discard, in); cancel() }()
	return o, ctx, err
}

// monotonic makes a reading of CLOCK_MONOTONIC of Go's time, which holds one.
func monotonic() func(time.Time) int64 {
	base, mono := time.Now(), target.Now()
	return func(t time.Time) int64 { return mono + int64(t.Sub(base)) }
}

// vegetaMain is stock vegeta as its own command line uses its library, its results
// streamed as they come.
func vegetaMain() error {
	o, ctx, err := readOrder()
	if err != nil {
		return err
	}
	mono := monotonic()
	attacker := vegeta.NewAttacker(vegeta.Timeout(o.Timeout), vegeta.KeepAlive(o.KeepAlive))
	go func() { <-ctx.Done(); attacker.Stop() }()
	targeter := vegeta.NewStaticTargeter(vegeta.Target{Method: http.MethodGet, URL: o.URL})
	buffer := bufio.NewWriterSize(os.Stdout, 1<<16)
	out := json.NewEncoder(buffer)
	for r := range attacker.Attack(targeter, vegeta.Rate{Freq: o.Rate, Per: time.Second}, 0, "") {
		h := hit{r.Seq, mono(r.Timestamp), int64(r.Latency), r.Error == "" && r.Code == http.StatusOK}
		if err := out.Encode(h); err != nil {
			return err
		}
	}
	return buffer.Flush()
}

// pollerMain looks once a second, as the downtime checks of most chaos tools do.
func pollerMain() error {
	o, ctx, err := readOrder()
	if err != nil {
		return err
	}
	mono := monotonic()
	client := &http.Client{Timeout: o.Timeout}
	out := json.NewEncoder(os.Stdout)
	tick := time.NewTicker(time.Second / time.Duration(o.Rate))
	defer tick.Stop()
	for n := uint64(0); ; n++ {
		began := time.Now()
		good := false
		if answer, err := client.Get(o.URL); err == nil {
			_, err = io.Copy(io.Discard, answer.Body)
			good = err == nil && answer.StatusCode == http.StatusOK
			_ = answer.Body.Close()
		}
		if err := out.Encode(hit{n, mono(began), int64(time.Since(began)), good}); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// hogMain uses a processor until the end of stdin.
func hogMain() error {
	go func() {
		for n := uint64(1); ; n++ {
			n ^= n << 13
		}
	}()
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// A rival is a process that was started to be measured, or measured against.
type rival struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	ended chan struct{}
	hits  []hit
	err   error
}

// run starts a role of this program.
func (s *scale) run(role string, o order) (*rival, error) { return begin(s.role(role), o) }

// runPinned starts stock vegeta on the first processor.
func (s *scale) runPinned(pin string, o order) (*rival, error) {
	return begin(append([]string{pin, "-c", "0"}, s.role("__vegeta")...), o)
}

func begin(command []string, o order) (*rival, error) {
	r := &rival{cmd: exec.Command(command[0], command[1:]...), ended: make(chan struct{})}
	r.cmd.Stderr = os.Stderr
	var err error
	if r.stdin, err = r.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := r.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", command, err)
	}
	go r.follow(out)
	return r, json.NewEncoder(r.stdin).Encode(o)
}

func (r *rival) follow(out io.Reader) {
	in := json.NewDecoder(bufio.NewReaderSize(out, 1<<16))
	var hits []hit
	for {
		var h hit
		if err := in.Decode(&h); err != nil {
			if !errors.Is(err, io.EOF) {
				r.err = err
			}
			break
		}
		hits = append(hits, h)
	}
	r.hits = hits
	close(r.ended)
}

// stop ends it and returns what it saw, in the order in which requests began.
func (r *rival) stop() ([]hit, error) {
	_ = r.stdin.Close()
	<-r.ended
	err := r.cmd.Wait()
	slices.SortFunc(r.hits, func(a, b hit) int { return int(min(max(a.At-b.At, -1), 1)) })
	return r.hits, errors.Join(r.err, err)
}

// usage is the processor time it took; after stop.
func (r *rival) usage() time.Duration {
	return r.cmd.ProcessState.UserTime() + r.cmd.ProcessState.SystemTime()
}

// hogs start as many as there are processors.
func (s *scale) hogs(n int) (stop func(), err error) {
	var all []*rival
	stop = func() {
		for _, h := range all {
			_, _ = h.stop()
		}
	}
	for range n {
		h, err := s.run("__hog", order{})
		if err != nil {
			stop()
			return nil, err
		}
		all = append(all, h)
	}
	return stop, nil
}

// meter is the command that starts the meter.
func (s *scale) meter() load.Command { return load.Command(s.role("__load")) }

// peak is the most memory that a process has had so far, in bytes.
func peak(pid int) float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(text)) {
		var kib float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kib); n == 1 {
			return kib * 1024
		}
	}
	return 0
}
