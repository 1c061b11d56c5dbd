package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/agent"
	"github.com/seatrial/seatrial/internal/agent/deploy"
	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/internal/self"
	"github.com/seatrial/seatrial/workloads"
)

// AgentOptions say from where agents are to measure.
type AgentOptions struct {
	Agents      int
	Cluster     string // one of ours; or
	Kubeconfig  string // one that exists: "" is the usual file
	Context     string // of it; "" is the current one
	Image       string // of the agents; "" is made of this program, for clusters of ours
	Host        string // what they are to load, which must be in the cluster; "": whatever it is
	CommandLine []string
}

// agentsPrefix begins the names of the namespaces of agents.
const agentsPrefix = "seatrial-agents-"

// agentsLimit is how long agents are left in a cluster at most, whatever becomes of us.
const agentsLimit = 24 * time.Hour

// Agents puts agents into a cluster. What it returns takes them away again; if this
// process dies first the guardian does.
func Agents(ctx context.Context, o AgentOptions) (all []*agent.Remote, release func(context.Context) error, err error) {
	id := newID()
	undoers := Undoers()
	j, err := journal.Create(JournalDir(), id, journal.Info{Command: strings.Join(o.CommandLine, " "), Cluster: o.Cluster})
	if err != nil {
		return nil, nil, err
	}
	kubeconfig, image, err := o.reach(ctx, id)
	if err != nil {
		return nil, nil, errors.Join(err, j.Close())
	}
	var guardian *journal.Guardian
	release = func(ctx context.Context) error {
		err := j.UndoTrial(ctx, "", undoers)
		if guardian != nil && err == nil {
			err = guardian.Bye(ctx)
		}
		return errors.Join(err, j.Close(), SweepKubeconfigs())
	}
	all, guardian, err = o.place(ctx, j, kubeconfig, image, agentsPrefix+id)
	if err != nil {
		return nil, nil, errors.Join(err, release(context.WithoutCancel(ctx)))
	}
	return all, release, nil
}

// place starts a guardian, and puts the agents into their namespace.
func (o AgentOptions) place(ctx context.Context, j *journal.Journal, kubeconfig, image, namespace string) ([]*agent.Remote, *journal.Guardian, error) {
	guardian, err := startGuardian(j)
	if err != nil {
		return nil, nil, err
	}
	client, err := connect(kubeconfig)
	if err == nil && o.Host != "" {
		err = inCluster(ctx, client, o.Host)
	}
	if err != nil {
		return nil, guardian, err
	}
	all, err := placeAgents(ctx, j, client, kubeconfig, deploy.Options{Namespace: namespace, Image: image, Agents: o.Agents})
	return all, guardian, err
}

// startGuardian starts the guardian of a journal.
func startGuardian(j *journal.Journal) (*journal.Guardian, error) {
	command, err := self.Command(self.Guardian)
	if err != nil {
		return nil, err
	}
	return journal.StartGuardian(command, j.Path())
}

// placeAgents deploys agents, the removal of their namespace journalled before.
func placeAgents(ctx context.Context, j *journal.Journal, client kubernetes.Interface, kubeconfig string, o deploy.Options) ([]*agent.Remote, error) {
	_, err := j.Add(journal.Step{
		Kind: faults.UndoNamespace, Says: "delete namespace " + o.Namespace, Deadline: time.Now().Add(agentsLimit),
		Args: map[string]string{"kubeconfig": kubeconfig, "namespace": o.Namespace},
	})
	if err != nil {
		return nil, err
	}
	return deploy.Agents(ctx, client, o)
}

// reach finds the cluster and brings the agents' image there.
func (o AgentOptions) reach(ctx context.Context, id string) (kubeconfig, image string, err error) {
	if o.Cluster == "" {
		if o.Image == "" {
			return "", "", errors.New("agents in a cluster that is not ours need an image that its nodes can pull: --agent-image (seatrial image export)")
		}
		config, _, err := minified(o.Kubeconfig, o.Context)
		if err == nil {
			kubeconfig, err = keepKubeconfig(config, id)
		}
		return kubeconfig, o.Image, err
	}
	c, err := cluster.Attach(o.Cluster)
	if err != nil {
		return "", "", fmt.Errorf("use cluster %s: %w", o.Cluster, err)
	}
	if o.Image != "" {
		return c.Kubeconfig(), o.Image, nil
	}
	image, archive, err := ownImage()
	if err == nil {
		err = c.LoadImage(ctx, archive)
	}
	return c.Kubeconfig(), image, err
}

// ownImage makes an image of this very program, named after its content.
func ownImage() (ref, archive string, err error) {
	program, err := os.Executable()
	if err != nil {
		return "", "", fmt.Errorf("find our own program: %w", err)
	}
	if needs, err := host.SharedLibraries("/", program); err != nil || len(needs) > 0 {
		return "", "", errors.Join(err, fmt.Errorf("%s needs shared libraries, which no agent has: build it by make build (CGO_ENABLED=0)", program))
	}
	text, err := os.ReadFile(program)
	if err != nil {
		return "", "", fmt.Errorf("read our own program: %w", err)
	}
	sum := sha256.Sum256(text)
	digest := hex.EncodeToString(sum[:])[:12]
	ref = "seatrial.local/seatrial:" + digest
	dir := filepath.Join(host.CacheDir(), "apps")
	archive = filepath.Join(dir, "seatrial-"+digest+".tar")
	if _, err := os.Stat(archive); err == nil {
		return ref, archive, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", "", err
	}
	own, err := os.MkdirTemp(dir, "new-") // another measurement may be packing the same
	if err != nil {
		return "", "", err
	}
	defer os.RemoveAll(own)
	fresh := filepath.Join(own, filepath.Base(archive))
	if err := workloads.Pack(program, "seatrial", []string{ref}, fresh); err != nil {
		return "", "", err
	}
	return ref, archive, os.Rename(fresh, archive)
}
