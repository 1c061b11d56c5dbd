package cluster

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// AddNode adds a worker to the running cluster and returns its name once it is
// Ready. It gets the images that were loaded into the cluster before.
func (c *Cluster) AddNode(ctx context.Context, say func(string)) (string, error) {
	name := c.NextWorker()
	if err := c.add(ctx, name, say); err != nil {
		return "", err
	}
	if err := c.WaitReady(ctx, say); err != nil {
		return "", c.withdraw(ctx, name, err)
	}
	return name, nil
}

// NextWorker is the name that a worker would have that is added now.
func (c *Cluster) NextWorker() string { return nextWorker(c.snapshot()) }

// AddWorker adds a worker of that name to the running cluster, and returns when it has
// joined and every node knows the way to its pods. It is Ready a moment later.
func (c *Cluster) AddWorker(ctx context.Context, name string) error {
	return c.add(ctx, name, func(string) {})
}

func (c *Cluster) add(ctx context.Context, name string, say func(string)) error {
	r := c.snapshot()
	model := r.names(RoleWorker)
	if place, err := kindconfigs.Find(r.Place); err == nil && len(place.Disks) > 0 {
		return fmt.Errorf("add a node to cluster %s: its place %s gives workers disks of their own, which a new one has not", r.Name, r.Place)
	}
	if len(model) == 0 {
		return fmt.Errorf("add a node to cluster %s: it has no worker to take the configuration from", r.Name)
	}
	ip, err := freeAddress(r)
	if err != nil {
		return err
	}
	added := node{Name: name, Role: RoleWorker, IP: ip}
	if err := c.join(ctx, added, model[len(model)-1], say); err != nil {
		return c.withdraw(ctx, name, err)
	}
	return nil
}

// withdraw removes a node that could not be added, and says why it could not.
func (c *Cluster) withdraw(ctx context.Context, name string, why error) error {
	undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), deleteTimeout)
	defer cancel()
	return fmt.Errorf("add node %s: %w", name, errors.Join(why, c.RemoveNode(undo, name)))
}

// nextWorker is the lowest name of a worker that no node has.
func nextWorker(r record) string {
	for n := 1; ; n++ {
		if name := workerName(r.Name, n); !slices.Contains(r.names(""), name) {
			return name
		}
	}
}

// join makes the container and lets it join by the configuration of a model node.
func (c *Cluster) join(ctx context.Context, added node, model string, say func(string)) error {
	r := c.snapshot()
	if err := c.update(func(r *record) { r.Nodes = append(slices.Clone(r.Nodes), added) }); err != nil {
		return err
	}
	say("start " + added.Name)
	if _, err := c.docker(ctx, nodeArgs(r, added, c.dir)...); err != nil {
		return err
	}
	if err := c.copyConfig(ctx, r, added, model); err != nil {
		return err
	}
	// Before it joins: pods that wait for a node come as soon as it is Ready.
	for _, archive := range r.Images {
		say("load " + archive)
		if err := c.loadArchive(ctx, filepath.Join(c.dir, imagesDir, archive), added.Name); err != nil {
			return err
		}
	}
	say("join " + added.Name)
	// SystemVerification refuses cgroup v1; kind skips the whole preflight in its configuration too.
	if _, err := c.exec(ctx, added.Name, "", "kubeadm", "join", "--config", kubeadmFile, "--ignore-preflight-errors=all"); err != nil {
		return err
	}
	if err := c.discoverRange(ctx, added.Name); err != nil {
		return err
	}
	if err := c.SyncRoutes(ctx); err != nil {
		return err
	}
	if err := c.weighPods(ctx, added.Name); err != nil {
		return err
	}
	return c.openNode(ctx, added.Name)
}

// joining is the taint that a new node registers with: no pod may come, and be sent
// traffic, before every node knows the way to its pods.
const joining = "seatrial.dev/joining"

// closeNode has the node of a kubeadm configuration register with the taint.
func closeNode(kubeadm string) string {
	return strings.ReplaceAll(kubeadm, "\nnodeRegistration:\n", "\nnodeRegistration:\n  taints: [{key: "+joining+", effect: NoSchedule}]\n")
}

// openNode takes the taint off.
func (c *Cluster) openNode(ctx context.Context, name string) error {
	client, err := c.Client()
	if err != nil {
		return err
	}
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		n, err := client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		n.Spec.Taints = slices.DeleteFunc(n.Spec.Taints, func(t corev1.Taint) bool { return t.Key == joining })
		_, err = client.CoreV1().Nodes().Update(ctx, n, metav1.UpdateOptions{})
		return err
	})
}

