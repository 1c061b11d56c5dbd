package cluster

import (
	"context"
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

const (
	// readyTimeout bounds each of the waits below; a four-node cluster needs 10 to 30 s for all of them.
	readyTimeout = 3 * time.Minute
	// pollEvery is how often a wait looks again. Nothing is measured here.
	pollEvery = 250 * time.Millisecond
)

// await looks until check says "", which means done. What it says otherwise is
// what is still missing; it is passed on and ends up in the error.
func await(ctx context.Context, what string, say func(string), check func(context.Context) (missing string, err error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, readyTimeout, fmt.Errorf("not within %s", readyTimeout))
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		missing, err := check(ctx)
		if err == nil && missing == "" {
			return nil
		}
		if err != nil {
			missing = err.Error() // the API server may be restarting: ask again
		}
		say(what + ": " + missing)
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w: %s", what, context.Cause(ctx), missing)
		case <-tick.C:
		}
	}
}

// WaitReady waits until the cluster can be worked with: every node Ready, every
// Deployment of the system available, the API server's service and DNS answering
// from every node. It says what it is waiting for.
func (c *Cluster) WaitReady(ctx context.Context, say func(string)) error {
	client, err := c.Client()
	if err != nil {
		return err
	}
	waits := []struct {
		what  string
		check func(context.Context) (string, error)
	}{
		{"nodes to be ready", func(ctx context.Context) (string, error) { return c.nodesMissing(ctx, client) }},
		{"the system's deployments", func(ctx context.Context) (string, error) { return deploymentsMissing(ctx, client) }},
		{"services and DNS to answer on every node", func(ctx context.Context) (string, error) { return c.servicesMissing(ctx, client) }},
	}
	for _, w := range waits {
		if err := await(ctx, w.what, say, w.check); err != nil {
			return err
		}
	}
	version, err := client.Discovery().ServerVersion()
	if err != nil {
		return fmt.Errorf("ask the API server for its version: %w", err)
	}
	return c.update(func(r *record) { r.Version = version.GitVersion })
}

func (c *Cluster) nodesMissing(ctx context.Context, client kubernetes.Interface) (string, error) {
	list, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return "", err
	}
	ready := map[string]string{}
	for _, n := range list.Items {
		ready[n.Name] = notReady(n)
	}
	var missing []string
	for _, name := range c.Names("") {
		if why, registered := ready[name]; !registered {
			missing = append(missing, name+" has not registered")
		} else if why != "" {
			missing = append(missing, name+" "+why)
		}
	}
	return strings.Join(missing, ", "), nil
}

// notReady says why a node is not ready, "" if it is.
func notReady(n corev1.Node) string {
	for _, cond := range n.Status.Conditions {
		if cond.Type != corev1.NodeReady {
			continue
		}
		if cond.Status == corev1.ConditionTrue {
			return ""
		}
		return cond.Reason
	}
	return "has no condition Ready"
}

// deploymentsMissing names the Deployments of the system (DNS, storage) that are
// not fully there yet.
func deploymentsMissing(ctx context.Context, client kubernetes.Interface) (string, error) {
	list, err := client.AppsV1().Deployments("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return "", err
	}
	if len(list.Items) == 0 {
		return "there are none", nil
	}
	var missing []string
	for _, d := range list.Items {
		if !complete(d) {
			missing = append(missing, fmt.Sprintf("%s %d/%d", d.Name, d.Status.AvailableReplicas, *d.Spec.Replicas))
		}
	}
	return strings.Join(missing, ", "), nil
}

// complete is what `kubectl rollout status` waits for.
func complete(d appsv1.Deployment) bool {
	want, has := *d.Spec.Replicas, d.Status
	return has.ObservedGeneration >= d.Generation && has.UpdatedReplicas == want && has.Replicas == want && has.AvailableReplicas == want
}

// servicesMissing names the nodes on which the API server's service or DNS does
// not answer: kube-proxy has not got there yet.
func (c *Cluster) servicesMissing(ctx context.Context, client kubernetes.Interface) (string, error) {
	api, err := client.CoreV1().Services(metav1.NamespaceDefault).Get(ctx, "kubernetes", metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	dns, err := client.CoreV1().Services(dnsNamespace).Get(ctx, "kube-dns", metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	script := answerScript(api.Spec.ClusterIP, dns.Spec.ClusterIP)
	err = c.eachRunning(ctx, c.Names(""), func(ctx context.Context, name string) error {
		out, err := c.exec(ctx, name, script, "bash")
		if err != nil {
			return fmt.Errorf("%s: %s", name, strings.TrimSpace(out))
		}
		return nil
	})
	return "", err
}

// answerScript asks, on a node, the API server by its service address whether it
// lives, and DNS over TCP for the address of kubernetes.default. What is checked
// of the answer (RFC 1035, 4.1.1 and 4.2.2): RCODE 0 and at least one record.
func answerScript(api, dns string) string {
	const text = `curl --silent --insecure --noproxy '*' --max-time 2 --output /dev/null https://%s/livez || { echo "the API server's service does not answer"; exit 1; }
ask() {
	exec 3<>/dev/tcp/%s/53 || return
	printf '%s' >&3
	head -c 14 <&3 | od -An -v -tu1
}
export -f ask
set -- $(timeout 2 bash -c ask 2>/dev/null)
[ $# -eq 14 ] && [ $((${6} & 15)) -eq 0 ] && [ $((${9} * 256 + ${10})) -gt 0 ] || { echo "DNS does not answer"; exit 1; }
`
	return fmt.Sprintf(text, api, dns, printfQuote(dnsQuery("kubernetes.default.svc.cluster.local")))
}

// dnsQuery is a query for the A records of a name, as DNS over TCP wants it: with
// its length before it. RFC 1035, 4.1 and 4.2.2.
func dnsQuery(name string) []byte {
	q := []byte{0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0} // id 1, recursion desired, one question
	for _, label := range strings.Split(name, ".") {
		q = append(append(q, byte(len(label))), label...)
	}
	q = append(q, 0, 0, 1, 0, 1) // root, type A, class IN
	return append([]byte{byte(len(q) >> 8), byte(len(q))}, q...)
}

func printfQuote(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		fmt.Fprintf(&s, `\%03o`, c)
	}
	return s.String()
}

// podRanges waits until every node has registered and been given its pod range.
func (c *Cluster) podRanges(ctx context.Context, nodes int) (map[string]string, error) {
	client, err := c.Client()
	if err != nil {
		return nil, err
	}
	ranges := map[string]string{}
	err = await(ctx, "the nodes' pod ranges", func(string) {}, func(ctx context.Context) (string, error) {
		list, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
		if err != nil {
			return "", err
		}
		clear(ranges)
		for _, n := range list.Items {
			if n.Spec.PodCIDR != "" {
				ranges[n.Name] = n.Spec.PodCIDR
			}
		}
		if len(ranges) < nodes {
			return fmt.Sprintf("%d of %d nodes have one", len(ranges), nodes), nil
		}
		return "", nil
	})
	return ranges, err
}
