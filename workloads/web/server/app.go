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
	NotServing    bool          `json:"notServing"`  // the gRPC health service says NOT_SERVING
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
	hoard    hoard
	spoilt   atomic.Bool // the first answer that was spoilt is in the log

	dependency *dependency // nil: none
	named      *dependency // nil: none

	mu      sync.Mutex
	set     settings
	changed chan struct{} // closed when set changes
	stuck   bool
	leaving *int // the status to exit with once the knob is answered
	servers []*http.Server
	door    *door // of the service port, once it is open
}

func newApp(c config, log *eventLog, exit func(int)) *app {
	a := &app{config: c, log: log, exit: exit, lock: make(chan struct{}, 1), changed: make(chan struct{})}
	a.set = settings{Version: c.version, AnswerTime: c.answerTime, Drain: c.drain, IgnoreSIGTERM: c.ignoreSIGTERM, ErrorRate: c.errorRate}
	if c.workers > 0 {
		a.workers = make(chan struct{}, c.workers)
	}
	if c.dependency != "" {
		a.dependency = newDependency(c.dependency)
	}
	if c.named != "" {
		a.named = newNamed(c.named)
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
	if _, _, err := listen(a.config.adminPort, &http.Server{Handler: a.admin()}); err != nil { //nolint:gosec // nobody attacks it but us
		return err
	}
	if code, so := a.crashes(); so {
		a.end(code)
		return nil
	}
	if n := a.leaks(); n > 0 {
		a.leak(n)
	}
	burn(a.config.burn)
	if n := a.config.allocate; n > 0 {
		go a.allocate(n)
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
	if a.config.unhealthyAfter >= 0 {
		time.AfterFunc(a.config.unhealthyAfter, a.turnUnhealthy)
	}
	<-time.After(a.bootTime())
	if err := a.open(); err != nil {
		return err
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

// open opens the service port, and those of the probes and of gRPC that are asked for.
func (a *app) open() error {
	server := &http.Server{Handler: a.service(), ConnState: a.noteTCPProbes()} //nolint:gosec // nobody attacks it but us
	if err := a.serve(a.config.port, "service", server); err != nil {
		return err
	}
	if p := a.config.probePort; p != 0 && p != a.config.port {
		if err := a.serve(p, "probes", &http.Server{Handler: a.probesOnly()}); err != nil { //nolint:gosec // nobody attacks it but us
			return err
		}
	}
	if p := a.config.grpcPort; p != 0 {
		return a.serve(p, "grpc", a.healthServer())
	}
	return nil
}

// serve opens a port that closes when the app drains, unless it drains already.
// Servers have no time-outs: connections that a meter pinned may rest for as long
// as they like, the first request included.
func (a *app) serve(port int, kind string, server *http.Server) error {
	if s, _ := a.look(); s.Draining {
		return nil
	}
	l, actual, err := listen(port, server)
	if err != nil {
		return err
	}
	a.log.add(now(), stateListen, attrPort, actual, attrKind, kind)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.servers = append(a.servers, server)
	if kind == "service" {
		a.door = l
	}
	return nil
}

// listen opens a port; port 0 takes any. It returns the one that it took.
func listen(port int, server *http.Server) (l *door, actual string, err error) {
	l, err = openDoor(port)
	if err != nil {
		return nil, "", fmt.Errorf("listen: %w", err)
	}
	go func() { _ = server.Serve(l) }()
	_, actual, err = net.SplitHostPort(l.Addr().String())
	return l, actual, err
}

// turnUnhealthy is what the tutorials' apps do by themselves after a while: the
// file that says "healthy" goes, and the liveness path answers 500.
func (a *app) turnUnhealthy() {
	at := now()
	a.turn(func(s *settings) { s.LiveCode = http.StatusInternalServerError })
	_ = a.setReadyFile("false")
	a.log.add(at, stateKnob, attrKnob, knobLiveCode, attrValue, "500", attrCause, "unhealthy-after")
	a.log.add(at, stateKnob, attrKnob, knobReadyFile, attrValue, "false", attrCause, "unhealthy-after")
}
