package kube

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/trial"
	"github.com/seatrial/seatrial/suites"
)

// fakeNodes say what they are told to say.
type fakeNodes struct {
	faults.Nodes // whatever else is asked of them is a nil dereference
	inside       map[string]map[string]string
	silent       map[string]error
	outside      map[string]map[string]string
	blind        error
	looks, now   atomic.Int32
	most         atomic.Int32
}

func (n *fakeNodes) Names(role string) []string {
	if role == "worker" {
		return []string{"w1", "w2", "w3"}
	}
	return []string{"cp"}
}

func (n *fakeNodes) Exec(_ context.Context, node string, command ...string) (string, error) {
	n.looks.Add(1)
	n.most.Store(max(n.most.Load(), n.now.Add(1)))
	defer n.now.Add(-1)
	time.Sleep(time.Millisecond)
	if command[2] != insideScript {
		return "", fmt.Errorf("the node knows no %q", command)
	}
	return said(n.inside[node]), n.silent[node]
}

func (n *fakeNodes) Outside(context.Context) (map[string]map[string]string, error) {
	return n.outside, n.blind
}

func newFakeNodes() *fakeNodes {
	n := &fakeNodes{inside: map[string]map[string]string{}, silent: map[string]error{}, outside: map[string]map[string]string{}}
	for _, node := range []string{"cp", "w1", "w2", "w3"} {
		n.inside[node] = undisturbed()
		n.outside[node] = map[string]string{"container": "running", "bound/pids": "0"}
	}
	return n
}

func fakeRig(nodes faults.Nodes, objects ...runtime.Object) trial.Rig {
	return On(&Rig{Cluster: &Cluster{Nodes: nodes, Client: fake.NewClientset(objects...)}})
}

func node(change func(*corev1.Node)) *corev1.Node {
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "w1", Labels: map[string]string{"zone": "a"}}}
	n.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}
	change(n)
	return n
}

func static(state corev1.ContainerState) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "etcd-cp", Namespace: metav1.NamespaceSystem, Labels: map[string]string{"tier": "control-plane"}},
		Status:     corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{{Name: "etcd", State: state}}},
	}
}

func all(i trial.Inventory) map[string]string {
	items := map[string]string{}
	for key, state := range i.Items {
		items[key] = state
	}
	for _, part := range i.Parts {
		for key, state := range part.Items {
			items[key] = state
		}
	}
	return items
}

var nodeTrial = trial.Plan{Scenario: "nodes/x", RunID: "1", Blast: suites.Node}

// Each kind of leftover in the API has a name of its own.
func TestInventoryOfTheAPI(t *testing.T) {
	namespace := func(name string, finalizers ...string) *corev1.Namespace {
		return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Finalizers: finalizers}, Status: corev1.NamespaceStatus{Phase: corev1.NamespaceActive}}
	}
	running := corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}
	rig := fakeRig(nil,
		node(func(n *corev1.Node) {
			n.Spec.Unschedulable = true
			n.Spec.Taints = []corev1.Taint{{Key: "k", Value: "v", Effect: corev1.TaintEffectNoExecute}}
			n.Status.Conditions = append(n.Status.Conditions, corev1.NodeCondition{Type: corev1.NodeDiskPressure, Status: corev1.ConditionTrue})
		}),
		namespace("default"), namespace("kept", "example.com/keep"), namespace("st-1-nodes-x", "example.com/hold"), namespace("st-1-other", "example.com/hold"),
		&admissionv1.ValidatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: "deny"}},
		&admissionv1.MutatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: "change"}},
		static(running),
	)
	got, err := rig.Inventory(t.Context(), nodeTrial)
	if err != nil || len(got.Parts) > 0 {
		t.Fatalf("%v, parts %v", err, got.Parts)
	}
	want := map[string]string{
		"node/w1": "exists", "node/w1/label/zone": `"a"`, "node/w1/cordon": "true", "node/w1/taint/k:NoExecute": `"v"`,
		"node/w1/condition/Ready": "True", "node/w1/condition/DiskPressure": "True",
		"namespace/default": "Active", "namespace/kept": "Active", "namespace/kept/finalizer/example.com/keep": "exists",
		"namespace/st-1-nodes-x/finalizer/example.com/hold": "exists",
		"validatingwebhook/deny":                            "exists", "mutatingwebhook/change": "exists", "controlplane/etcd-cp/etcd": "running",
	}
	for key, state := range want {
		if got.Items[key] != state {
			t.Errorf("%s is %q, want %q", key, got.Items[key], state)
		}
	}
	if len(got.Items) != len(want) {
		t.Errorf("%d items, want %d: %v", len(got.Items), len(want), got.Items)
	}
}

