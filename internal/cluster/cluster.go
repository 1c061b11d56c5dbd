package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// A Cluster is a cluster of ours on this host. Its methods may be called from
// several goroutines.
type Cluster struct {
	shell
	dir string // its folder

	mu  sync.Mutex
	rec record
}

// Attach returns the cluster of that name. The error of a name that does not
// exist is an fs.ErrNotExist. Nothing is asked of Docker or the cluster yet.
func Attach(name string) (*Cluster, error) { return shell{}.attach(name) }

func (s shell) attach(name string) (*Cluster, error) {
	dir := filepath.Join(clustersDir(), name)
	r, err := loadRecord(dir)
	if err != nil {
		return nil, err
	}
	return &Cluster{shell: s, dir: dir, rec: r}, nil
}

const kubeconfigFile = "kubeconfig"

// Name is the cluster's name.
func (c *Cluster) Name() string { return c.snapshot().Name }

// Place is the name of the place that the cluster is an instance of.
func (c *Cluster) Place() string { return c.snapshot().Place }

// Version is the API server's version as it was when the cluster became ready, "v1.36.3".
func (c *Cluster) Version() string { return c.snapshot().Version }

// Image is the image that its nodes run.
func (c *Cluster) Image() string { return c.snapshot().Image }

// ServiceSubnet is the range of service addresses, "10.96.0.0/16".
func (c *Cluster) ServiceSubnet() string { return c.snapshot().ServiceSubnet }

// PodSubnet is the range of pod addresses, "10.244.0.0/16".
func (c *Cluster) PodSubnet() string { return c.snapshot().PodSubnet }

// Kubeconfig is the path of the cluster's own kubeconfig (mode 0600). The user's
// ~/.kube/config is never touched.
func (c *Cluster) Kubeconfig() string { return filepath.Join(c.dir, kubeconfigFile) }

// Context is the name of the kubeconfig's only context.
func (c *Cluster) Context() string { return "kind-" + c.Name() }

// The client's rate limit, requests per second and at once: observers, faults and
// the runner share one client, and client-go's default of 5 would stall them.
const (
	clientQPS   = 200
	clientBurst = 400
)

// RESTConfig is how to connect to the API server.
func (c *Cluster) RESTConfig() (*rest.Config, error) {
	cfg, err := clientcmd.BuildConfigFromFlags("", c.Kubeconfig())
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig of cluster %s: %w", c.Name(), err)
	}
	cfg.QPS, cfg.Burst = clientQPS, clientBurst
	return cfg, nil
}

// Client is a client of the API server.
func (c *Cluster) Client() (kubernetes.Interface, error) {
	cfg, err := c.RESTConfig()
	if err != nil {
		return nil, err
	}
	return kubernetes.NewForConfig(cfg)
}

// HostPort is the port of 127.0.0.1 that leads to a node port, which must be one
// of the NodePorts from FirstNodePort on.
func (c *Cluster) HostPort(nodePort int) (int, error) {
	r := c.snapshot()
	port, ok := r.Ports[strconv.Itoa(nodePort)]
	if !ok {
		return 0, fmt.Errorf("node port %d of cluster %s is not mapped: %d to %d are",
			nodePort, r.Name, FirstNodePort, FirstNodePort+NodePorts-1)
	}
	return strconv.Atoi(port)
}

// snapshot copies the record.
func (c *Cluster) snapshot() record {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reread()
	return c.rec
}

// reread takes over what somebody else who is attached to the cluster has written since:
// an undo step that removed a node. The lock is held. Without a record on disk, or with
// that of another cluster of the same name, ours stays.
func (c *Cluster) reread() {
	if r, err := loadRecord(c.dir); err == nil && r.ID == c.rec.ID {
		c.rec = r
	}
}

// update changes the record and writes it to disk. The change must replace slices
// and maps, not write into them: snapshots share them.
func (c *Cluster) update(change func(*record)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reread()
	change(&c.rec)
	return c.rec.save(c.dir)
}

