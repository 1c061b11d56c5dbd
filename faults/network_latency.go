package faults

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// Latency has what comes to the seed's pod of the app from other nodes and pods, and its
// answers, arrive so much later each: by netem where the node's kernel has it. Where it has
// not, as on many hosts of kind, a TCP relay on the pod's node does it: connections that were
// open before are as fast as they were, and the handshake of a new one is the relay's, and quick.
func Latency(delay time.Duration) Fault { return latency{delay} }

type latency struct{ delay time.Duration }

func (f latency) Card() Card {
	return Card{
		Name:     "network/latency",
		Breaks:   fmt.Sprintf("what new connections carry to a pod, and back, arrives %s later each way: by netem, or where the node's kernel has none by a TCP relay, of which its own node feels nothing (the deed says which)", f.delay),
		ShowsAs:  fmt.Sprintf("answers on new connections take %s longer, by netem twice that, for the handshake waits too", 2*f.delay),
		UndoneBy: "the delay is taken off the pod's link, or the packet rules and the relay are removed",
		Look:     "kubectl get pods -o wide",
	}
}

func (latency) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.NodePower} }

func (latency) Rights() []Right { return Allow("", "pods", "create", "delete") }

func (f latency) Inject(ctx context.Context, s *Site) error {
	pods, err := s.Pick(ctx, OnePod)
	if err != nil {
		return err
	}
	if pod := pods[0]; s.hasNetem(ctx, pod.Spec.NodeName) {
		return f.byNetem(ctx, s, pod)
	}
	return f.byRelay(ctx, s, pods[0])
}

// byRelay has new connections to the pod go through a relay on its node.
func (f latency) byRelay(ctx context.Context, s *Site, pod corev1.Pod) error {
	node, table := pod.Spec.NodeName, "seatrial-late-"+s.Namespace
	target := fmt.Sprintf("%s:%d", pod.Status.PodIP, workloads.ServicePort)
	relay, err := s.startRelay(ctx, node, func(port string) []string { return []string{f.delay.String(), port, target} })
	if err != nil {
		return err
	}
	if err := s.beforeRules(ctx, node, table); err != nil {
		return err
	}
	err = s.Deed(fmt.Sprintf("have %s be %s away, by a relay", pod.Name, f.delay), []string{pod.Name}, func() error {
		_, err := s.Nodes.Exec(ctx, node, "nft", detourRules(table, pod.Status.PodIP, relay.Status.PodIP))
		return err
	})
	if err != nil {
		return err
	}
	return f.untilLate(ctx, s, pod, func() bool { return s.detoured(ctx, node, table) })
}

// detourRules has connections to the pod's service port that do not come from the relay go
// to the relay instead, as they come into the node.
func detourRules(table, pod, relay string) string {
	return fmt.Sprintf("add table inet %s { chain detour { type nat hook prerouting priority -110; "+
		"ip saddr != %[3]s ip daddr %[2]s tcp dport %[4]d counter dnat ip to %[3]s:%[5]d; }; }", table, pod, relay, workloads.ServicePort, relayPort)
}

// askLine asks an address ($1, port $2) for an answer and prints how many milliseconds it took.
const askLine = `timeout 10 bash -c 't=$(date +%s%3N); exec 3<>/dev/tcp/$0/$1; printf "GET / HTTP/1.0\r\n\r\n" >&3; read -r line <&3 || exit 1; echo $(($(date +%s%3N) - t))' "$1" "$2"`

// detoured reports whether the kernel has counted a connection that it sent to the relay.
func (s *Site) detoured(ctx context.Context, node, table string) bool {
	out, err := s.Nodes.Exec(ctx, node, "nft", "list", "table", "inet", table)
	return err == nil && countDropped(out) > 0
}

// untilLate waits until an answer to the control plane's node has taken as long as two ways
// do, and the kernel says that it came that way, and notes that: an answer may be late for
// other reasons.
func (f latency) untilLate(ctx context.Context, s *Site, of corev1.Pod, thatWay func() bool) error {
	from, pod, address := s.Nodes.Names("control-plane")[0], of.Name, of.Status.PodIP
	for since := s.Clock.Now(); ; {
		out, err := s.Nodes.Exec(ctx, from, "sh", "-c", askLine, "sh", address, strconv.Itoa(workloads.ServicePort))
		took, badly := strconv.Atoi(strings.TrimSpace(out))
		if err == nil && badly == nil && time.Duration(took)*time.Millisecond >= 2*f.delay && thatWay() {
			s.Note(history.Interval{Source: history.SourcePackets, Subject: pod, State: history.StateLate, From: since, To: s.Clock.Now(),
				Attrs: history.Attrs{history.AttrMillis: strconv.Itoa(took)}})
			return nil
		}
		select {
		case <-time.After(countEvery):
		case <-ctx.Done():
			return fmt.Errorf("wait for an answer of %s to be late (%q, %s): %w", pod, out, fmt.Sprint(err), context.Cause(ctx))
		}
	}
}
