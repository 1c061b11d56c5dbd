package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/nodeimage"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// TestRealCluster goes through the life of a cluster with a real Docker. It takes
// minutes, so it runs only where SEATRIAL_CLUSTER_TESTS is set.
func TestRealCluster(t *testing.T) {
	if os.Getenv("SEATRIAL_CLUSTER_TESTS") == "" {
		t.Skip("SEATRIAL_CLUSTER_TESTS is not set: this test makes real clusters")
	}
	c := createReal(t, "fast")
	worker := c.Names(RoleWorker)[1]
	for _, part := range []struct {
		name string
		do   func(*testing.T, *Cluster, string)
	}{
		{"nothing leaves", realEgress},
		{"settings", realSettings},
		{"power cut keeps address and routes", realPowerCut},
		{"frozen and cut off", realFreeze},
		{"bounds", realBounds},
		{"another node", realAnotherNode},
	} {
		t.Run(part.name, func(t *testing.T) { part.do(t, c, worker) })
	}
	realDelete(t, c)
}

// TestRealSmallDisk fills a real disk until the kubelet complains.
func TestRealSmallDisk(t *testing.T) {
	if os.Getenv("SEATRIAL_CLUSTER_TESTS") == "" {
		t.Skip("SEATRIAL_CLUSTER_TESTS is not set: this test makes real clusters")
	}
	c := createReal(t, "small-disk")
	worker := c.Names(RoleWorker)[0]
	pressure := func(want string) {
		t.Helper()
		err := await(t.Context(), "DiskPressure "+want, func(string) {}, func(ctx context.Context) (string, error) {
			out, err := c.exec(ctx, c.Names(RoleControlPlane)[0], "", "kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", "get", "node", worker,
				"-o", `jsonpath={.status.conditions[?(@.type=="DiskPressure")].status}`)
			return strings.TrimSuffix("it is "+out, "it is "+want), err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	mustExec(t, c, worker, "fallocate", "-l", "1900M", "/var/lib/kubelet/ballast")
	pressure("True")
	if err := errors.Join(c.Kill(t.Context(), worker), c.Start(t.Context(), worker)); err != nil { // the disk stays full
		t.Fatal(err)
	}
	mustExec(t, c, worker, "rm", "/var/lib/kubelet/ballast")
	pressure("False")
	realDelete(t, c)
	if mounts, err := os.ReadFile("/proc/self/mounts"); err == nil && strings.Contains(string(mounts), c.dir) {
		t.Errorf("disks of %s are still mounted", c.Name())
	}
}

func createReal(t *testing.T, placeName string) *Cluster {
	t.Helper()
	p, err := kindconfigs.Find(placeName)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := host.EnsureDocker(t.Context(), host.DockerOptions{}); err != nil {
		t.Fatal(err)
	}
	image, err := nodeimage.Ensure(t.Context(), "", nodeimage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	name := fmt.Sprintf("test-%d-%s", os.Getpid(), placeName)
	c, err := Create(t.Context(), Options{Name: name, Place: p, Image: image.Ref, TTL: time.Hour, Progress: func(s host.Step) {
		if s.Done {
			t.Logf("%s: %.1f s", s.Name, s.Elapsed.Seconds())
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = Delete(context.WithoutCancel(t.Context()), name) })
	t.Logf("%s created in %.1f s", placeName, time.Since(began).Seconds())
	return c
}

func mustExec(t *testing.T, c *Cluster, node string, command ...string) string {
	t.Helper()
	out, err := c.Exec(t.Context(), node, command...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// knock tries to connect as often as it is told and counts how that ends. It must
// not block in connect, as a shell does: the kernel takes an ICMP error that comes
// during the call for a passing one and tries again after a second.
const knock = `curl --silent --verbose --noproxy '*' --max-time 20 http://%s/[1-%d] 2>&1 | grep -o 'No route to host\|Network is unreachable' | sort | uniq -c`

// realEgress loads addresses that nobody has, from every node.
func realEgress(t *testing.T, c *Cluster, _ string) {
	before, err := c.Egress(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The kernel sends one host at most six ICMP errors at once and then one a
	// second (icmp_ratelimit), so few tries where the answer comes from outside.
	tries := map[string]int{"10.244.250.9": 100, "10.96.77.7": 100, "192.0.2.1": 3}
	endings := map[string]string{"10.244.250.9": "No route to host", "10.96.77.7": "No route to host", "192.0.2.1": "Network is unreachable"}
	for _, node := range c.Names("") {
		for address, n := range tries {
			out, err := c.exec(t.Context(), node, fmt.Sprintf(knock, address, n), "timeout", "60", "bash")
			if got, want := strings.TrimSpace(out), fmt.Sprint(n, " ", endings[address]); err != nil || got != want {
				t.Errorf("%s to %s: %q, %v, want %q", node, address, got, err, want)
			}
		}
	}
	after, err := c.Egress(t.Context())
	if least := uint64(len(c.Names("")) * tries["192.0.2.1"]); err != nil || after.Escaped != 0 || after.Rejected < before.Rejected+least {
		t.Errorf("%+v after %+v, %v: want nothing escaped, at least %d more rejected", after, before, err, least)
	}
}

func realSettings(t *testing.T, c *Cluster, worker string) {
	s, err := c.Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.NodeMonitorGracePeriod != 8*time.Second || s.NodeMonitorPeriod != time.Second || s.UnreachableToleration != 5*time.Second ||
		s.Kubelets[worker].LeaseDuration != 8*time.Second || s.ProxyMode != "nftables" {
		t.Errorf("%+v", s)
	}
}

func realPowerCut(t *testing.T, c *Cluster, worker string) {
	before := mustExec(t, c, worker, "sh", "-c", "ip -4 -o addr show dev eth0; ip route | grep -v veth | sort")
	if err := c.LinkDown(t.Context(), worker); err != nil {
		t.Fatal(err)
	}
	if err := c.Kill(t.Context(), worker); err != nil {
		t.Fatal(err)
	}
	if err := c.SyncRoutes(t.Context()); err != nil {
		t.Errorf("with a dead node: %v", err)
	}
	began := time.Now()
	if err := c.Start(t.Context(), worker); err != nil {
		t.Fatal(err)
	}
	t.Logf("started in %.1f s", time.Since(began).Seconds())
	after := mustExec(t, c, worker, "sh", "-c", "ip -4 -o addr show dev eth0; ip route | grep -v veth | sort")
	if address(before) != address(after) || routesOf(before) != routesOf(after) {
		t.Errorf("before\n%safter\n%s", before, after)
	}
	if err := c.WaitReady(t.Context(), func(string) {}); err != nil {
		t.Error(err)
	}
	realWeight(t, c, worker)
	t.Logf("usable again after %.1f s", time.Since(began).Seconds())
}

// realWeight looks for the share of the processors that a node's pods have.
func realWeight(t *testing.T, c *Cluster, node string) {
	t.Helper()
	weight := mustExec(t, c, node, "systemctl", "show", "-P", "CPUWeight", "kubelet.slice")
	if strings.TrimSpace(weight) != fmt.Sprint(podsWeight) {
		t.Errorf("the pods of %s have a weight of %q, want %d", node, weight, podsWeight)
	}
}

func address(out string) string {
	_, rest, _ := strings.Cut(out, "inet ")
	address, _, _ := strings.Cut(rest, " ")
	return address
}

func routesOf(out string) string {
	_, rest, _ := strings.Cut(out, "\n")
	return rest
}

func realFreeze(t *testing.T, c *Cluster, worker string) {
	for _, err := range []error{
		c.Freeze(t.Context(), worker), c.LinkDown(t.Context(), worker),
		c.Start(t.Context(), worker), c.Start(t.Context(), worker), // thaws, takes the link up; twice is harmless
		c.WaitReady(t.Context(), func(string) {}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func realBounds(t *testing.T, c *Cluster, worker string) {
	const format = "{{.HostConfig.CpuQuota}} {{.HostConfig.PidsLimit}}"
	bound := fmt.Sprintf("%d 2000 %d %d", cpuPeriod, 2<<30, cpuPeriod) // one core: all of every period
	if err := c.Bound(t.Context(), worker, Bounds{CPUs: 1, Memory: 2 << 30, PIDs: 2000}); err != nil {
		t.Fatal(err)
	}
	if out, err := c.docker(t.Context(), "inspect", "-f", format+" {{.HostConfig.Memory}} {{.HostConfig.CpuPeriod}}", worker); out != bound {
		t.Errorf("bound: %q, %v, want %q", out, err, bound)
	}
	for range 2 {
		if err := c.Unbound(t.Context(), worker); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := c.docker(t.Context(), "inspect", "-f", format, worker); !strings.HasPrefix(out, "-1 ") || strings.Contains(out, "2000") {
		t.Errorf("unbound: %q, %v", out, err)
	}
}

func realAnotherNode(t *testing.T, c *Cluster, _ string) {
	path, id := archive(t)
	if err := c.LoadImage(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	added, err := c.AddNode(t.Context(), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s added in %.1f s", added, time.Since(began).Seconds())
	images, err := archiveImages(path)
	if err != nil || !c.hasImages(t.Context(), added, images) {
		t.Errorf("%s lacks image %s, %v", added, id, err)
	}
	realWeight(t, c, added)
	n, err := c.snapshot().find(added)
	if err != nil || n.PodCIDR == "" {
		t.Fatalf("%+v, %v", n, err)
	}
	want := fmt.Sprintf("%s via %s dev eth0", n.PodCIDR, n.IP)
	if got := mustExec(t, c, c.Names("")[0], "ip", "route"); !strings.Contains(got, want) {
		t.Errorf("the control plane has no route %q:\n%s", want, got)
	}
	for range 2 {
		if err := c.RemoveNode(t.Context(), added); err != nil {
			t.Fatal(err)
		}
	}
	if got := mustExec(t, c, c.Names("")[0], "ip", "route"); strings.Contains(got, n.PodCIDR) {
		t.Errorf("the control plane still has a route to %s:\n%s", n.PodCIDR, got)
	}
}

// realDelete deletes the cluster and looks for what might be left.
func realDelete(t *testing.T, c *Cluster) {
	t.Helper()
	began := time.Now()
	for range 2 {
		if err := c.Delete(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("deleted in %.1f s", time.Since(began).Seconds())
	if _, err := os.Stat(c.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("folder %s is left (%v)", c.dir, err)
	}
	rules, err := c.privileged(t.Context(), c.Image(), "iptables-save")
	if err != nil || strings.Contains(rules, ruleComment(c.Name())) {
		t.Errorf("rules are left (%v)", err)
	}
	left, err := Leftovers(t.Context())
	for _, l := range left {
		if l.Cluster == c.Name() {
			t.Errorf("left over: %+v", l)
		}
	}
	if err != nil {
		t.Error(err)
	}
}
