package kube

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/internal/trial"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads"
)

func plan(blast suites.Blast) trial.Plan {
	return trial.Plan{Scenario: "t/a", RunID: "1", Blast: blast}
}

// On a cluster that others use a trial answers for what bears its name, and for nodes if
// it touches them: what others change there is not residue.
func TestInventoryOfAForeignCluster(t *testing.T) {
	t.Parallel()
	own, nodes := plan(suites.Namespace), plan(suites.Node)
	objects := []*corev1.Namespace{{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}, {ObjectMeta: metav1.ObjectMeta{Name: own.Namespace(), Finalizers: []string{"seatrial.dev/x"}}}}
	client := fake.NewClientset(objects[0], objects[1], &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "w1"}})
	r := &runner{&Rig{Cluster: &Cluster{Client: client, Foreign: true}}}
	for _, c := range []struct {
		of   trial.Plan
		want string
	}{
		{own, "namespace/" + own.Namespace() + "/finalizer/seatrial.dev/x"},
		{nodes, "node/w1"},
	} {
		got, err := r.Inventory(t.Context(), c.of)
		if err != nil {
			t.Fatal(err)
		}
		if _, there := got.Items[c.want]; !there {
			t.Errorf("%s: no %s in %v", c.of.Blast, c.want, got.Items)
		}
		for item := range got.Items {
			node := strings.HasPrefix(item, "node/")
			if !strings.Contains(item, c.of.Namespace()) && (!node || c.of.Blast == suites.Namespace) {
				t.Errorf("%s answers for %s", c.of.Blast, item)
			}
		}
	}
}

// A trial whose namespace is there already does not begin, and takes nothing of it away.
func TestPrepareInANamespaceOfSomebodyElse(t *testing.T) {
	t.Parallel()
	p := plan(suites.Namespace)
	theirs := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: p.Namespace()}}
	client := fake.NewClientset(theirs)
	j, err := journal.Create(t.TempDir(), "1", journal.Info{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	undoers := faults.Undoers(faults.Connection{Client: func(string) (kubernetes.Interface, error) { return client, nil }})
	r := &runner{&Rig{Cluster: &Cluster{Client: client, Foreign: true}, Journal: j, Undoers: undoers}}
	if err := r.Prepare(t.Context(), p); err == nil || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("%v", err)
	}
	if err := r.Remove(t.Context(), p); err != nil {
		t.Error(err)
	}
	if left, err := j.Pending(); err != nil || len(left) > 0 {
		t.Errorf("to be undone: %v, %v", left, err)
	}
	for _, a := range client.Actions() {
		if strings.HasPrefix(a.GetVerb(), "delete") {
			t.Errorf("somebody else's: %s %s in %s", a.GetVerb(), a.GetResource().Resource, a.GetNamespace())
		}
	}
	if n, err := client.CoreV1().Namespaces().Get(t.Context(), p.Namespace(), metav1.GetOptions{}); err != nil || n.Labels[workloads.LabelManager] != "" {
		t.Errorf("their namespace: %v, %v", n, err)
	}
}
