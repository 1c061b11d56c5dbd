package access

import (
	"errors"
	"os"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/seatrial/seatrial/faults"
)

// needed are rights of every sort: some twice, in no order.
func needed() []faults.Right {
	metrics := faults.Right{Verb: "get", URL: "/metrics", Namespace: faults.Everywhere}
	return append(append(faults.In(faults.Everywhere, faults.Allow("", "nodes", "watch", "list")), metrics),
		append(faults.In("kube-system", faults.Allow("", "configmaps", "get")),
			append(faults.Allow("apps", "deployments", "update", "get"),
				append(faults.Allow("apps", "replicasets", "get", "update"), faults.Allow("", "pods/proxy", "get", "get")...)...)...)...)
}

// The roles are the golden file: changing it is changing what we ask people for.
func TestRoles(t *testing.T) {
	got, err := YAML(Roles("seatrial", Subject{"ops", "tester"}, needed()))
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/roles.golden.yaml")
	if err != nil || string(got) != string(want) {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
}

// reviewer is an API server that allows whatever the function does.
func reviewer(allows func(authorizationv1.ResourceAttributes) bool) (*fake.Clientset, *[]authorizationv1.ResourceAttributes) {
	client, asked := fake.NewClientset(), &[]authorizationv1.ResourceAttributes{}
	client.PrependReactor("create", "selfsubjectaccessreviews", func(a clienttesting.Action) (bool, runtime.Object, error) {
		review := a.(clienttesting.CreateAction).GetObject().(*authorizationv1.SelfSubjectAccessReview).DeepCopy()
		of := review.Spec.ResourceAttributes
		if of == nil {
			of = &authorizationv1.ResourceAttributes{Resource: review.Spec.NonResourceAttributes.Path, Verb: review.Spec.NonResourceAttributes.Verb}
		}
		*asked = append(*asked, *of)
		review.Status.Allowed = allows(*of)
		return true, review, nil
	})
	return client, asked
}

func TestCheck(t *testing.T) {
	client, asked := reviewer(func(authorizationv1.ResourceAttributes) bool { return true })
	if err := Check(t.Context(), client, needed(), "st-1", "seatrial rbac"); err != nil {
		t.Error(err)
	}
	if len(*asked) != 9 { // each right once
		t.Errorf("%d questions: %+v", len(*asked), *asked)
	}
	client, _ = reviewer(func(a authorizationv1.ResourceAttributes) bool {
		return a.Resource != "nodes" && a.Resource != "/metrics" && a.Subresource != "proxy" && a.Verb != "update" && a.Namespace != "kube-system"
	})
	err := Check(t.Context(), client, needed(), "st-1", "seatrial rbac pod/delete")
	var denied *DeniedError
	if !errors.As(err, &denied) || len(denied.Missing) != 7 {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{
		"\n  list nodes in the whole cluster", "\n  get /metrics in the whole cluster", "\n  get pods/proxy in namespace st-1", "\n  update deployments.apps in namespace st-1",
		"\n  get configmaps in namespace kube-system", "\n  seatrial rbac pod/delete",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %s", want, err)
		}
	}
}

// A server that cannot be asked is another error than one that says no.
func TestCheckCannotAsk(t *testing.T) {
	client := fake.NewClientset()
	client.PrependReactor("create", "selfsubjectaccessreviews", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("connection refused")
	})
	err := Check(t.Context(), client, faults.Allow("", "pods", "delete"), "st-1", "")
	if denied := (*DeniedError)(nil); errors.As(err, &denied) || err == nil || !strings.Contains(err.Error(), "ask whether we may delete pods in namespace st-1: connection refused") {
		t.Errorf("%v", err)
	}
}

func TestSays(t *testing.T) {
	if got := says(faults.Right{Verb: "get", Group: "apps", Resource: "deployments/scale"}, "st-1"); got != "get deployments.apps/scale in namespace st-1" {
		t.Error(got)
	}
}
