// Package e2e is the `go test` edge: the very scenarios that the command line
// runs, as e2e-framework features with one subtest per finding.
//
// It needs a machine that can host clusters and takes a quarter of an hour, so it runs
// only where SEATRIAL_CLUSTER is set (`make test-cluster`). The framework's cluster
// provider over internal/cluster is here too.
package e2e

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/e2e-framework/klient"
	"sigs.k8s.io/e2e-framework/support"

	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/nodeimage"
	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/internal/self"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// A Provider lets e2e-framework's env functions (envfuncs.CreateCluster and so on)
// work with clusters of internal/cluster. Unlike the framework's own kind provider
// it needs no kind binary and can stop, start, add and remove nodes.
type Provider struct {
	name, version, place string
	cluster              *cluster.Cluster // nil until Create
}

var (
	_ support.E2EClusterProviderWithImageLoader = (*Provider)(nil)
	_ support.E2EClusterProviderWithLifeCycle   = (*Provider)(nil)
)

// NewProvider makes clusters of that place.
func NewProvider(place string) *Provider { return &Provider{place: place} }

// WithPlace chooses the place of a Provider's cluster.
func WithPlace(place string) support.ClusterOpts {
	return func(p support.E2EClusterProvider) {
		if ours, ok := p.(*Provider); ok {
			ours.place = place
		}
	}
}

// WithName sets the cluster's name.
func (p *Provider) WithName(name string) support.E2EClusterProvider {
	p.name = name
	return p
}

// WithVersion sets the Kubernetes version, "v1.36.3".
func (p *Provider) WithVersion(version string) support.E2EClusterProvider {
	p.version = version
	return p
}

// WithPath does nothing: no program is run.
func (p *Provider) WithPath(string) support.E2EClusterProvider { return p }

// WithOpts applies options such as WithPlace.
func (p *Provider) WithOpts(opts ...support.ClusterOpts) support.E2EClusterProvider {
	for _, o := range opts {
		o(p)
	}
	return p
}

// SetDefaults chooses what was left open: name seatrial-e2e, place fast, the
// default version.
func (p *Provider) SetDefaults() support.E2EClusterProvider {
	for _, d := range []struct {
		into  *string
		value string
	}{{&p.name, "seatrial-e2e"}, {&p.place, "fast"}, {&p.version, nodeimage.DefaultVersion}} {
		if *d.into == "" {
			*d.into = d.value
		}
	}
	return p
}

// Create makes the cluster, or attaches to the one of that name, and returns the
// path of its kubeconfig.
func (p *Provider) Create(ctx context.Context, _ ...string) (string, error) {
	c, err := cluster.Attach(p.name)
	if errors.Is(err, fs.ErrNotExist) {
		c, err = p.create(ctx)
	}
	if err != nil {
		return "", err
	}
	p.cluster = c
	return c.Kubeconfig(), nil
}

func (p *Provider) create(ctx context.Context) (*cluster.Cluster, error) {
	place, err := kindconfigs.Find(p.place)
	if err != nil {
		return nil, err
	}
	image, err := nodeimage.Ensure(ctx, p.version, nodeimage.Options{})
	if err != nil {
		return nil, err
	}
	o := cluster.Options{Name: p.name, Place: place, Image: image.Ref}
	if !self.Plays() { // nobody could be the guardian
		return cluster.Create(ctx, o)
	}
	return run.CreateCluster(ctx, o, []string{"go", "test"})
}

// CreateWithConfig is refused: a shape of its own is a place in kind-configs.
func (p *Provider) CreateWithConfig(_ context.Context, file string) (string, error) {
	return "", fmt.Errorf("create a cluster from %s: put the file into kind-configs and use its place", file)
}

// GetKubeconfig is the path of the kubeconfig, "" before Create.
func (p *Provider) GetKubeconfig() string {
	if p.cluster == nil {
		return ""
	}
	return p.cluster.Kubeconfig()
}

// GenerateKubeconfig is the path of the kubeconfig; there is but one.
func (p *Provider) GenerateKubeconfig(...string) (string, error) {
	if err := p.created(); err != nil {
		return "", err
	}
	return p.cluster.Kubeconfig(), nil
}