// An inspection is as much of `docker inspect` as we use.
type inspection struct {
	Name  string // "/dev-worker"
	State struct {
		Status          string // "running", "paused", "exited"
		Running, Paused bool
		Pid             int
	}
	HostConfig struct {
		CpuQuota, CpuPeriod, NanoCpus int64
		Memory, MemorySwap            int64
		PidsLimit                     *int64
	}
	Config struct {
		Labels map[string]string
	}
	NetworkSettings struct {
		Ports    map[string][]struct{ HostIp, HostPort string }
		Networks map[string]struct{ IPAddress string }
	}
	Mounts []struct{ Type, Name string }
}

// volumes are the names of the volumes that the container brought with it.
func (i inspection) volumes() (names []string) {
	for _, m := range i.Mounts {
		if m.Type == "volume" {
			names = append(names, m.Name)
		}
	}
	return names
}

func (s shell) inspect(ctx context.Context, containers ...string) ([]inspection, error) {
	if len(containers) == 0 {
		return nil, nil
	}
	out, err := s.docker(ctx, append([]string{"inspect", "--type=container"}, containers...)...)
	if err != nil {
		return nil, err
	}
	var found []inspection
	if err := json.Unmarshal([]byte(out), &found); err != nil {
		return nil, fmt.Errorf("read what docker inspect said: %w", err)
	}
	return found, nil
}

// containers lists the names of the nodes of our cluster of that name, running or not:
// kind's containers in its network, or in none (a node that is just being started). Those of
// a cluster that the user has made with kind under the same name are in another network.
func (s shell) containers(ctx context.Context, cluster string) ([]string, error) {
	return s.kinds(ctx, cluster, func(networks string) bool {
		return networks == "" || slices.Contains(strings.Split(networks, ","), networkName(cluster))
	})
}

// kinds lists the names of the containers of kind's cluster of that name whose networks
// are wanted.
func (s shell) kinds(ctx context.Context, cluster string, wanted func(networks string) bool) ([]string, error) {
	out, err := s.docker(ctx, "ps", "--all", "--filter", "label="+kindLabel+"="+cluster, "--format", "{{.Names}} {{.Networks}}")
	if err != nil {
		return nil, fmt.Errorf("list the nodes of cluster %s: %w", cluster, err)
	}
	var names []string
	for _, line := range lines(out) {
		if name, networks, _ := strings.Cut(strings.TrimSpace(line), " "); wanted(networks) {
			names = append(names, name)
		}
	}
	return names, nil
}

// roleLabel is kind's label of a node's role (kind: providers/docker/constants.go).
const roleLabel = "io.x-k8s.kind.role"

// discover notes the nodes that Docker knows, with their addresses and ports, and
// the pod ranges that the cluster gave them.
func (c *Cluster) discover(ctx context.Context) error {
	r := c.snapshot()
	names, err := c.containers(ctx, r.Name)
	if err != nil {
		return err
	}
	found, err := c.inspect(ctx, names...)
	if err != nil {
		return fmt.Errorf("look at the nodes of cluster %s: %w", r.Name, err)
	}
	ranges, err := c.podRanges(ctx, len(found))
	if err != nil {
		return err
	}
	return c.update(func(r *record) { r.note(found, ranges) })
}

// note takes over what Docker says of the nodes' containers, and the pod ranges.
func (r *record) note(found []inspection, ranges map[string]string) {
	r.Nodes, r.Volumes, r.Ports = nil, nil, map[string]string{}
	for _, i := range found {
		r.Volumes = append(r.Volumes, i.volumes()...)
		n := i.node(networkName(r.Name))
		n.PodCIDR = ranges[n.Name]
		r.Nodes = append(r.Nodes, n)
		for inside, bound := range i.NetworkSettings.Ports {
			if port, _ := strings.CutSuffix(inside, "/tcp"); len(bound) > 0 {
				r.Ports[port] = bound[0].HostPort
			}
		}
	}
	sortNodes(r.Nodes)
}

func (i inspection) node(network string) node {
	return node{
		Name: strings.TrimPrefix(i.Name, "/"),
		Role: i.Config.Labels[roleLabel],
		IP:   i.NetworkSettings.Networks[network].IPAddress,
	}
}
