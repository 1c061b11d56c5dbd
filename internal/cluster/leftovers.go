package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/journal"
)

// A Leftover is something of ours on this host that nobody owns any more.
type Leftover struct {
	Cluster string
	Why     string       // "expired 2026-09-01T10:00:00Z"
	Undo    journal.Step // removes it; see Undoers
	// Due says that its time is over, by our own record of the cluster or by its network's
	// label. What there is no record of may be somebody else's, whose records are in another
	// place, as long as nobody knows until when.
	Due bool
}

// Leftovers finds clusters that are expired or damaged and what is left of
// clusters that are gone. It does not know which runs live: what belongs to a live
// run's journal, the caller must leave alone.
func Leftovers(ctx context.Context) ([]Leftover, error) { return shell{}.leftovers(ctx, time.Now()) }

func (s shell) leftovers(ctx context.Context, now time.Time) ([]Leftover, error) {
	infos, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	expired, networks, err := s.networks(ctx, now)
	if err != nil {
		return nil, err
	}
	stray, err := s.strays(ctx)
	if err != nil {
		return nil, err
	}
	var left []Leftover
	known := map[string]bool{}
	for _, i := range infos {
		known[i.Name] = true
		if why := leftWhy(i, now); why != "" {
			due := leftover(i.Name, why)
			due.Due = !i.Created.IsZero() || expired[i.Name]
			left = append(left, due)
		}
	}
	for _, name := range append(networks, stray...) {
		if !known[name] {
			known[name] = true
			due := leftover(name, "nobody has a record of it")
			due.Due = expired[name]
			left = append(left, due)
		}
	}
	slices.SortFunc(left, func(a, b Leftover) int { return strings.Compare(a.Cluster, b.Cluster) })
	return left, nil
}

// networks are the clusters that have a network of ours, and those of them whose time is
// over by its label.
func (s shell) networks(ctx context.Context, now time.Time) (expired map[string]bool, all []string, err error) {
	out, err := s.docker(ctx, "network", "ls", "--filter", "label="+labelCluster, "--format", `{{.Label "`+labelCluster+`"}} {{.Label "`+labelExpires+`"}}`)
	if err != nil {
		return nil, nil, fmt.Errorf("list networks: %w", err)
	}
	expired = map[string]bool{}
	for _, line := range lines(out) {
		cluster, label, _ := strings.Cut(strings.TrimSpace(line), " ")
		all = append(all, cluster)
		until, err := time.Parse(time.RFC3339, label)
		expired[cluster] = err == nil && now.After(until)
	}
	return expired, all, nil
}

// leftWhy says why a cluster counts as left over, "" if it does not. One that is
// not ready may be under way until it expires.
func leftWhy(i Info, now time.Time) string {
	switch {
	case i.State == StateElsewhere:
		return "" // that cannot be told from here
	case i.Created.IsZero():
		return "it has no readable record"
	case now.After(i.Expires):
		return "expired " + i.Expires.Format(time.RFC3339)
	case i.State == StateGone && now.Sub(i.Created) > 2*readyTimeout:
		return "its containers are gone"
	}
	return ""
}

func leftover(name, why string) Leftover {
	step := deleteStep(record{Name: name})
	return Leftover{Cluster: name, Why: why, Undo: step}
}
