package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/journal"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// DefaultTTL is how long a cluster is meant to live if nobody says otherwise; later
// it counts as left over.
const DefaultTTL = 24 * time.Hour

// deleteTimeout bounds the removal of a cluster whose creation failed.
const deleteTimeout = 2 * time.Minute

// ErrExists says that there is a cluster of that name already.
var ErrExists = errors.New("cluster exists already")

// Options say what cluster to create.
type Options struct {
	Name        string            // unique on this host; becomes part of the nodes' names
	Place       kindconfigs.Place // its shape
	Image       string            // the node image, in the local Docker (internal/nodeimage)
	TTL         time.Duration     // after that it counts as left over; 0: DefaultTTL
	AllowEgress bool              // let nodes reach the outside, to pull images
	// Journal writes the undo of the creation to disk before anything is made; nil: nothing is journalled.
	Journal  func(journal.Step) error
	Progress host.Progress // may be nil
}

// Create makes a cluster and returns once it is usable: all nodes Ready, DNS and
// a service answering from every node. If that fails, or the context ends first,
// nothing of it is left.
func Create(ctx context.Context, o Options) (*Cluster, error) {
	return shell{}.create(ctx, o)
}

func (s shell) create(ctx context.Context, o Options) (*Cluster, error) {
	c, err := s.reserve(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("create cluster %s: %w", o.Name, err)
	}
	if err := c.build(ctx, o); err != nil {
		undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), deleteTimeout)
		defer cancel()
		return nil, fmt.Errorf("create cluster %s: %w", o.Name, errors.Join(err, s.delete(undo, o.Name)))
	}
	return c, nil
}

// reserve takes the name: whoever makes the cluster's folder owns it.
func (s shell) reserve(ctx context.Context, o Options) (*Cluster, error) {
	if !validName.MatchString(o.Name) {
		return nil, fmt.Errorf("%q is no name for a cluster: lower-case letters, digits and dashes, at most 40", o.Name)
	}
	if o.Image == "" {
		return nil, errors.New("no node image given")
	}
	anybody := func(string) bool { return true }
	if foreign, err := s.kinds(ctx, o.Name, anybody); err != nil {
		return nil, err
	} else if len(foreign) > 0 {
		return nil, fmt.Errorf("%w: kind has containers of that name (`kind delete cluster --name %s`)", ErrExists, o.Name)
	}
	daemon, err := s.daemon(ctx)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(clustersDir(), o.Name)
	if err := os.MkdirAll(clustersDir(), 0o700); err != nil {
		return nil, err
	}
	if err := os.Mkdir(dir, 0o700); errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%w (`seatrial cluster delete --name %s`)", ErrExists, o.Name)
	} else if err != nil {
		return nil, err
	}
	r := newRecord(o)
	r.Daemon = daemon
	err = r.save(dir)
	if err == nil && o.Journal != nil {
		err = o.Journal(deleteStep(r))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("journal its removal: %w", err), os.RemoveAll(dir))
	}
	return &Cluster{shell: s, dir: dir, rec: r}, nil
}

func newRecord(o Options) record {
	now, ttl := time.Now().UTC().Truncate(time.Second), o.TTL
	if ttl == 0 {
		ttl = DefaultTTL
	}
	return record{
		Name: o.Name, ID: rand.Text(), Place: o.Place.Name, Image: o.Image, AllowEgress: o.AllowEgress,
		PodSubnet: podSubnet, ServiceSubnet: serviceSubnet,
		Created: now, Expires: now.Add(ttl),
	}
}

// build does the work, one reported step after the other.
func (c *Cluster) build(ctx context.Context, o Options) error {
	disks := planDisks(o.Place, c.rec.Name, c.dir)
	var found facts
	steps := []struct {
		name string
		do   func(say func(string)) error
	}{
		{"look at the Docker host", func(func(string)) (err error) {
			found, err = c.detect(ctx, o.Image)
			return err
		}},
		{"make a network without a way out", func(func(string)) error { return c.isolate(ctx) }},
		{"make disks", func(func(string)) error { return c.makeDisks(ctx, o.Place, c.rec, disks) }},
		{"create nodes", func(say func(string)) error {
			if err := writeTemplate(c.dir); err != nil {
				return err
			}
			port, err := reservePorts(c.rec.Name)
			if err != nil {
				return err
			}
			cfg, err := kindConfig(o.Place, c.rec, found, c.dir, disks, port)
			if err != nil {
				return err
			}
			return c.createNodes(ctx, cfg, c.dir, say)
		}},
		{"connect the nodes", func(func(string)) error { return c.connect(ctx) }},
		{"wait until it answers", func(say func(string)) error { return c.WaitReady(ctx, say) }},
		{"bound the nodes", func(func(string)) error { return c.boundAll(ctx, o.Place.Bounds) }},
	}
	for _, step := range steps {
		if step.name == "make disks" && len(disks) == 0 || step.name == "bound the nodes" && len(o.Place.Bounds) == 0 {
			continue
		}
		if err := o.Progress.Do(o.Name+": "+step.name, step.do); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return c.update(func(r *record) { r.Ready = true })
}

// isolate makes the network and closes it before anything runs in it.
func (c *Cluster) isolate(ctx context.Context) error {
	subnet, err := c.createNetwork(ctx, c.rec)
	if err != nil {
		return err
	}
	if err := c.update(func(r *record) { r.Subnet = subnet }); err != nil {
		return err
	}
	return c.closeEgress(ctx, c.rec)
}

// connect notes the nodes' addresses and tells every node the way to the others.
func (c *Cluster) connect(ctx context.Context) error {
	if err := os.Chmod(c.Kubeconfig(), 0o600); err != nil {
		return err
	}
	if err := c.discover(ctx); err != nil {
		return err
	}
	if err := c.SyncRoutes(ctx); err != nil {
		return err
	}
	if err := c.weighPods(ctx, c.Names("")...); err != nil {
		return err
	}
	return c.setDNS(ctx)
}
