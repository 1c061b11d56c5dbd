package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/internal/nodeimage"
	"github.com/seatrial/seatrial/internal/observe"
	"github.com/seatrial/seatrial/internal/trial/kube"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// place is a cluster that the run uses.
type place struct {
	cluster   *kube.Cluster
	ours      *cluster.Cluster // nil: somebody else's
	keep      bool             // it was there before us
	ready     chan struct{}    // closed when it can host trials
	step      string           // the journal's step that deletes it
	left      bool             // its logs are saved, nobody looks at it any more
	witnesses witnesses
}

// provide gets Docker, the images and the clusters of the places. It does not
// wait for the clusters: each hosts its trials as soon as it can. If one cannot be
// made, fail is called.
func (s *session) provide(ctx context.Context, places []kindconfigs.Place, fail func(error)) error {
	if s.foreign != nil {
		return s.attachForeign(ctx, fail)
	}
	if s.Cluster != "" {
		return s.attach(ctx, places)
	}
	if _, err := host.EnsureDocker(ctx, host.DockerOptions{Progress: s.view.Working}); err != nil {
		return err
	}
	image, err := nodeimage.Ensure(ctx, s.Version, nodeimage.Options{Progress: s.view.Working})
	if err != nil {
		return err
	}
	s.Version = image.Version
	apps, err := s.buildApps(ctx)
	if err != nil {
		return err
	}
	addOns, err := s.buildAddOns(ctx, places)
	if err != nil {
		return err
	}
	for _, p := range places {
		mine := &place{ready: make(chan struct{})}
		s.clusters[p.Name] = mine
		s.creating.Go(func() {
			err := s.create(ctx, mine, p, image.Ref)
			if err == nil {
				err = mine.load(ctx, slices.Concat(addOns[p.Name], apps))
			}
			if err != nil {
				fail(err)
				return
			}
			close(mine.ready)
		})
	}
	return nil
}

// create makes the run's own cluster of that place.
func (s *session) create(ctx context.Context, mine *place, p kindconfigs.Place, image string) error {
	c, err := cluster.Create(ctx, cluster.Options{
		Name: "seatrial-" + s.id + "-" + p.Name, Place: p, Image: image, Progress: s.view.Working,
		Journal: func(step journal.Step) error {
			id, err := s.journal.Add(step)
			mine.step = id
			return err
		},
	})
	if err != nil {
		return err
	}
	mine.ours = c
	if mine.cluster, err = adapt(ctx, c); err != nil {
		return err
	}
	return s.note(ctx, mine, c.Place(), c.Version())
}

