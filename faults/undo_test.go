package faults

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"testing/synctest"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/seatrial/seatrial/workloads"
)

// An API server that is just starting is waited for; one that never comes is not
// waited for for ever; what it answers is final.
func TestUndoWaitsForTheAPIServer(t *testing.T) {
	refused := errors.New("connect: connection refused")
	for name, c := range map[string]struct {
		answers []error // the last one again and again
		want    error
		took    time.Duration
	}{
		"there":              {[]error{nil}, nil, 0},
		"starting":           {[]error{refused, refused, apierrors.NewServiceUnavailable("starting"), nil}, nil, 3 * time.Second},
		"never":              {[]error{refused}, refused, apiPatience},
		"there, and refuses": {[]error{apierrors.NewBadRequest("no")}, apierrors.NewBadRequest("no"), 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			n := 0
			c0 := Connection{waits: &patience{}, Client: func(string) (kubernetes.Interface, error) { return fake.NewClientset(&corev1.Namespace{}), nil }}
			began := time.Now()
			err := c0.withClient(func(context.Context, kubernetes.Interface, map[string]string) error {
				n++
				return c.answers[min(n, len(c.answers))-1]
			})(t.Context(), nil)
			if (err == nil) != (c.want == nil) || err != nil && err.Error() != c.want.Error() || time.Since(began) != c.took {
				t.Errorf("%s: %v after %s, want %v after %s", name, err, time.Since(began), c.want, c.took)
			}
		})
	}
}

// handed is a cluster's nodes as far as commands go: it keeps them.
type handed struct {
	Nodes
	commands []string
}

func (h *handed) Exec(_ context.Context, node string, command ...string) (string, error) {
	h.commands = append(h.commands, node+": "+command[len(command)-1])
	return "", nil
}

// What could not be undone is left to the timer in the node: it is stopped after that only.
func TestTheTimerOutlivesAnUndoThatFailed(t *testing.T) {
	t.Parallel()
	args := map[string]string{"kubeconfig": "k", "cluster": "c", "namespace": "ns", "pod": "hog", "node": "w1", "timer": "stop-hog"}
	for _, c := range []struct {
		name   string
		client error
		args   map[string]string
		want   string
	}{
		{"no API server", apierrors.NewBadRequest("no"), args, "[]"},
		{"undone", nil, args, "[w1: seatrial-undo-stop-hog.timer]"},
		{"a step without a timer", nil, map[string]string{"namespace": "ns", "pod": "hog"}, "[]"},
	} {
		nodes := &handed{}
		undo := Undoers(Connection{
			Client: func(string) (kubernetes.Interface, error) { return fake.NewClientset(), c.client },
			Nodes:  func(string) (Nodes, error) { return nodes, nil },
		})[UndoReplace]
		if err := undo(t.Context(), c.args); (err == nil) != (c.client == nil) || fmt.Sprint(nodes.commands) != c.want {
			t.Errorf("%s: %v, commands %v, want %s", c.name, err, nodes.commands, c.want)
		}
	}
}

// A namespace that somebody else made stays, whatever its name.
func TestUndoNamespaceKeepsAForeignOne(t *testing.T) {
	t.Parallel()
	ours := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "ours", Labels: map[string]string{workloads.LabelManager: workloads.Manager}}}
	theirs := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "theirs"}}
	client := fake.NewClientset(ours, theirs)
	for _, name := range []string{"ours", "theirs", "gone"} {
		if err := undoNamespace(t.Context(), client, map[string]string{"namespace": name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	left, err := client.CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{})
	if err != nil || len(left.Items) != 1 || left.Items[0].Name != "theirs" {
		t.Errorf("left: %v, %v", left, err)
	}
}

// A rollback that is undone twice finds its revision under the next number.
func TestUndoRolloutTwice(t *testing.T) {
	t.Parallel()
	d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "st", UID: "d", Annotations: map[string]string{revisionAnnotation: "3"}}}
	owned := []metav1.OwnerReference{*metav1.NewControllerRef(d, appsv1.SchemeGroupVersion.WithKind("Deployment"))}
	set := func(name, version string, annotations map[string]string) *appsv1.ReplicaSet {
		rs := &appsv1.ReplicaSet{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "st", OwnerReferences: owned, Annotations: annotations}}
		rs.Spec.Template.Annotations = map[string]string{"version": version}
		return rs
	}
	client := fake.NewClientset(d,
		set("web-old", "v1", map[string]string{revisionAnnotation: "3", revisionHistory: "1"}),
		set("web-new", "v2", map[string]string{revisionAnnotation: "2"}))
	if err := undoRollout(t.Context(), client, map[string]string{"namespace": "st", "deployment": "web", "revision": "1"}); err != nil {
		t.Fatal(err)
	}
	now, err := client.AppsV1().Deployments("st").Get(t.Context(), "web", metav1.GetOptions{})
	if err != nil || now.Spec.Template.Annotations["version"] != "v1" {
		t.Errorf("%+v, %v", now.Spec.Template, err)
	}
	if _, err := revision(t.Context(), client, d, "1", false); err == nil {
		t.Error("kubectl knows of no revision 1 any more")
	}
}

// What was done to nodes is undone when they are gone, and only then.
func TestUndoOnNodesThatAreGone(t *testing.T) {
	t.Parallel()
	gone, dead := fmt.Errorf("attach: %w", fs.ErrNotExist), errors.New("no daemon answers")
	for name, c := range map[string]struct{ attach, undo, want error }{
		"there":           {nil, nil, nil},
		"no such cluster": {gone, nil, nil},
		"no such node":    {nil, gone, nil},
		"no daemon":       {dead, nil, dead},
		"undo fails":      {nil, dead, dead},
	} {
		connection := Connection{waits: &patience{}, Nodes: func(string) (Nodes, error) { return nil, c.attach }}
		err := connection.withNodes(func(context.Context, Nodes, map[string]string) error { return c.undo })(t.Context(), nil)
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
