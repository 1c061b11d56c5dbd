// Package history is the record of one trial: what happened and when, and no
// opinion about it. It is all that judging may see, so that a verdict can be
// given again from the saved record, without a cluster and without a clock.
//
// Every instant is an offset from the start of the trial on the machine's
// monotonic clock (see Clock). The wall clock stands in Meta once.
//
// The package imports the standard library only.
package history

import (
	"encoding/json"
	"time"
)

// Schema is the version of the record's layout, raised whenever an older reader
// would misread a newer record.
const Schema = 1

// A History is the record of one trial.
type History struct {
	Meta      Meta
	Marks     []Mark
	Samples   []Sample
	Intervals []Interval
	Gaps      []Interval // spans in which a sensor saw nothing; Source and Subject say which
}

// Meta is all that judging needs besides what was observed.
type Meta struct {
	Schema    int               `json:"schema"`
	Scenario  string            `json:"scenario"`          // topic/name, "probes/deadlock"
	Variant   string            `json:"variant,omitempty"` // "" or "twin"
	Fault     string            `json:"fault,omitempty"`   // the fault's name on its card, "app/deadlock"
	Blinds    []string          `json:"blinds,omitempty"`  // sources that the fault's card declares it will cut off
	Namespace string            `json:"namespace"`
	Applied   []json.RawMessage `json:"applied"` // the objects as the API server returned them after apply, defaults filled in
	Settings  Settings          `json:"settings"`
	Version   string            `json:"version"` // the API server's gitVersion, "v1.36.3"
	Place     string            `json:"place"`   // the kind-configs place, "fast"
	Seed      int64             `json:"seed"`
	Tool      string            `json:"tool"` // seatrial's own version and digest
	WallStart time.Time         `json:"wallStart"`
	Load      []LanePlan        `json:"load"`            // what the meter was asked to do
	Notes     map[string]string `json:"notes,omitempty"` // figures of the run that a judge may want, by name
}

// A LanePlan is the load that one lane was asked to drive.
type LanePlan struct {
	Lane        string        `json:"lane"`                  // "fresh" or "reused"
	Rate        int           `json:"rate"`                  // requests per second
	Timeout     time.Duration `json:"timeout"`               // from the due instant
	Connections int           `json:"connections,omitempty"` // pinned connections of lane "reused"
	Path        string        `json:"path,omitempty"`        // what this lane asks for, if not the same as the others
	Via         string        `json:"via"`                   // the way in, one of the Via constants
	Hides       []string      `json:"hides,omitempty"`       // failure classes that this way in cannot tell apart
}

// Interval is the time between two requests of the lane: the resolution of
// everything that the lane measures.
func (p LanePlan) Interval() time.Duration { return time.Second / time.Duration(max(p.Rate, 1)) }

// Settings are the cluster's settings in force during the trial, read from
// /configz and from the components' flags (never from configuration files, in
// which 0 s may stand for "the default").
type Settings struct {
	// Kubelets holds the settings of each node's kubelet by node name.
	Kubelets map[string]Kubelet `json:"kubelets,omitempty"`
	// NodeMonitorPeriod is how often the node controller looks (default 5 s).
	NodeMonitorPeriod time.Duration `json:"nodeMonitorPeriod"`
	// NodeMonitorGracePeriod is how long a silent node stays Ready (50 s since 1.32, 40 s before).
	NodeMonitorGracePeriod time.Duration `json:"nodeMonitorGracePeriod"`
	// NotReadyToleration and UnreachableToleration are what the admission
	// plugin DefaultTolerationSeconds gives to pods that ask for nothing (300 s).
	NotReadyToleration    time.Duration `json:"notReadyToleration"`
	UnreachableToleration time.Duration `json:"unreachableToleration"`
	// ProxyMode is kube-proxy's mode, "nftables"; ProxyMinSync its minSyncPeriod.
	ProxyMode    string        `json:"proxyMode"`
	ProxyMinSync time.Duration `json:"proxyMinSync"`
}

// Kubelet holds the settings of one node's kubelet that the model uses.
type Kubelet struct {
	LeaseDuration               time.Duration     `json:"leaseDuration"`         // nodeLeaseDurationSeconds; renewed every quarter of it
	StatusUpdateFrequency       time.Duration     `json:"statusUpdateFrequency"` // nodeStatusUpdateFrequency
	PressureTransition          time.Duration     `json:"pressureTransition"`    // evictionPressureTransitionPeriod
	EvictionHard                map[string]string `json:"evictionHard,omitempty"`
	MaxContainerRestartPeriod   time.Duration     `json:"maxContainerRestartPeriod"` // cap of the crash-loop back-off
	ShutdownGracePeriod         time.Duration     `json:"shutdownGracePeriod"`
	ShutdownGracePeriodCritical time.Duration     `json:"shutdownGracePeriodCritical"`
}

// A Phase is a part of a trial. Phases follow each other in the order below.
type Phase string

// The phases of a trial. A Mark's instant is where its phase begins.
const (
	PhaseDeploy  Phase = "deploy"  // objects applied, waiting for available and answering
	PhaseWarm    Phase = "warm"    // load started
	PhaseSteady  Phase = "steady"  // rate reached, zero errors, every endpoint reached
	PhaseFault   Phase = "fault"   // the deed, not its visibility
	PhaseSeen    Phase = "seen"    // the break seen by a sensor other than the injector
	PhaseRecover Phase = "recover" // undone: not before it began, not after it was done
	PhaseSettled Phase = "settled" // undone and quiet again
	PhaseDrain   Phase = "drain"   // load stopped
)

