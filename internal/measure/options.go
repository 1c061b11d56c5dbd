package measure

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/seatrial/seatrial/internal/agent"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/load"
)

// What is used where the options say nothing.
const (
	DefaultRate        = 100
	DefaultConnections = 16
	DefaultSettle      = 10 * time.Second
	DefaultSettleMax   = 2 * time.Minute
	DefaultMost        = time.Hour
	DefaultDuration    = 10 * time.Second
)

// warmLimit is how long the target may take for its first good answer, beside a
// request's own time-out.
const warmLimit = 5 * time.Second

// driverDead is how long after Most the meter ends by itself: until then we do it.
const driverDead = time.Minute

// Options say what to measure.
type Options struct {
	URL         string
	Command     []string       // run meanwhile; none: just measure
	Rate        int            // requests per second on each lane
	Lanes       []string       // history.LaneFresh, history.LaneReused
	Connections int            // pinned connections of lane reused
	Duration    time.Duration  // of the load; 0: as long as the command, and Settle
	Settle      time.Duration  // after the command
	SettleMax   time.Duration  // at most so long after the command, if an outage is open
	Most        time.Duration  // ends the load whatever happens
	MaxDowntime *time.Duration // more on any lane, all its outages together, is a FAIL; nil: no limit

	Timeout      time.Duration
	Method       string
	Header       http.Header
	Body         []byte
	ExpectStatus []int
	ExpectBody   string
	Insecure     bool
	Remote       bool // the target may be another machine

	Meter  load.Command    // how to start the meter
	Agents []*agent.Remote // measure from there instead: the URL is one of their cluster's
	Output io.Writer       // gets what the command says, as it says it
}

// laneAt names a lane of an agent: the lanes of several agents are lanes of their own.
func laneAt(lane string, r *agent.Remote) string { return lane + "@" + r.Label }

// lanes are the names of all lanes.
func (o Options) lanes() []string {
	if len(o.Agents) == 0 {
		return o.Lanes
	}
	var all []string
	for _, r := range o.Agents {
		for _, lane := range o.Lanes {
			all = append(all, laneAt(lane, r))
		}
	}
	return all
}

// plan is what the meter is asked to do.
func (o Options) plan(clock history.Clock) load.Plan {
	p := load.Plan{
		URL: o.URL, Timeout: o.Timeout, Method: o.Method, Header: o.Header, Body: o.Body,
		ExpectStatus: o.ExpectStatus, ExpectBody: o.ExpectBody, Insecure: o.Insecure, AllowAny: o.Remote || len(o.Agents) > 0,
		MaxDuration: o.Most + driverDead, Origin: clock.Monotonic, OwnNames: len(o.Agents) > 0,
	}
	for _, name := range o.Lanes {
		lane := load.Lane{Name: name, Rate: o.Rate}
		if name == history.LaneReused {
			lane.Connections = min(o.Connections, max(o.Rate, 1)) // each at least once a second: servers close what is idle for five
		}
		p.Lanes = append(p.Lanes, lane)
	}
	return p
}

// Check says what is wrong with the URL or the load that is asked for.
func (o Options) Check() error {
	err := o.plan(history.Clock{}).Validate()
	if !o.Remote && errors.As(err, new(*load.NotLoopbackError)) {
		return remote(err)
	}
	return err
}

// remote says what to do about a target that is another machine.
func remote(err error) error {
	return fmt.Errorf("%w (--allow-remote says that you may load it)", err)
}

// maxMs is the limit in milliseconds, if there is one.
func (o Options) maxMs() *float64 {
	if o.MaxDowntime == nil {
		return nil
	}
	limit := ms(*o.MaxDowntime)
	return &limit
}

// timeout is the one in force.
func (o Options) timeout() time.Duration {
	if o.Timeout == 0 {
		return load.DefaultTimeout
	}
	return o.Timeout
}
