package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// settings are the knobs as they stand. A request looks at them once.
type settings struct {
	Version       string        `json:"version"`
	AnswerTime    time.Duration `json:"answerTime"`
	Drain         time.Duration `json:"drain"`
	ErrorRate     float64       `json:"errorRate"`
	FailBusiness  bool          `json:"failBusiness"`
	Truncate      bool          `json:"truncate"`
	IgnoreSIGTERM bool          `json:"ignoreSigterm"`
	LiveCode      int           `json:"liveCode"`
	ReadyCode     int           `json:"readyCode"`
	UnreadyUntil  time.Time     `json:"unreadyUntil"`
	HangUntil     time.Time     `json:"hangUntil"`
	OutOfMemory   bool          `json:"outOfMemory"` // "caught": everything is answered with 500
	Ready         bool          `json:"ready"`       // boot is done
	Draining      bool          `json:"draining"`    // SIGTERM came
}

// app is one run of the server.
type app struct {
	config config
	log    *eventLog
	exit   func(code int)
	knobs  map[string]func(value string) error

	lock     chan struct{} // a lock that every handler takes and gives back; who can send holds it
	workers  chan struct{} // nil: no limit
	seq      atomic.Uint64 // business answers
	inflight atomic.Int64  // requests that began and did not end, probes too
	memory   memory

	mu      sync.Mutex
	set     settings
	changed chan struct{} // closed when set changes
	stuck   bool
	leaving *int // the status to exit with once the knob is answered
	servers []*http.Server
}

func newApp(c config, log *eventLog, exit func(int)) *app {
	a := &app{config: c, log: log, exit: exit, lock: make(chan struct{}, 1), changed: make(chan struct{})}
	a.set = settings{Version: c.version, AnswerTime: c.answerTime, Drain: c.drain, IgnoreSIGTERM: c.ignoreSIGTERM, ErrorRate: c.errorRate}
	if c.workers > 0 {
		a.workers = make(chan struct{}, c.workers)
	}
	a.knobs = a.knobTable()
	return a
}

// look returns the settings and a channel that is closed when they change.
func (a *app) look() (settings, <-chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.set, a.changed
}

func (a *app) turn(edit func(*settings)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	edit(&a.set)
	close(a.changed)
	a.changed = make(chan struct{})
}

// run serves until a signal ends it. The admin port is there from the first
// moment to the last, whatever state the service is in.
func (a *app) run(signals <-chan os.Signal) error {
	a.log.add(now(), stateStart, attrVersion, a.config.version, attrPID, strconv.Itoa(os.Getpid()))
	if _, _, err := listen(a.config.adminPort, a.admin()); err != nil {
		return err
	}
	if code, so := a.crashes(); so {
		a.end(code)
		return nil
	}
	if n := a.leaks(); n > 0 {
		a.leak(n)
	}
	booted := make(chan error, 1)
	go func() { booted <- a.boot() }()
	for {
		select {
		case err := <-booted:
			if err != nil {
				return err
			}
		case <-signals:
			if a.terminate() {
				return nil
			}
		}
	}
}

// boot takes its time, listens, takes its time again and is ready.
func (a *app) boot() error {
	<-time.After(a.bootTime())
	if err := a.serve(a.config.port, "service", a.service()); err != nil {
		return err
	}
	if p := a.config.probePort; p != 0 && p != a.config.port {
		if err := a.serve(p, "probes", a.probesOnly()); err != nil {
			return err
		}
	}
	<-time.After(a.config.warmUp)
	if err := a.setReadyFile("true"); err != nil {
		return err
	}
	a.turn(func(s *settings) { s.Ready = true })
	a.log.add(now(), stateReady)
	if a.config.crashAfter >= 0 {
		time.AfterFunc(a.config.crashAfter, func() { a.end(a.config.crashCode) })
	}
	return nil
}

// serve opens a port that closes when the app drains, unless it drains already.
func (a *app) serve(port int, kind string, handler http.Handler) error {
	if s, _ := a.look(); s.Draining {
		return nil
	}
	server, actual, err := listen(port, handler)
	if err != nil {
		return err
	}
	a.log.add(now(), stateListen, attrPort, actual, attrKind, kind)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.servers = append(a.servers, server)
	return nil
}

// listen opens a port; port 0 takes any. It returns the one that it took.
func listen(port int, handler http.Handler) (server *http.Server, actual string, err error) {
	l, err := net.Listen("tcp", ":"+strconv.Itoa(port))
	if err != nil {
		return nil, "", fmt.Errorf("listen: %w", err)
	}
	// No time-outs: connections that a meter pinned may rest for as long as they like, the first request included.
	server = &http.Server{Handler: handler} //nolint:gosec // nobody attacks it but us
	go func() { _ = server.Serve(l) }()
	_, actual, err = net.SplitHostPort(l.Addr().String())
	return server, actual, err
}
