package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/journal"
)

// An Info is what List says of a cluster.
type Info struct {
	Name       string    `json:"name"`
	Place      string    `json:"place"`
	Version    string    `json:"version"`
	Image      string    `json:"image"`
	State      string    `json:"state"` // ready, incomplete (creation did not come to its end), gone (no container is left), elsewhere (another Docker has it)
	Nodes      []string  `json:"nodes"`
	Created    time.Time `json:"created"`
	Expires    time.Time `json:"expires"`
	Kubeconfig string    `json:"kubeconfig"`
}

// The states of a cluster in an Info.
const (
	StateReady      = "ready"
	StateIncomplete = "incomplete"
	StateGone       = "gone"
	StateElsewhere  = "elsewhere"
)

// List tells of all clusters of ours on this host, by name.
func List(ctx context.Context) ([]Info, error) { return shell{}.list(ctx) }

func (s shell) list(ctx context.Context) ([]Info, error) {
	entries, err := os.ReadDir(clustersDir())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list clusters: %w", err)
	}
	if len(entries) == 0 {
		return nil, nil
	}
	daemon, err := s.daemon(ctx)
	if err != nil {
		return nil, err
	}
	var infos []Info
	for _, entry := range entries {
		dir := filepath.Join(clustersDir(), entry.Name())
		r, err := loadRecord(dir)
		if err != nil {
			r = record{Name: entry.Name()} // killed in its first instant, or damaged
		}
		names, err := s.containers(ctx, r.Name)
		if err != nil {
			return nil, err
		}
		slices.Sort(names)
		infos = append(infos, infoOf(r, dir, names, daemon))
	}
	return infos, nil
}

func infoOf(r record, dir string, nodes []string, daemon string) Info {
	return Info{
		Name: r.Name, Place: r.Place, Version: r.Version, Image: r.Image, State: state(r, len(nodes), daemon),
		Nodes: nodes, Created: r.Created, Expires: r.Expires, Kubeconfig: filepath.Join(dir, kubeconfigFile),
	}
}

// Info is what List says of the cluster, with the nodes that are on its record. Nothing is
// asked of Docker.
func (c *Cluster) Info() Info {
	r := c.snapshot()
	return infoOf(r, c.dir, slices.Sorted(slices.Values(r.names(""))), r.Daemon)
}

// Unreached reports whether clusters are on record while no Docker daemon answers, so that
// nothing can be said of them.
func Unreached(ctx context.Context) bool {
	_, err := shell{}.list(ctx)
	return errors.Is(err, ErrNoDocker)
}

func state(r record, containers int, daemon string) string {
	switch {
	case r.Daemon != "" && r.Daemon != daemon:
		return StateElsewhere
	case containers == 0:
		return StateGone
	case !r.Ready:
		return StateIncomplete
	}
	return StateReady
}

// Delete removes everything that belongs to the cluster of that name: containers
// with their volumes, network, rules, disks, folder. What is not there is no error.
func Delete(ctx context.Context, name string) error { return shell{}.delete(ctx, name) }

// Delete removes the cluster; see the function of that name.
func (c *Cluster) Delete(ctx context.Context) error { return c.delete(ctx, c.Name()) }

func (s shell) delete(ctx context.Context, name string) error {
	if !validName.MatchString(name) { // it becomes part of a path that is removed
		return fmt.Errorf("delete cluster: %q is no name of a cluster", name)
	}
	dir := filepath.Join(clustersDir(), name)
	ours, err := s.isOurs(ctx, name, dir)
	if err != nil || !ours {
		return err
	}
	r, _ := loadRecord(dir) // its image serves where we are not root; without it we do what we can
	if err := s.has(ctx, r); err != nil {
		return fmt.Errorf("delete cluster %s: %w", name, err)
	}
	err = s.clear(ctx, name)
	if err == nil {
		err = errors.Join(s.removeVolumes(ctx, r.Volumes), s.removeRules(ctx, r.Image, name), s.removeDisks(ctx, r.Image, dir), releasePorts(name))
	}
	if err == nil {
		err = os.RemoveAll(dir) // last: as long as it is there, somebody can go on
	}
	if err != nil {
		return fmt.Errorf("delete cluster %s: %w", name, err)
	}
	return nil
}

// has says that the Docker that we reach is not the one that has the cluster: its nodes
// would go on, with their way out of the machine open and nobody to know of them.
func (s shell) has(ctx context.Context, r record) error {
	if r.Daemon == "" {
		return nil
	}
	daemon, err := s.daemon(ctx)
	if err == nil && daemon != r.Daemon {
		err = fmt.Errorf("another Docker has it, %s, and this one is %s (DOCKER_HOST, docker context); if that one is no more, remove %s",
			r.Daemon, daemon, filepath.Join(clustersDir(), r.Name))
	}
	return err
}

