package faults

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/util/retry"

	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/workloads"
)

// The kinds of undo steps that faults write. Every one reaches its cluster by
// args "kubeconfig" or, for what is done to a machine, "cluster".
const (
	UndoKnob        = "app/knob"           // args namespace, pod, knob, value; node, timer: see Site.armStop
	UndoScale       = "deployment/scale"   // args namespace, deployment, replicas
	UndoNodeStart   = "node/start"         // args node
	UndoNodeThaw    = "node/thaw"          // args node
	UndoUnitStart   = "node/unit-start"    // args node, unit: of systemd
	UndoPacketRules = "node/packet-rules"  // args node, table: of nft, family inet
	UndoManifest    = "node/manifest"      // args node, name: of a static pod
	UndoCordon      = "node/cordon"        // args node: uncordons it
	UndoTaint       = "node/taint"         // args node, key: takes it off
	UndoRemoveFile  = "node/remove-file"   // args node, path (of a file or a folder), timer: in the node, that would do it too
	UndoRollout     = "rollout/undo"       // args namespace, deployment, revision
	UndoSelector    = "service/selector"   // args namespace, service, patch
	UndoNodeLabel   = "node/label"         // args node, label: takes it off
	UndoPodLabel    = "pod/label"          // args namespace, pod, label, value: "" takes it off
	UndoNamespace   = "namespace/delete"   // args namespace
	UndoBar         = "bar/delete"         // args namespace, kind: see Site.bar
	UndoPause       = "rollout/resume"     // args namespace, deployment
	UndoReplace     = "pod/replace"        // args namespace, pod: deletes it; node, timer: see Site.armStop
	UndoUnbound     = "node/unbound"       // args node: takes the bounds off that were set from outside
	UndoRetaint     = "node/retaint"       // args node, key: of NoSchedule, as it was before
	UndoJob         = "job/delete"         // args namespace, job
	UndoImages      = "node/images"        // args node, images, timer: removes them
	UndoImageTag    = "node/image-tag"     // args node, image, kept, timer: gives the image the content kept under the other name
	UndoBigger      = "node/disk-back"     // args node, timer: puts the runtime back on its own disk
	UndoNodeRetire  = "node/retire"        // args node: empties it and removes it
	UndoWebhook     = "webhook/delete"     // args name
	UndoDNS         = "dns/restore"        // args was: a dnsSpec
	UndoQdisc       = "node/qdisc"         // args node, link, timer: takes the token bucket or the delay off
	UndoProxy       = "kube-proxy/restore" // args was: a proxySpec
)

// A Connection is how an undo step in another process reaches a cluster.
type Connection struct {
	// Client connects to the cluster of a kubeconfig file; fs.ErrNotExist: it is gone.
	Client func(kubeconfig string) (kubernetes.Interface, error)
	// Nodes gives access to the machines of the cluster of that name. Where there is none
	// of that name, or no such machine any more, the errors are fs.ErrNotExist.
	Nodes func(cluster string) (Nodes, error)

	waits *patience // for the API servers; shared by all steps
}

// machineUndos are the undos of what is done to machines.
var machineUndos = map[string]func(context.Context, Nodes, map[string]string) error{
	UndoNodeStart:   undoNodeStart,
	UndoNodeThaw:    undoNodeThaw,
	UndoUnitStart:   undoUnitStart,
	UndoPacketRules: undoPacketRules,
	UndoManifest:    undoManifest,
	UndoRemoveFile:  undoRemoveFile,
	UndoUnbound:     undoUnbound,
	UndoImages:      undoImages,
	UndoBigger:      undoBigger,
	UndoImageTag:    undoImageTag,
	UndoQdisc:       undoQdisc,
}

// Undoers returns the undoers of all steps that faults write.
func Undoers(c Connection) journal.Undoers {
	c.waits = &patience{}
	all := journal.Undoers{
		UndoKnob:       c.withTimer(undoKnob),
		UndoScale:      c.withClient(undoScale),
		UndoRollout:    c.withClient(undoRollout),
		UndoSelector:   c.withClient(undoSelector),
		UndoNodeLabel:  c.withClient(undoNodeLabel),
		UndoPodLabel:   c.withClient(undoPodLabel),
		UndoNamespace:  c.withClient(undoNamespace),
		UndoBar:        c.withClient(undoBar),
		UndoCordon:     c.withClient(undoCordon),
		UndoTaint:      c.withClient(undoTaint),
		UndoPause:      c.withClient(undoPause),
		UndoReplace:    c.withTimer(undoReplace),
		UndoRetaint:    c.withClient(undoRetaint),
		UndoJob:        c.withClient(undoJob),
		UndoNodeRetire: c.undoNodeRetire,
		UndoWebhook:    c.withClient(undoWebhook),
		UndoDNS:        c.withClient(undoDNS),
		UndoProxy:      c.withClient(undoProxy),
	}
	for kind, undo := range machineUndos {
		all[kind] = c.withNodes(undo)
	}
	return all
}

func (c Connection) withClient(undo func(context.Context, kubernetes.Interface, map[string]string) error) journal.Undoer {
	return func(ctx context.Context, args map[string]string) error {
		client, err := c.Client(args["kubeconfig"])
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the cluster is gone, and all that was done to it
		}
		if err != nil {
			return fmt.Errorf("connect by %s: %w", args["kubeconfig"], err)
		}
		return c.waits.patiently(ctx, args, func() error { return undo(ctx, client, args) })
	}
}

