// Package faults holds the ways to break a cluster, one file each.
//
// A fault is a value. It knows its card (what breaks, how that shows, how it is
// undone) and how to inject itself at a Site. It decides nothing: whether the
// system stood up to it is for the judge.
package faults

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/journal"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// A Fault is a way to break something.
type Fault interface {
	// Card describes the fault to people and to the judge.
	Card() Card
	// Needs lists what a place must have to host it.
	Needs() []kindconfigs.Trait
	// Inject breaks it and returns once the break is visible to a sensor other
	// than the injector. Every change is preceded by Site.Undo.
	Inject(ctx context.Context, s *Site) error
}

// Lasts is how long Inject goes on by design after the effect was seen, 0 for most faults.
// A fault that asks somebody for a while says so by a method of this name. Who wraps a
// fault must pass it on.
func Lasts(f Fault) time.Duration {
	if l, ok := f.(interface{ Lasts() time.Duration }); ok {
		return l.Lasts()
	}
	return 0
}

// A Card is what a person must know about a fault.
type Card struct {
	Name     string   // "node/kill"
	Breaks   string   // what breaks
	ShowsAs  string   // how the break shows
	UndoneBy string   // how it is undone
	Look     string   // the command line a student types to see it
	Blinds   []string // sources of the history that it will cut off (history.Source...), so that their gaps are no reason to doubt the trial
}

// Nodes is what a fault may do to the machines of a cluster, by node name.
type Nodes interface {
	// Names lists the nodes by role: "control-plane", "worker".
	Names(role string) []string
	// Exec runs a command in a node and returns its combined output.
	Exec(ctx context.Context, node string, command ...string) (string, error)
	// LinkDown takes the host's end of the node's network link down: from then
	// on nothing that the node sends or closes reaches anybody.
	LinkDown(ctx context.Context, node string) error
	// Kill ends all processes of the node at once, as a power cut does.
	Kill(ctx context.Context, node string) error
	// Start powers a killed or stopped node on, restores its link and routes.
	Start(ctx context.Context, node string) error
	// Freeze stops every process of the node; Thaw lets them go on.
	Freeze(ctx context.Context, node string) error
	Thaw(ctx context.Context, node string) error
	// BoundCPU limits from outside how many cores the node has; Unbound takes all
	// bounds off that were set so.
	BoundCPU(ctx context.Context, node string, cores float64) error
	Unbound(ctx context.Context, node string) error
	// NextWorker is the name that a worker would have that is added now; AddWorker adds
	// it, with the images that the others have. It is Ready a moment later.
	NextWorker() string
	AddWorker(ctx context.Context, node string) error
	// RemoveNode takes a node out of the cluster for good; one that is not there is no error.
	RemoveNode(ctx context.Context, node string) error
}

// A Site is where a fault is injected: one trial's namespace in a cluster.
type Site struct {
	Namespace string
	Scenario  string
	App       workloads.App
	Client    kubernetes.Interface
	Nodes     Nodes
	Rand      *rand.Rand // all chance comes from here
	Clock     history.Clock
	Seen      Seen // what the observers have recorded so far

	// Journal writes an undo step to disk; see Undo.
	Journal func(journal.Step) error
	// Marker notes the instant of the deed; see Deed.
	Marker func(history.Mark)
	// Note writes down what the fault itself was told, an answer of kubectl.
	Note func(history.Interval)
	// Applied adds an object that the fault itself applied, as the API server returned
	// it, to those that the trial applied: the model computes from them.
	Applied func(json.RawMessage)
	// Cluster names the cluster in undo steps; Kubeconfig is the path of a
	// configuration by which another process reaches it.
	Cluster, Kubeconfig string
	// Target is the node, or the pod, that is to be hit; "": whatever the seed says.
	Target string
	// Hold is how long after a deed begins the trial undoes it at the latest; the
	// deadlines of undo steps are set from it (see Site.latest).
	Hold time.Duration

	last  []string      // the targets of the latest deed
	since time.Duration // when it began
	known []corev1.Pod  // the app's pods when they were last listed
}

// Seen gives access to what the observers recorded.
type Seen interface {
	// Snapshot returns a copy of the intervals recorded so far; those still
	// going on have To == history.Open.
	Snapshot() []history.Interval
	// Changed returns a channel that is closed at the next change.
	Changed() <-chan struct{}
}

// Undo writes the undo of what is about to be done to disk. Call it before the
// deed. An error means that the deed must not be done.
func (s *Site) Undo(step journal.Step) error {
	step.Trial = s.Scenario
	return s.Journal(step)
}

// Deed runs the breaking act on the targets (pods or nodes) and marks when it
// happened: not before it began, not after it returned.
func (s *Site) Deed(what string, targets []string, act func() error) error {
	m := history.Mark{Phase: history.PhaseFault, Earliest: s.Clock.Now(), Detail: what, Targets: targets}
	s.since = m.Earliest
	err := act()
	m.Latest = s.Clock.Now()
	if err == nil {
		s.last = targets
		s.Marker(m)
	}
	return err
}

// latest is how long after a deed begins it is undone by others, when the trial, which
// would have been first by a minute, has not done it: by the guardian, and by the node
// itself where the deed is inside one.
func (s *Site) latest() time.Duration { return s.Hold + time.Minute }

// step makes an undo step that reaches the cluster through the site's kubeconfig.
func (s *Site) step(kind, says string, args ...string) journal.Step {
	all := map[string]string{"kubeconfig": s.Kubeconfig, "cluster": s.Cluster}
	for i := 0; i+1 < len(args); i += 2 {
		all[args[i]] = args[i+1]
	}
	return journal.Step{Kind: kind, Says: says, Args: all, Deadline: time.Now().Add(s.latest())}
}
