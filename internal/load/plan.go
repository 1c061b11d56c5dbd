package load

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// DefaultTimeout is how long after its due instant a request has failed. It is
// below one second, so that a SYN that had to be sent again (after 1 s, RFC 6298)
// is the failure that a user feels.
const DefaultTimeout = 900 * time.Millisecond

// MostTimeout is the longest time-out: what is slower has no place in the histogram, and each
// slot under way takes a worker.
const MostTimeout = 5 * time.Minute

// maxRate bounds a lane's rate: one due instant every 10 µs.
const maxRate = 100_000

// A Plan is what the meter is asked to do.
type Plan struct {
	URL     string        `json:"url"`
	Lanes   []Lane        `json:"lanes"`
	Timeout time.Duration `json:"timeout,omitempty"` // from the due instant; 0: DefaultTimeout

	Method string      `json:"method,omitempty"` // "": GET
	Header http.Header `json:"header,omitempty"` // "Host" names the virtual host
	Body   []byte      `json:"body,omitempty"`

	ExpectStatus []int  `json:"expectStatus,omitempty"` // good statuses; none: 200 to 299
	ExpectBody   string `json:"expectBody,omitempty"`   // must occur in the first MiB of the body
	Insecure     bool   `json:"insecure,omitempty"`     // accept any certificate

	// Dial is the address to connect to, "10.96.0.7:80", if it is not the URL's own.
	Dial string `json:"dial,omitempty"`
	// SourceAddrs are local addresses to connect from, used in turn: each has
	// local ports of its own.
	SourceAddrs []string `json:"sourceAddrs,omitempty"`
	// NetNS is the file of a network namespace, "/proc/4711/ns/net", to send from. "": ours.
	NetNS string `json:"netns,omitempty"`
	// AllowAny lifts the rule that only loopback may be loaded from our own
	// network namespace. It is for whoever names the URL by hand.
	AllowAny bool `json:"allowAny,omitempty"`
	// OwnNames says that whoever answers for the URL's host name belongs to the target:
	// a name that is not resolved is its failure, not the tester's. It is for a
	// cluster's own names, asked for from within.
	OwnNames bool `json:"ownNames,omitempty"`

	// MaxDuration ends the load whatever happens. Required.
	MaxDuration time.Duration `json:"maxDuration"`
	// Origin is CLOCK_MONOTONIC at the start of the trial (history.Clock.Monotonic),
	// from which all offsets count. 0: from the start of the load.
	Origin int64 `json:"origin,omitempty"`

	// Throttle and HideRetries plant defects, for the suite's own canaries: a
	// generator that sends at most that many requests per second on each lane,
	// and a client that retries broken connections without saying so.
	Throttle    int  `json:"throttle,omitempty"`
	HideRetries bool `json:"hideRetries,omitempty"`
}

// A Lane is one stream of requests.
type Lane struct {
	Name        string `json:"name"`                  // history.LaneFresh, history.LaneReused, history.LaneNamed
	Rate        int    `json:"rate"`                  // requests per second
	Connections int    `json:"connections,omitempty"` // pinned connections; 0: one per request
	Reach       int    `json:"reach,omitempty"`       // pods that the pinned connections must reach, all of them; 0: not known
	Path        string `json:"path,omitempty"`        // asked for instead of the URL's own path; "": that
}

// Hides are the classes of failures that cannot be seen by that way in. A mapped port
// accepts every connection itself, so what happens to connections behind it shows as a reset,
// or as an answer that does not come.
func Hides(via string) []string {
	if via != history.ViaMappedPort {
		return nil
	}
	return []string{string(history.ClassRefused), string(history.ClassUnreachable), string(history.ClassTimeoutConnect)}
}

// Record describes the lanes for the history.
func (p Plan) Record(via string) []history.LanePlan {
	var lanes []history.LanePlan
	for _, l := range p.Lanes {
		lanes = append(lanes, history.LanePlan{Lane: l.Name, Rate: l.Rate, Timeout: p.withDefaults().Timeout,
			Connections: l.Connections, Path: l.Path, Via: via, Hides: Hides(via)})
	}
	return lanes
}