// removeVolumes removes volumes that containers left, which somebody removed without them.
func (s shell) removeVolumes(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return nil
	}
	_, err := s.docker(ctx, append([]string{"volume", "rm", "--force"}, names...)...) // one that is gone is no error, with --force
	return err
}

// isOurs reports whether there is anything of ours under that name. A cluster that
// the user made with kind under the same name has neither our folder nor our network.
func (s shell) isOurs(ctx context.Context, name, dir string) (bool, error) {
	if _, err := os.Stat(dir); err == nil {
		return true, nil
	}
	networks, err := s.docker(ctx, "network", "ls", "--quiet", "--filter", "label="+labelCluster+"="+name)
	if err != nil || networks != "" {
		return networks != "", err
	}
	stray, err := s.strays(ctx)
	return slices.Contains(stray, name), err
}

// strays lists the clusters of all kind containers that were made for a network of ours.
func (s shell) strays(ctx context.Context) ([]string, error) {
	out, err := s.docker(ctx, "ps", "--all", "--filter", "label="+kindLabel, "--format", `{{.Label "`+kindLabel+`"}} {{.Networks}}`)
	if err != nil {
		return nil, fmt.Errorf("list containers: %w", err)
	}
	var clusters []string
	for _, line := range lines(out) {
		cluster, network, _ := strings.Cut(line, " ")
		if network == networkName(cluster) && !slices.Contains(clusters, cluster) {
			clusters = append(clusters, cluster)
		}
	}
	return clusters, nil
}

// clearTries is how often clear looks again, clearEvery apart.
const (
	clearTries = 20
	clearEvery = 500 * time.Millisecond
)

// clear removes containers and network until none is left. One pass is not always
// enough: a run that was killed while it created the cluster leaves `docker run`
// commands behind that go on for a moment.
func (s shell) clear(ctx context.Context, cluster string) error {
	tick := time.NewTicker(clearEvery)
	defer tick.Stop()
	for try := 1; ; try++ {
		err := s.removeContainers(ctx, cluster)
		if err == nil {
			err = s.removeNetwork(ctx, cluster)
		}
		var left []string
		if err == nil {
			left, err = s.containers(ctx, cluster)
		}
		if err == nil && len(left) == 0 || errors.Is(err, ErrNoDocker) {
			return err
		}
		if try == clearTries {
			return errors.Join(err, fmt.Errorf("still there after %d tries: %s", try, strings.Join(left, " ")))
		}
		select {
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), err)
		case <-tick.C:
		}
	}
}

// removeContainers removes the cluster's nodes and their volumes, whatever they
// are doing, and what else we may have had running for it.
func (s shell) removeContainers(ctx context.Context, cluster string) error {
	names, err := s.containers(ctx, cluster)
	if err != nil {
		return err
	}
	helpers, err := s.docker(ctx, "ps", "--all", "--quiet", "--filter", "label="+labelCluster+"="+cluster)
	if err != nil {
		return err
	}
	if names = append(names, lines(helpers)...); len(names) == 0 {
		return nil
	}
	for _, name := range names {
		// A paused container cannot be killed. The error of one that is not paused is of no interest.
		_, _ = s.docker(ctx, "unpause", name)
	}
	_, err = s.docker(ctx, append([]string{"rm", "--force", "--volumes"}, names...)...)
	if errors.Is(err, ErrGone) { // somebody else removed one in between
		return nil
	}
	return err
}

func (s shell) removeNetwork(ctx context.Context, cluster string) error {
	_, err := s.docker(ctx, "network", "rm", networkName(cluster))
	if errors.Is(err, ErrGone) {
		return nil
	}
	return err
}

// KindDelete is the kind of the undo step of a cluster's creation; args "cluster"
// and "id".
const KindDelete = "cluster/delete"

func deleteStep(r record) journal.Step {
	return journal.Step{
		Kind: KindDelete,
		Says: "delete cluster " + r.Name,
		Args: map[string]string{"cluster": r.Name, "id": r.ID},
	}
}

// undoCreate deletes the cluster that the step speaks of. One that was made under
// its name since then is another cluster and stays.
func (s shell) undoCreate(ctx context.Context, args map[string]string) error {
	r, err := loadRecord(filepath.Join(clustersDir(), args["cluster"]))
	if err == nil && args["id"] != "" && r.ID != args["id"] {
		return nil
	}
	return s.delete(ctx, args["cluster"])
}

// Undoers returns the undoers of everything that this package journals. They succeed if
// the cluster is gone: its deletion undid the step.
func Undoers() journal.Undoers { return shell{}.undoers() }

func (s shell) undoers() journal.Undoers { return journal.Undoers{KindDelete: s.undoCreate} }

// Gone reports whether a kubeconfig is that of a cluster of ours which has been deleted.
func Gone(kubeconfig string) bool {
	dir := filepath.Dir(kubeconfig)
	if filepath.Dir(dir) != clustersDir() {
		return false
	}
	_, err := os.Stat(dir)
	return errors.Is(err, fs.ErrNotExist)
}