// GetKubectlContext is the kubeconfig's context, "" before Create.
func (p *Provider) GetKubectlContext() string {
	if p.cluster == nil {
		return ""
	}
	return p.cluster.Context()
}

// KubernetesRestConfig is how to connect, nil before Create.
func (p *Provider) KubernetesRestConfig() *rest.Config {
	if p.cluster == nil {
		return nil
	}
	config, err := p.cluster.RESTConfig()
	if err != nil {
		return nil // the interface has no error; whoever uses it gets one at once
	}
	return config
}

// WaitForControlPlane waits until the cluster is usable.
func (p *Provider) WaitForControlPlane(ctx context.Context, _ klient.Client) error {
	if err := p.created(); err != nil {
		return err
	}
	return p.cluster.WaitReady(ctx, func(string) {})
}

// ExportLogs writes each node's journal to DEST/NODE.log.
func (p *Provider) ExportLogs(ctx context.Context, dest string) error {
	if err := p.created(); err != nil {
		return err
	}
	if err := os.MkdirAll(dest, 0o755); err != nil {
		return err
	}
	var errs []error
	for _, node := range p.cluster.Names("") {
		out, err := p.cluster.Exec(ctx, node, "journalctl", "--no-pager")
		if err == nil {
			err = os.WriteFile(filepath.Join(dest, node+".log"), []byte(out), 0o644)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Destroy deletes the cluster.
func (p *Provider) Destroy(ctx context.Context) error { return cluster.Delete(ctx, p.name) }

// LoadImage loads an image of the local Docker into every node.
func (p *Provider) LoadImage(ctx context.Context, image string, _ ...string) error {
	if err := p.created(); err != nil {
		return err
	}
	return p.cluster.LoadDockerImage(ctx, image)
}

// LoadImageArchive loads a docker archive into every node.
func (p *Provider) LoadImageArchive(ctx context.Context, archive string, _ ...string) error {
	if err := p.created(); err != nil {
		return err
	}
	return p.cluster.LoadImage(ctx, archive)
}

// AddNode adds a worker; the cluster chooses its name, which node then has.
func (p *Provider) AddNode(ctx context.Context, node *support.Node, _ ...string) error {
	err := p.created()
	if err == nil {
		node.Name, err = p.cluster.AddNode(ctx, func(string) {})
	}
	if err != nil {
		return err
	}
	node.Role, node.Cluster = cluster.RoleWorker, p.name
	ip, err := p.cluster.InternalIP(node.Name)
	node.IP = net.ParseIP(ip)
	return err
}

// RemoveNode takes a worker out for good.
func (p *Provider) RemoveNode(ctx context.Context, node *support.Node, _ ...string) error {
	return p.onNode(ctx, node, (*cluster.Cluster).RemoveNode)
}

// StartNode powers a node on.
func (p *Provider) StartNode(ctx context.Context, node *support.Node, _ ...string) error {
	return p.onNode(ctx, node, (*cluster.Cluster).Start)
}

// StopNode shuts a node down in good order.
func (p *Provider) StopNode(ctx context.Context, node *support.Node, _ ...string) error {
	return p.onNode(ctx, node, (*cluster.Cluster).Stop)
}

func (p *Provider) onNode(ctx context.Context, node *support.Node, do func(*cluster.Cluster, context.Context, string) error) error {
	if err := p.created(); err != nil {
		return err
	}
	return do(p.cluster, ctx, node.Name)
}

// ListNode lists the nodes, running or not.
func (p *Provider) ListNode(context.Context, ...string) ([]support.Node, error) {
	if err := p.created(); err != nil {
		return nil, err
	}
	var nodes []support.Node
	for _, role := range []string{cluster.RoleControlPlane, cluster.RoleWorker} {
		for _, name := range p.cluster.Names(role) {
			ip, err := p.cluster.InternalIP(name)
			if err != nil {
				return nil, err
			}
			nodes = append(nodes, support.Node{Name: name, Role: role, Cluster: p.name, IP: net.ParseIP(ip)})
		}
	}
	return nodes, nil
}

func (p *Provider) created() error {
	if p.cluster == nil {
		return fmt.Errorf("cluster %q has not been created", p.name)
	}
	return nil
}