func (p Plan) withDefaults() Plan {
	if p.Timeout == 0 {
		p.Timeout = DefaultTimeout
	}
	if p.Method == "" {
		p.Method = http.MethodGet
	}
	return p
}

// Validate says what is wrong with the plan, all of it.
func (p Plan) Validate() error {
	var wrong []error
	complain := func(bad bool, format string, args ...any) {
		if bad {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	complain(p.MaxDuration <= 0, "the load must be bounded: max duration is %v", p.MaxDuration)
	complain(p.Timeout < 0, "time-out %v is negative", p.Timeout)
	complain(p.Timeout > MostTimeout, "time-out %v is longer than %v", p.Timeout, MostTimeout)
	complain(len(p.Lanes) == 0, "no lanes")
	complain(len(p.Body) > BodyMost, "a body of %d bytes: at most %d are sent with every request", len(p.Body), BodyMost)
	for i, l := range p.Lanes {
		complain(l.Name == "", "lane %d has no name", i)
		complain(slices.ContainsFunc(p.Lanes[:i], func(o Lane) bool { return o.Name == l.Name }), "lane %q twice", l.Name)
		complain(l.Rate < 1 || l.Rate > maxRate, "lane %q: rate %d is not between 1 and %d per second", l.Name, l.Rate, maxRate)
		complain(l.Connections < 0 || l.Name == history.LaneReused && l.Connections == 0, "lane %q: %d connections", l.Name, l.Connections)
		complain(l.Name == history.LaneFresh && l.Connections != 0, "lane %q pins no connections", l.Name)
		complain(l.Path != "" && !strings.HasPrefix(l.Path, "/"), "lane %q: path %q does not begin with /", l.Name, l.Path)
		complain(l.Reach < 0 || l.Reach > l.Connections, "lane %q: %d connections cannot reach %d pods", l.Name, l.Connections, l.Reach)
	}
	for _, a := range p.SourceAddrs {
		_, err := netip.ParseAddr(a)
		complain(err != nil, "source address %q is not an IP address", a)
	}
	if _, err := p.request(); err != nil {
		wrong = append(wrong, err)
	} else if err := p.checkTarget(); err != nil {
		wrong = append(wrong, err)
	}
	return errors.Join(wrong...)
}

// on is the plan with the lane's own path.
func (p Plan) on(l Lane) (Plan, error) {
	if l.Path == "" {
		return p, nil
	}
	u, err := url.Parse(p.URL)
	if err != nil {
		return Plan{}, fmt.Errorf("parse URL: %w", err)
	}
	u.Path = l.Path
	p.URL = u.String()
	return p, nil
}

// address is what to connect to, "host:port".
func (p Plan) address() (string, error) {
	if p.Dial != "" {
		if _, _, err := net.SplitHostPort(p.Dial); err != nil {
			return "", fmt.Errorf("dial address %q: %w", p.Dial, err)
		}
		return p.Dial, nil
	}
	u, err := url.Parse(p.URL)
	if err != nil {
		return "", fmt.Errorf("parse URL: %w", err)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port), nil
}

// loopbackOnly reports whether nothing but loopback may be loaded.
func (p Plan) loopbackOnly() bool { return p.NetNS == "" && !p.AllowAny }

// checkTarget refuses an address that says itself that it is not loopback. A
// host name is checked when it has been resolved, at each connection.
func (p Plan) checkTarget() error {
	address, err := p.address()
	if err != nil {
		return err
	}
	host, _, _ := net.SplitHostPort(address)
	if ip, err := netip.ParseAddr(host); err == nil && p.loopbackOnly() && !ip.Unmap().IsLoopback() {
		return &NotLoopbackError{address}
	}
	return nil
}

// NotLoopback is the error of an address that may not be loaded from here.
func NotLoopback(address string) error { return &NotLoopbackError{address} }

// A NotLoopbackError says that an address may not be loaded from here.
type NotLoopbackError struct{ address string }

func (e *NotLoopbackError) Error() string {
	return fmt.Sprintf("%s is not a loopback address: load stays on this machine unless a network namespace is named or any address is allowed", e.address)
}
