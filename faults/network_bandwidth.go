package faults

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// Bandwidth lets so many kilobits per second through to the seed's pod of the app, by a
// token bucket (tbf) on its link in the node. What it sends is not bounded.
func Bandwidth(kbits int) Fault { return bandwidth{kbits} }

type bandwidth struct{ kbits int }

func (f bandwidth) Card() Card {
	return Card{
		Name:     "network/bandwidth",
		Breaks:   fmt.Sprintf("no more than %d kbit/s get through to a pod", f.kbits),
		ShowsAs:  "requests queue before the pod; those beyond the queue are lost",
		UndoneBy: "the token bucket is taken off the pod's link",
		Look:     "kubectl get pods -o wide",
	}
}

func (bandwidth) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.NodePower} }

// bucket is how much may come at once, a packet at least, and how long one may wait.
const bucket = "burst 2kb latency 1s"

func (f bandwidth) Inject(ctx context.Context, s *Site) error {
	pods, err := s.Pick(ctx, OnePod)
	if err != nil {
		return err
	}
	pod := pods[0]
	link, err := s.queueOn(ctx, pod, "bandwidth", fmt.Sprintf("tbf rate %dkbit %s", f.kbits, bucket), fmt.Sprintf("let %d kbit/s through to %s", f.kbits, pod.Name))
	if err != nil {
		return err
	}
	return s.untilCounted(ctx, count{
		node: pod.Spec.NodeName, subject: pod.Name, state: history.StateLate,
		look: []string{"tc", "-s", "qdisc", "show", "dev", link, "root"}, read: countOverlimits,
		send: func() error { s.askAtOnce(ctx, pod.Name); return nil },
	})
}

// askAtOnce asks a pod so often at once that the requests are more than the bucket holds,
// each being some 300 bytes.
func (s *Site) askAtOnce(ctx context.Context, pod string) {
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() { s.Look(ctx, pod, "/") })
	}
	all.Wait()
}

// queueOn does the deed that is laying a queue, as tc words it, on the node's end of a pod's
// link, and returns the link. What is its name in the undo; a timer of the node takes it off too.
func (s *Site) queueOn(ctx context.Context, pod corev1.Pod, what, queue, deed string) (string, error) {
	node, timer := pod.Spec.NodeName, what+"-"+s.Namespace
	link, err := s.linkOf(ctx, node, pod.Status.PodIP)
	if err != nil {
		return "", err
	}
	if err := s.Undo(s.step(UndoQdisc, "take the "+what+" queue off "+link+" of "+node, "node", node, "link", link, "timer", timer)); err != nil {
		return "", err
	}
	if err := s.arm(ctx, node, timer, "tc", "qdisc", "del", "dev", link, "root"); err != nil {
		return "", err
	}
	return link, s.Deed(deed, []string{pod.Name}, func() error {
		_, err := s.Nodes.Exec(ctx, node, strings.Fields("tc qdisc add dev "+link+" root "+queue)...)
		return err
	})
}

var routedBy = regexp.MustCompile(` dev (\S+)`)

// linkOf names the node's end of a pod's link.
//
//	"10.244.1.5 dev veth12ab src 10.244.1.1 uid 0" -> veth12ab
func (s *Site) linkOf(ctx context.Context, node, address string) (string, error) {
	out, err := s.Nodes.Exec(ctx, node, "ip", "-o", "route", "get", address)
	if err != nil {
		return "", fmt.Errorf("find the link of %s on %s: %w", address, node, err)
	}
	match := routedBy.FindStringSubmatch(out)
	if match == nil {
		return "", fmt.Errorf("find the link of %s on %s: its route is %q", address, node, out)
	}
	return match[1], nil
}

var overlimits = regexp.MustCompile(`overlimits (\d+)`)

// countOverlimits is how often a packet had to wait for the token bucket.
//
//	"qdisc tbf 8001: root ...\n Sent 900 bytes 9 pkt (dropped 0, overlimits 4 requeues 0)" -> 4
func countOverlimits(shown string) int {
	match := overlimits.FindStringSubmatch(shown)
	if match == nil {
		return 0
	}
	n, _ := strconv.Atoi(match[1]) // digits, by the expression
	return n
}

// undoQdisc takes a token bucket or a delay off a link; one that is gone took it along.
func undoQdisc(ctx context.Context, nodes Nodes, args map[string]string) error {
	node, link := args["node"], args["link"]
	there := "tc qdisc show dev " + link + " root 2>/dev/null | grep -q -e tbf -e netem"
	_, err := nodes.Exec(ctx, node, "sh", "-c", "! "+there+" || { tc qdisc del dev "+link+" root; ! "+there+"; }")
	if err != nil {
		return err
	}
	return disarm(ctx, nodes, node, args["timer"])
}