// note writes down in the run directory which cluster the place is.
func (s *session) note(ctx context.Context, p *place, name, version string) error {
	// The namespace kube-system lives as long as its cluster: its UID is the cluster's.
	system, err := p.cluster.Client.CoreV1().Namespaces().Get(ctx, metav1.NamespaceSystem, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("read the UID of cluster %s: %w", name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dir.SetCluster(name, string(system.UID), version)
}

// attach uses a cluster of ours that exists, for every item that it can host.
func (s *session) attach(ctx context.Context, places []kindconfigs.Place) error {
	c, err := cluster.Attach(s.Cluster)
	if err != nil {
		return fmt.Errorf("use cluster %s: %w", s.Cluster, err)
	}
	for _, p := range places {
		if p.Name != c.Place() {
			return fmt.Errorf("cluster %s is a %s; place %s is needed (--place %s runs what it can host)", s.Cluster, c.Place(), p.Name, c.Place())
		}
	}
	if s.Version != "" && s.Version != c.Version() {
		return fmt.Errorf("cluster %s is of Kubernetes %s, and --version asks for %s", s.Cluster, c.Version(), s.Version)
	}
	adapted, err := adapt(ctx, c)
	if err != nil {
		return err
	}
	ready := make(chan struct{})
	close(ready)
	for _, p := range places {
		s.clusters[p.Name] = &place{cluster: adapted, ours: c, keep: true, ready: ready}
	}
	s.Version = c.Version()
	apps, err := s.buildApps(ctx)
	if err != nil {
		return err
	}
	mine := s.clusters[c.Place()]
	return errors.Join(s.note(ctx, mine, c.Place(), c.Version()), mine.load(ctx, apps))
}

// release undoes whatever is still to be undone, the last done first, so that
// what trials could not clean up goes before their clusters. Clusters that are
// kept are struck off the journal.
func (s *session) release(ctx context.Context, keep bool) error {
	var errs []error
	for name, p := range s.clusters {
		errs = append(errs, s.leave(ctx, name, p))
		if keep && !p.keep && p.ours != nil {
			s.view.Say(fmt.Sprintf("kept: cluster %s (kubectl --kubeconfig %s; seatrial cluster delete --name %s)",
				p.ours.Name(), p.ours.Kubeconfig(), p.ours.Name()))
			errs = append(errs, s.journal.Done(p.step))
		}
	}
	left, err := s.journal.Pending()
	for _, step := range left {
		errs = append(errs, host.Progress(s.view.Working).Do(step.Says, func(func(string)) error { return s.journal.Undo(ctx, s.undoers, step.ID) }))
	}
	for _, p := range s.clusters {
		if p.cluster != nil && (keep || p.keep) {
			errs = append(errs, p.emptied(ctx, kube.Prefix+s.id+"-"))
		}
	}
	return errors.Join(append(errs, err)...)
}

// Bounds of the wait for namespaces to be gone from a cluster that stays. Pods may take
// their grace period, 30 s by default, and the namespace controller some seconds more.
const (
	emptiedLimit = time.Minute
	emptiedLook  = time.Second
)

// emptied waits until no namespace of that prefix is in a cluster that stays: a deletion
// that was accepted is none that came to its end.
func (p *place) emptied(ctx context.Context, prefix string) error {
	var still []string
	var last error // the API server may be just coming back
	err := wait.PollUntilContextTimeout(ctx, emptiedLook, emptiedLimit, true, func(ctx context.Context) (bool, error) {
		all, err := p.cluster.Client.CoreV1().Namespaces().List(ctx, metav1.ListOptions{})
		if last = err; err != nil {
			return false, nil //nolint:nilerr // it is asked again
		}
		still = nil
		for _, n := range all.Items {
			if strings.HasPrefix(n.Name, prefix) {
				still = append(still, n.Name)
			}
		}
		return len(still) == 0, nil
	})
	if err != nil {
		return fmt.Errorf("wait for the end of namespaces %s in cluster %s: %w", strings.Join(still, ", "), p.cluster.Name, cmp.Or(last, err))
	}
	return nil
}

// leave takes what is still wanted of a cluster, that nothing has left its network
// included, and looks at it no longer.
func (s *session) leave(ctx context.Context, name string, p *place) error {
	if p.cluster == nil || p.left {
		return nil
	}
	p.left = true
	if p.ours == nil {
		return nil
	}
	s.nodeLogs(ctx, name, p)
	return errors.Join(p.ours.Contained(ctx), p.cluster.Feed.Stop(ctx), p.cluster.Routes.Stop(ctx))
}

// nodeLogs saves the nodes' own logs of the time of the run: evidence for people,
// whose lack is said and fails nothing.
func (s *session) nodeLogs(ctx context.Context, name string, p *place) {
	ctx, cancel := context.WithTimeout(ctx, nodeLogsLimit)
	defer cancel()
	dir := filepath.Join(s.dir.Path, "nodes", name)
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		err = observe.SaveNodeLogs(ctx, p.ours.Stream, p.ours.Names(""), s.began, dir, nodeLogLimit)
	}
	if err != nil {
		s.view.Say("logs of the nodes: " + err.Error())
	}
}

// Bounds of what is kept of the nodes' logs.
const (
	nodeLogsLimit = 30 * time.Second
	nodeLogLimit  = 8 << 20 // bytes a node
)

// Undoers are the undoers of all steps that any run writes.
func Undoers() journal.Undoers {
	all := faults.Undoers(faults.Connection{Client: connect, Nodes: nodesOf})
	maps.Copy(all, cluster.Undoers())
	return all
}
