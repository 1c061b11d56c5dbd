package faults

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// tryNetem finds out whether a node's kernel has netem, in a network namespace that ends
// with the command.
var tryNetem = strings.Fields("unshare --net tc qdisc add dev lo root netem delay 1ms")

func (s *Site) hasNetem(ctx context.Context, node string) bool {
	_, err := s.Nodes.Exec(ctx, node, tryNetem...)
	return err == nil
}

// byNetem has what goes to the pod wait for both ways' delay on the pod's link in its node:
// what comes from it passes no queue of the node's. Whoever asks feels the same, the
// handshake's round trip included.
func (f latency) byNetem(ctx context.Context, s *Site, pod corev1.Pod) error {
	link, err := s.queueOn(ctx, pod, "netem", fmt.Sprintf("netem delay %dms", (2*f.delay).Milliseconds()), fmt.Sprintf("have %s be %s away, by netem", pod.Name, f.delay))
	if err != nil {
		return err
	}
	return f.untilLate(ctx, s, pod, func() bool { return s.queued(ctx, pod.Spec.NodeName, link) })
}

// queued reports whether the kernel has counted a packet that waited in the link's netem.
func (s *Site) queued(ctx context.Context, node, link string) bool {
	out, err := s.Nodes.Exec(ctx, node, "tc", "-s", "qdisc", "show", "dev", link, "root")
	return err == nil && countQueued(out) > 0
}

var queuedBy = regexp.MustCompile(`qdisc netem [^\n]*\n\s*Sent \d+ bytes (\d+) pkt`)

// countQueued is how many packets have passed a link's netem.
//
//	"qdisc netem 8002: root refcnt 2 limit 1000 delay 200ms\n Sent 900 bytes 9 pkt (dropped 0" -> 9
func countQueued(shown string) int {
	match := queuedBy.FindStringSubmatch(shown)
	if match == nil {
		return 0
	}
	n, _ := strconv.Atoi(match[1]) // digits, by the expression
	return n
}
