package faults

import (
	"context"
	"fmt"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// component is a part of the control plane that is stopped: its static pod's manifest
// is taken away from the kubelet, which ends the pod and starts no other. It is in
// place once the node's runtime saw the container end.
type component struct {
	card Card
	name string // of its container, and of its manifest
}

func (f component) Card() Card { return f.card }

func (component) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.NodePower} }

const (
	manifests = "/etc/kubernetes/manifests"     // kubeadm's, where the kubelet looks for static pods
	held      = "/etc/kubernetes/seatrial-held" // where a manifest is kept meanwhile
)

// holdManifest takes the manifest of $1 away, putBack puts it back; either may have
// been done already.
const (
	holdManifest = `mkdir -p ` + held + ` && mv ` + manifests + `/"$1".yaml ` + held + `/`
	putBack      = `! test -e ` + held + `/"$1".yaml || mv ` + held + `/"$1".yaml ` + manifests + `/`
)

func (f component) Inject(ctx context.Context, s *Site) error {
	if _, err := s.AppPods(ctx); err != nil { // known from here on, though nobody may answer any more
		return err
	}
	node := s.Nodes.Names("control-plane")[0]
	container, err := s.componentOn(ctx, node, f.name)
	if err != nil {
		return err
	}
	if err := s.Undo(s.step(UndoManifest, "start "+f.name+" on "+node, "node", node, "name", f.name)); err != nil {
		return err
	}
	if err := s.arm(ctx, node, f.name, "sh", "-c", putBack, "sh", f.name); err != nil {
		return err
	}
	err = s.Deed("stop "+f.name+" on "+node, []string{node}, func() error {
		_, err := s.Nodes.Exec(ctx, node, "sh", "-c", holdManifest, "sh", f.name)
		return err
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, "the end of "+f.name+" on "+node, func(seen []history.Interval) bool { return processEnded(seen, container) })
}

// runsAgain waits until the whole control plane is at work: the API server is ready, and
// both that need a lease have renewed it since. Those end when they lose it, and
// are started again with a back-off that may take most of a minute.
const runsAgain = `k="kubectl --kubeconfig=` + adminConfig + ` --request-timeout=5s"
until $k get --raw /readyz >/dev/null 2>&1; do sleep 0.2; done
since=$(date -u +%Y-%m-%dT%H:%M:%S)
for name in kube-controller-manager kube-scheduler; do
	until [[ "$($k get lease -n kube-system $name -o 'jsonpath={.spec.renewTime}' 2>/dev/null)" > "$since" ]]; do sleep 0.5; done
done`

// undoManifest puts the manifest back, stops the timer that would have done so, and
// returns when the control plane runs again.
func undoManifest(ctx context.Context, nodes Nodes, args map[string]string) error {
	if _, err := nodes.Exec(ctx, args["node"], "sh", "-c", putBack, "sh", args["name"]); err != nil {
		return err
	}
	if err := disarm(ctx, nodes, args["node"], args["name"]); err != nil {
		return err
	}
	if _, err := nodes.Exec(ctx, args["node"], "timeout", "110", "bash", "-c", runsAgain); err != nil {
		return fmt.Errorf("wait until the control plane runs again: %w", err)
	}
	return nil
}

// SchedulerStop stops the scheduler.
func SchedulerStop() Fault {
	return component{name: "kube-scheduler", card: Card{
		Name:     "controlplane/scheduler-stop",
		Breaks:   "the scheduler is stopped",
		ShowsAs:  "new pods stay Pending without a node and without an event that says why",
		UndoneBy: "its static pod's manifest is put back",
		Look:     "kubectl get pods --watch",
	}}
}

// ControllerManagerStop stops the controller manager.
func ControllerManagerStop() Fault {
	return component{name: "kube-controller-manager", card: Card{
		Name:     "controlplane/controller-manager-stop",
		Breaks:   "the controller manager is stopped: no replica is made, no endpoint is taken out, no node is given up",
		ShowsAs:  "a deleted pod is not replaced, and stays an endpoint",
		UndoneBy: "its static pod's manifest is put back",
		Look:     "kubectl get replicasets --watch",
	}}
}

// APIServerStop stops the API server.
func APIServerStop() Fault {
	return component{name: "kube-apiserver", card: Card{
		Name:     "controlplane/apiserver-stop",
		Breaks:   "the API server is stopped: nothing can be read or changed",
		ShowsAs:  "kubectl is refused; what runs goes on",
		UndoneBy: "its static pod's manifest is put back",
		Look:     "kubectl get --raw /readyz",
		Blinds:   apiSources,
	}}
}

// EtcdStop stops etcd.
func EtcdStop() Fault {
	return component{name: "etcd", card: Card{
		Name:     "controlplane/etcd-stop",
		Breaks:   "etcd is stopped: the API server can neither read nor write",
		ShowsAs:  "kubectl waits and fails; what runs goes on",
		UndoneBy: "its static pod's manifest is put back",
		Look:     "kubectl get --raw /readyz",
		Blinds:   apiSources,
	}}
}

// apiSources are what is known by way of the API server only.
var apiSources = []string{
	history.SourcePod, history.SourceReady, history.SourceContainer, history.SourceEndpoint, history.SourceNode, history.SourceCondition,
	history.SourceTaint, history.SourceLease, history.SourceDeployment, history.SourceReplicas, history.SourceService, history.SourceConfig, history.SourceEvent, history.SourceApp,
}