// A Mark says when a phase began: not before Earliest, not after Latest.
type Mark struct {
	Phase    Phase         `json:"phase"`
	Earliest time.Duration `json:"earliest"`
	Latest   time.Duration `json:"latest"`
	Detail   string        `json:"detail,omitempty"`  // "delete pod web-7c-abc"
	Targets  []string      `json:"targets,omitempty"` // the pods or nodes that the deed was done to
}

// A Sample is one request slot of a lane, sent or not.
//
// The slot Seq of a lane was due at Due = lane start + Seq/rate. Sent is when
// it really left and Took how long it took from Sent; Due+timeout is when it
// counts as failed whatever happens after.
type Sample struct {
	Lane     string        `json:"l"`
	Seq      uint64        `json:"q"`
	Due      time.Duration `json:"d"`
	Sent     time.Duration `json:"s,omitempty"`
	Took     time.Duration `json:"t,omitempty"`
	Code     int           `json:"c,omitempty"`  // HTTP status, 0 if none came
	Class    Class         `json:"x,omitempty"`  // ClassOK ("") or why it failed or was skipped
	Pod      string        `json:"p,omitempty"`  // the pod that answered, from its own words
	Version  string        `json:"v,omitempty"`  // the version that answered, from its own words
	Via      string        `json:"w,omitempty"`  // local source address and port of the connection, or of the attempt to make one (":40001")
	Conn     uint64        `json:"n,omitempty"`  // number of the connection within its lane
	Reused   bool          `json:"r,omitempty"`  // the connection had served a request before
	Attempts int           `json:"a,omitempty"`  // tries that the client made for this slot; more than 1 is a hidden retry
	Body     int           `json:"b,omitempty"`  // bytes of body received
	Err      string        `json:"e,omitempty"`  // the error's text, for people
	Reprobe  Class         `json:"rp,omitempty"` // how a re-probe on a fresh connection went after a reused one broke; ReprobeGood
}

// A Class says how a slot failed. The empty class is a complete, correct answer in time.
type Class string

// The classes of a slot. Those from ClassStall on are the tester's own trouble,
// never the target's: such a slot was not sent and counts neither as good nor as failed.
const (
	ClassOK             Class = ""
	ClassRefused        Class = "refused"         // ECONNREFUSED
	ClassUnreachable    Class = "unreachable"     // EHOSTUNREACH, ENETUNREACH
	ClassReset          Class = "reset"           // ECONNRESET, EPIPE or EOF before any byte of the answer
	ClassResetMid       Class = "reset-mid"       // the same after the first byte
	ClassTimeoutConnect Class = "timeout-connect" // no connection within the time-out
	ClassTimeoutFirst   Class = "timeout-first"   // connected, no byte within the time-out
	ClassTimeoutBody    Class = "timeout-body"    // the answer began and did not end within the time-out
	ClassTLS            Class = "tls"
	ClassDNS            Class = "dns"
	ClassStatus         Class = "status"   // an answer with another status than expected
	ClassBody           Class = "body"     // a truncated or wrong body
	ClassRetried        Class = "retried"  // good, but only after the client retried behind our back
	ClassProtocol       Class = "protocol" // an answer that is not HTTP, and whatever fits nowhere else

	ClassStall     Class = "skipped:stall"      // the generator itself stood still
	ClassPorts     Class = "skipped:ports"      // no local port left (EADDRNOTAVAIL)
	ClassTesterDNS Class = "skipped:tester-dns" // the tester's own resolver failed
	ClassSaturated Class = "skipped:saturated"  // no worker was free: the generator cannot reach its rate
)

// ReprobeGood is the Reprobe of a sample whose re-probe was good: the target was there, only
// the connection was broken.
const ReprobeGood Class = "-"

// Skipped reports whether the slot was not sent, for a reason of the tester's own.
func (c Class) Skipped() bool { return len(c) > 8 && c[:8] == "skipped:" }

// Failed reports whether the slot counts as a failure of the target.
func (c Class) Failed() bool { return c != ClassOK && !c.Skipped() }

// Attrs are the machine-readable particulars of an Interval, by the names below.
type Attrs map[string]string

// An Interval is a span in which a subject was in a state, as one sensor saw
// it. An instant has From == To. A state that never ended has To == Open.
type Interval struct {
	Source  string        `json:"src"` // one of the Source constants
	Subject string        `json:"sub"` // "web-7c-abc", "web-7c-abc/web", "seatrial-worker/DiskPressure"
	State   string        `json:"st"`
	From    time.Duration `json:"from"`
	To      time.Duration `json:"to"`
	Detail  string        `json:"det,omitempty"` // for people
	Attrs   Attrs         `json:"at,omitempty"`  // for judges
}

// Open is the To of an interval that had not ended when recording stopped.
const Open = time.Duration(1<<63 - 1)

// At reports whether the interval holds at t; an instant holds only at its own t.
func (i Interval) At(t time.Duration) bool {
	return t >= i.From && (t < i.To || i.From == i.To && t == i.From)
}

// Overlaps reports whether the interval has an instant in common with [from, to).
func (i Interval) Overlaps(from, to time.Duration) bool {
	return i.From < to && i.To > from || i.At(from)
}