// Whatever is left in a node has the node's name before its own.
func TestInventoryOfNodes(t *testing.T) {
	nodes := newFakeNodes()
	rig := fakeRig(nodes)
	before, err := rig.Inventory(t.Context(), nodeTrial)
	if err != nil || nodes.looks.Load() != 4 || nodes.most.Load() > looksAtOnce || len(all(before)) != 4*(len(inside)+2) {
		t.Fatalf("%v; %d looks, %d at once, %v", err, nodes.looks.Load(), nodes.most.Load(), before)
	}
	for _, tt := range plantedInside {
		nodes.inside["w2"] = undisturbed()
		nodes.inside["w2"][tt.part] += "\n" + tt.line
		after, err := rig.Inventory(t.Context(), nodeTrial)
		if err != nil || all(after)["node/w2/"+tt.item] != tt.state {
			t.Errorf("%s: %v, %v", tt.line, after, err)
		}
	}
	nodes.outside["w3"]["container"] = "paused"
	after, err := rig.Inventory(t.Context(), nodeTrial)
	if err != nil || all(after)["node/w3/container"] != "paused" {
		t.Errorf("%v, %v", after, err)
	}
}

func TestInventoryOutOfReach(t *testing.T) {
	nodes := newFakeNodes()
	nodes.silent["w1"] = errors.New("exit status 1\n$ docker exec -i w1 sh\ncontainer w1 is paused")
	nodes.inside["w2"]["nft"] = "!1 netlink: refused"
	nodes.blind = errors.New("no daemon")
	got, err := fakeRig(nodes).Inventory(t.Context(), nodeTrial)
	for part, want := range map[string]string{
		"node/w1": "exit status 1: container w1 is paused", "node/w2": "nft: exit code 1: netlink: refused", "node/w3": "", "nodes from outside": "no daemon",
	} {
		if p, there := got.Parts[part]; err != nil || !there || p.Unseen != want {
			t.Errorf("%v; %s: %+v, want %q", err, part, p, want)
		}
	}
}

// Who runs beside others looks into nodes only if its fault touches them, and for
// nothing but its own.
func TestInventoryBesideOthers(t *testing.T) {
	nodes := newFakeNodes()
	p := trial.Plan{Scenario: "network/loss", RunID: "1", Blast: suites.Namespace, Fault: faults.PodDelete(faults.OnePod)}
	got, err := fakeRig(nodes).Inventory(t.Context(), p)
	if err != nil || nodes.looks.Load() != 0 || len(got.Parts) != 0 {
		t.Errorf("%v; %d looks, %v", err, nodes.looks.Load(), got)
	}
	p.Fault = faults.PacketLoss(5)
	nodes.inside["w1"]["nft"] = "table inet seatrial-loss-st-1-network-loss\ntable inet seatrial-loss-st-1-network-loss-twin\ntable inet seatrial-partition"
	nodes.inside["w1"]["units"] += "\nseatrial-undo-seatrial-loss-st-1-network-loss.timer loaded active waiting x"
	got, err = fakeRig(nodes).Inventory(t.Context(), p)
	var names []string
	for name := range all(got) {
		names = append(names, name)
	}
	if err != nil || len(names) != 2 || !strings.Contains(strings.Join(names, " "), "node/w1/nft/seatrial-loss-st-1-network-loss") {
		t.Errorf("%v; %v", err, names)
	}
}