// nodeArgs is how kind starts a node's container (kind: providers/docker/provision.go).
func nodeArgs(r record, n node, dir string) []string {
	return []string{"run", "--name", n.Name, "--hostname", n.Name, "--detach", "--tty",
		"--label", kindLabel + "=" + r.Name, "--label", roleLabel + "=" + n.Role,
		"--privileged", "--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined",
		"--tmpfs", "/tmp", "--tmpfs", "/run", "--volume", "/var", "--volume", "/lib/modules:/lib/modules:ro",
		"--volume", filepath.Join(dir, cniTemplateFile) + ":" + cniTemplatePath + ":ro",
		"--net", networkName(r.Name), "--ip", n.IP,
		"--restart=on-failure:1", "--init=false", "--cgroupns=private",
		r.Image}
}

const (
	kubeadmFile    = "/kind/kubeadm.conf"
	containerdFile = "/etc/containerd/config.toml"
)

// copyConfig gives the new node the model's configuration of kubeadm, with name
// and address exchanged, and of containerd.
func (c *Cluster) copyConfig(ctx context.Context, r record, added node, model string) error {
	from, err := r.find(model)
	if err != nil {
		return err
	}
	kubeadm, err := c.exec(ctx, model, "", "cat", kubeadmFile)
	if err != nil {
		return err
	}
	containerd, err := c.exec(ctx, model, "", "cat", containerdFile)
	if err != nil {
		return err
	}
	script := "set -e\n" +
		"until systemctl --quiet is-active containerd.service; do sleep 0.1; done\n" +
		hereFile(kubeadmFile, closeNode(rename(kubeadm, from, added))) + hereFile(containerdFile, containerd) +
		"systemctl restart containerd.service\n"
	_, err = c.exec(ctx, added.Name, script, "timeout", "60", "bash")
	return err
}

// rename turns the kubeadm configuration of one node into that of another. The
// model's name ends the provider id, "kind://docker/dev/dev-worker"; addresses
// stand alone as values.
func rename(kubeadm string, from, to node) string {
	var out []string
	for _, line := range strings.Split(kubeadm, "\n") {
		if strings.HasSuffix(line, "/"+from.Name) {
			line = strings.TrimSuffix(line, from.Name) + to.Name
		}
		if strings.HasSuffix(line, ": "+from.IP) {
			line = strings.TrimSuffix(line, from.IP) + to.IP
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func hereFile(path, text string) string {
	return "cat > " + path + " <<'END-OF-FILE'\n" + strings.TrimSuffix(text, "\n") + "\nEND-OF-FILE\n"
}

// discoverRange notes the pod range that the cluster gave to a new node.
func (c *Cluster) discoverRange(ctx context.Context, name string) error {
	ranges, err := c.podRanges(ctx, len(c.Names("")))
	if err != nil {
		return err
	}
	return c.update(func(r *record) {
		r.Nodes = slices.Clone(r.Nodes)
		for i := range r.Nodes {
			if r.Nodes[i].Name == name {
				r.Nodes[i].PodCIDR = ranges[name]
			}
		}
	})
}

// RemoveNode takes a worker out of the cluster for good: its Node object, its
// container with its volumes, the routes to it. One that is not there is no error.
func (c *Cluster) RemoveNode(ctx context.Context, name string) error {
	if err := c.removeNode(ctx, name); err != nil {
		return fmt.Errorf("remove node %s: %w", name, err)
	}
	return nil
}

func (c *Cluster) removeNode(ctx context.Context, name string) error {
	client, err := c.Client()
	if err != nil {
		return err
	}
	if err := client.CoreV1().Nodes().Delete(ctx, name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
		return err
	}
	if _, err := c.docker(ctx, "rm", "--force", "--volumes", name); err != nil && !errors.Is(err, ErrGone) {
		return err
	}
	r := c.snapshot()
	i := slices.IndexFunc(r.Nodes, func(n node) bool { return n.Name == name })
	if i < 0 {
		return nil
	}
	gone := r.Nodes[i]
	if err := c.update(func(r *record) {
		r.Nodes = slices.DeleteFunc(slices.Clone(r.Nodes), func(n node) bool { return n.Name == name })
	}); err != nil {
		return err
	}
	if err := c.forgetRoute(ctx, gone.PodCIDR); err != nil {
		return err
	}
	return c.SyncRoutes(ctx)
}

// forgetRoute removes the route to a pod range; SyncRoutes only adds and replaces.
func (c *Cluster) forgetRoute(ctx context.Context, podCIDR string) error {
	if podCIDR == "" {
		return nil
	}
	return c.eachRunning(ctx, c.Names(""), func(ctx context.Context, name string) error {
		_, err := c.exec(ctx, name, "", "sh", "-c", "ip route del "+podCIDR+" 2>/dev/null || true")
		return err
	})
}
