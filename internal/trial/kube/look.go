package kube

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/trial"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/suites"
)

// Looking into a node takes a machine a tenth of a second. One that does not answer in
// lookLimit is out of reach.
const (
	lookLimit   = 10 * time.Second
	looksAtOnce = 2
)

// machines tell how they look from outside, by node.
type machines interface {
	Outside(ctx context.Context) (map[string]map[string]string, error)
}

// look adds what is in the nodes, and how they look from outside, as far as this trial
// answers for it. A place without machines has neither.
func (r *runner) look(ctx context.Context, p trial.Plan, into *trial.Inventory) {
	answers := answersFor(p)
	if r.Cluster.Nodes == nil || answers == nil {
		return
	}
	into.Parts = map[string]trial.Part{}
	if whole(p) {
		r.lookAtOutside(ctx, into)
	}
	var mu sync.Mutex
	var looks errgroup.Group
	looks.SetLimit(looksAtOnce)
	for _, node := range slices.Concat(r.Cluster.Nodes.Names("control-plane"), r.Cluster.Nodes.Names("worker")) {
		looks.Go(func() error {
			part := r.lookInto(ctx, node, answers)
			mu.Lock()
			defer mu.Unlock()
			into.Parts["node/"+node] = part
			return nil
		})
	}
	_ = looks.Wait() // what a node did not tell stands in its part
}

// whole reports whether the trial has its cluster to itself, and so answers for all of it.
func whole(p trial.Plan) bool { return p.Blast == suites.Node || p.Blast == suites.Cluster }

// answersFor says which of what is inside nodes the trial answers for. One that runs
// beside others does so for what bears its namespace's name, if its fault touches
// nodes, and for queues on links if it lays one there; nil is nothing.
func answersFor(p trial.Plan) func(item string) bool {
	switch {
	case whole(p):
		return func(string) bool { return true }
	case p.Fault != nil && slices.Contains(p.Fault.Needs(), kindconfigs.NodePower):
		return func(item string) bool {
			name := strings.TrimSuffix(strings.TrimSuffix(item, ".timer"), ".service")
			return strings.HasSuffix(name, "-"+p.Namespace()) ||
				strings.HasPrefix(item, "qdisc/") && slices.Contains(queues, p.Fault.Card().Name)
		}
	}
	return nil
}

// queues are the faults that lay a queue on a link.
var queues = []string{faults.Bandwidth(1).Card().Name, faults.Latency(1).Card().Name}

func (r *runner) lookInto(ctx context.Context, node string, answers func(string) bool) trial.Part {
	ctx, cancel := context.WithTimeoutCause(ctx, lookLimit, fmt.Errorf("no answer within %s", lookLimit))
	defer cancel()
	out, err := r.Cluster.Nodes.Exec(ctx, node, "sh", "-c", insideScript)
	if err != nil {
		return trial.Part{Unseen: brief(ctx, err)}
	}
	found, err := parseInside(out)
	if err != nil {
		return trial.Part{Unseen: brief(ctx, err)}
	}
	part := trial.Part{Items: map[string]string{}}
	for item, state := range found {
		if answers(item) {
			part.Items["node/"+node+"/"+item] = state
		}
	}
	return part
}

func (r *runner) lookAtOutside(ctx context.Context, into *trial.Inventory) {
	all, can := r.Cluster.Nodes.(machines)
	if !can {
		return
	}
	const name = "nodes from outside"
	found, err := all.Outside(ctx)
	if err != nil {
		into.Parts[name] = trial.Part{Unseen: brief(ctx, err)}
		return
	}
	items := map[string]string{}
	for node, states := range found {
		for item, state := range states {
			items["node/"+node+"/"+item] = state
		}
	}
	into.Parts[name] = trial.Part{Items: items}
}

// brief is the error without the script that it repeats: its cause and its last words.
func brief(ctx context.Context, err error) string {
	if cause := context.Cause(ctx); cause != nil {
		return cause.Error()
	}
	lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
	if len(lines) > 1 {
		return lines[0] + ": " + lines[len(lines)-1]
	}
	return lines[0]
}
