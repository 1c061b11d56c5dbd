package agent

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/load"
)

// Port is where an agent listens in its pod.
const Port = 7070

// How who drives an agent says that it is its own: the token is in the agent's environment,
// and in a header of each request but those for its clock. Others in the cluster reach the
// port as well, and must not have it load what they like.
const (
	TokenVariable = "SEATRIAL_AGENT_TOKEN"
	TokenHeader   = "Seatrial-Agent-Token"
)

// batchEvery is how long a sample may wait in the agent.
const batchEvery = 100 * time.Millisecond

// A server is an agent.
type server struct {
	meter load.Command

	mu      sync.Mutex
	process *load.Process // of the measurement, if one was begun
	store   *store
}

// Handler is an agent that starts its meter by the command, for who has the token.
func Handler(meter load.Command, token string) http.Handler {
	s := &server{meter: meter}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /clock", s.clock)
	mux.HandleFunc("POST /start", guarded(token, s.start))
	mux.HandleFunc("GET /frames", guarded(token, s.frames))
	mux.HandleFunc("POST /stop", guarded(token, s.stop))
	return mux
}

// guarded lets in who has the token.
func guarded(token string, do http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get(TokenHeader)), []byte(token)) != 1 {
			http.Error(w, "this agent is somebody else's", http.StatusForbidden)
			return
		}
		do(w, r)
	}
}

// Main is the agent's process. It ends with ctx.
func Main(ctx context.Context, meter load.Command) error {
	token := os.Getenv(TokenVariable)
	if token == "" {
		return fmt.Errorf("serve as an agent: %s is not set: nobody could be told from anybody else", TokenVariable)
	}
	server := &http.Server{Addr: fmt.Sprintf(":%d", Port), Handler: Handler(meter, token), ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve as an agent: %w", err)
	}
	return nil
}

// reading is what a clock said.
type reading struct {
	Monotonic int64 `json:"monotonic"` // CLOCK_MONOTONIC, nanoseconds
}

func (s *server) clock(w http.ResponseWriter, _ *http.Request) {
	_ = json.NewEncoder(w).Encode(reading{history.MonotonicNow()})
}

// start begins a measurement. A second one beside it is refused; one after it takes its
// place: who drives the agent has read all of the first by then (see Session.Stop).
func (s *server) start(w http.ResponseWriter, r *http.Request) {
	var plan load.Plan
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4*load.BodyMost)).Decode(&plan); err != nil {
		http.Error(w, "read the plan: "+err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process != nil && !over(s.process) {
		http.Error(w, "this agent measures already", http.StatusConflict)
		return
	}
	kept := newStore()
	b := &batch{store: kept}
	ctx := context.WithoutCancel(r.Context()) // the measurement outlives the request that began it
	process, err := load.Start(ctx, s.meter, plan, b.sample, b.gap)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	s.process, s.store = process, kept
	go b.run(ctx, process)
	w.WriteHeader(http.StatusNoContent)
}

func over(p *load.Process) bool {
	select {
	case <-p.Done():
		return true
	default:
		return false
	}
}

func (s *server) stop(w http.ResponseWriter, r *http.Request) {
	process, _ := s.now()
	if process == nil {
		http.Error(w, "this agent measures nothing", http.StatusConflict)
		return
	}
	if _, err := process.Stop(context.WithoutCancel(r.Context())); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *server) now() (*load.Process, *store) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.process, s.store
}

// frames sends the frames from number "from" on, and those that follow as they come.
func (s *server) frames(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.URL.Query().Get("from"))
	if err != nil || n < 0 {
		http.Error(w, "from which frame?", http.StatusBadRequest)
		return
	}
	_, kept := s.now()
	if kept == nil {
		http.Error(w, "this agent measures nothing", http.StatusConflict)
		return
	}
	out := http.NewResponseController(w)
	for {
		lines, more, change := kept.from(n)
		for _, line := range lines {
			if _, err := w.Write(line); err != nil {
				return
			}
		}
		n += len(lines)
		if err := out.Flush(); err != nil || !more {
			return
		}
		select {
		case <-change:
		case <-r.Context().Done():
			return
		}
	}
}

// A batch puts what the meter says into frames.
type batch struct {
	store *store
	mu    sync.Mutex
	frame Frame
}

func (b *batch) sample(x history.Sample) {
	b.mu.Lock()
	b.frame.Samples = append(b.frame.Samples, x)
	b.mu.Unlock()
}

func (b *batch) gap(i history.Interval) {
	b.mu.Lock()
	b.frame.Gaps = append(b.frame.Gaps, i)
	b.mu.Unlock()
}

// flush keeps what has come since the last one.
func (b *batch) flush() error {
	b.mu.Lock()
	f := b.frame
	b.frame = Frame{}
	b.mu.Unlock()
	if len(f.Samples)+len(f.Gaps) == 0 {
		return nil
	}
	return b.store.add(f)
}

// run flushes until the meter has ended, and then says how.
func (b *batch) run(ctx context.Context, process *load.Process) {
	tick := time.NewTicker(batchEvery)
	defer tick.Stop()
	for over := false; !over; {
		select {
		case <-tick.C:
		case <-process.Done():
			over = true
		}
		if err := b.flush(); err != nil {
			_ = b.store.add(Frame{Error: err.Error()})
			_, _ = process.Stop(ctx)
			return
		}
	}
	report, err := process.Wait()
	if err != nil {
		_ = b.store.add(Frame{Error: err.Error()})
		return
	}
	_ = b.store.add(Frame{Report: &report})
}