// withTimer is withClient of a step that a timer in a node would do too, if it has one:
// what could not be undone is left to the timer.
func (c Connection) withTimer(undo func(context.Context, kubernetes.Interface, map[string]string) error) journal.Undoer {
	return func(ctx context.Context, args map[string]string) error {
		if err := c.withClient(undo)(ctx, args); err != nil || args["timer"] == "" {
			return err
		}
		return c.withNodes(disarmStop)(ctx, args)
	}
}

func (c Connection) withNodes(undo func(context.Context, Nodes, map[string]string) error) journal.Undoer {
	return func(ctx context.Context, args map[string]string) error {
		nodes, err := c.Nodes(args["cluster"])
		if err == nil {
			err = undo(ctx, nodes, args)
		} else {
			err = fmt.Errorf("reach the nodes of cluster %s: %w", args["cluster"], err)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the node is gone, and all that was done to it
		}
		if err == nil {
			c.waits.renew(args["cluster"])
		}
		return err
	}
}

func undoNodeStart(ctx context.Context, nodes Nodes, args map[string]string) error {
	return nodes.Start(ctx, args["node"])
}

const removeLine = `systemctl stop "seatrial-$2.service" 2>/dev/null; rm -rf "$1"`

func undoRemoveFile(ctx context.Context, nodes Nodes, args map[string]string) error {
	// Who writes there may be at it still: the unit is named as its timer is.
	_, err := nodes.Exec(ctx, args["node"], "sh", "-c", removeLine, "sh", args["path"], args["timer"])
	if err != nil {
		return err
	}
	return disarm(ctx, nodes, args["node"], args["timer"])
}

// knobPatience is how long an app that does not answer is given: its container may
// just be restarting.
const knobPatience = 20 * time.Second

// undoKnob turns the knob back. A pod that is gone took its knobs with it.
func undoKnob(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	s := &Site{Namespace: args["namespace"], Client: client}
	var last error
	err := wait.PollUntilContextTimeout(ctx, time.Second, knobPatience, true, func(ctx context.Context) (bool, error) {
		last = s.Knob(ctx, args["pod"], args["knob"], args["value"])
		return last == nil || apierrors.IsNotFound(last), nil
	})
	if err != nil {
		return last
	}
	return nil
}

func undoSelector(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	_, err := client.CoreV1().Services(args["namespace"]).Patch(ctx, args["service"],
		types.StrategicMergePatchType, []byte(args["patch"]), metav1.PatchOptions{})
	return ignoreGone(err)
}

func undoNodeLabel(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	return ignoreGone(labelNode(ctx, client, args["node"], args["label"], ""))
}

// undoNamespace deletes the namespace that we made. One of that name that somebody else
// made is kept: our own never came to be, for the step is written before it.
func undoNamespace(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	namespaces := client.CoreV1().Namespaces()
	n, err := namespaces.Get(ctx, args["namespace"], metav1.GetOptions{})
	if err != nil || n.Labels[workloads.LabelManager] != workloads.Manager {
		return ignoreGone(err)
	}
	err = namespaces.Delete(ctx, n.Name, metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(n.UID))})
	return ignoreGone(err)
}

// revisionAnnotation numbers a Deployment's templates; see
// k8s.io/kubernetes/pkg/controller/deployment/util, RevisionAnnotation.
const revisionAnnotation = "deployment.kubernetes.io/revision"

// undoRollout gives the Deployment the template of the revision again, as
// `kubectl rollout undo --to-revision` does. Where the Deployment has that
// template already there is nothing to do.
func undoRollout(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	deployments := client.AppsV1().Deployments(args["namespace"])
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		d, err := deployments.Get(ctx, args["deployment"], metav1.GetOptions{})
		if err != nil || d.Annotations[revisionAnnotation] == args["revision"] {
			return err
		}
		old, err := revision(ctx, client, d, args["revision"], true)
		if err != nil {
			return err
		}
		d.Spec.Template = *old.Spec.Template.DeepCopy()
		delete(d.Spec.Template.Labels, appsv1.DefaultDeploymentUniqueLabelKey)
		_, err = deployments.Update(ctx, d, metav1.UpdateOptions{})
		return err
	})
	return ignoreGone(err)
}

// revisionHistory lists the numbers that a ReplicaSet had before; RevisionHistoryAnnotation
// in the same file.
const revisionHistory = "deployment.kubernetes.io/revision-history"

// revision finds the Deployment's ReplicaSet of that revision; or once, where there is none,
// the one that was, before it was rolled back to and so was given the next number.
func revision(ctx context.Context, client kubernetes.Interface, d *appsv1.Deployment, number string, once bool) (*appsv1.ReplicaSet, error) {
	list, err := client.AppsV1().ReplicaSets(d.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list ReplicaSets of %s: %w", d.Name, err)
	}
	var before *appsv1.ReplicaSet
	for i := range list.Items {
		rs := &list.Items[i]
		switch {
		case !metav1.IsControlledBy(rs, d):
		case rs.Annotations[revisionAnnotation] == number:
			return rs, nil
		case once && slices.Contains(strings.Split(rs.Annotations[revisionHistory], ","), number):
			before = rs
		}
	}
	if before != nil {
		return before, nil
	}
	return nil, fmt.Errorf("deployment %s has no revision %s any more", d.Name, number)
}

func ignoreGone(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
