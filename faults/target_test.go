package faults_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/workloads/web"
)

var update = flag.Bool("update", false, "write testdata/aims.golden.txt anew")

// The pods of a target are picked, whether it is a node or a pod; one without any is an
// error that says what there is.
func TestTarget(t *testing.T) {
	for target, want := range map[string]string{"worker2": "web-1-b", "web-1-c": "web-1-c", "": "web-1-a web-1-b web-1-c"} {
		s := faulttest.NewWorld(web.App(web.Replicas(3))).Site()
		s.Target = target
		pods, err := s.AppPods(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range pods {
			got = append(got, p.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("target %q: %v, want %s", target, got, want)
		}
	}
	s := faulttest.NewWorld(web.App(web.Replicas(3))).Site()
	s.Target = "worker9"
	if _, err := s.AppPods(t.Context()); err == nil || !strings.Contains(err.Error(), `"worker9": there are web-1-a on worker`) {
		t.Errorf("it says %v", err)
	}
}

// A pod that shares its node with one of the component is picked, and none of the component
// itself; where there is none it is an error.
func TestBeside(t *testing.T) {
	s := faulttest.NewWorld(web.App(web.Replicas(3), web.WithCompanion())).Site()
	pods, err := s.Pick(t.Context(), faults.Beside(web.Companion))
	if err != nil || len(pods) != 1 || pods[0].Name != "web-1-a" { // the companion's node is its node
		t.Errorf("%v, %v", pods, err)
	}
	if _, err := faulttest.NewWorld(web.App(web.Replicas(3))).Site().Pick(t.Context(), faults.Beside(web.Companion)); err == nil {
		t.Error("picked without a companion")
	}
}

// What hits pods or nodes takes a target, and nothing else does: a list of all, so that a new
// fault is thought of. Renew it with -update.
func TestAims(t *testing.T) {
	var text strings.Builder
	for _, f := range faults.All() {
		fmt.Fprintf(&text, "%-34s %t\n", f.Card().Name, faults.Aims(f))
	}
	const golden = "testdata/aims.golden.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || text.String() != string(want) {
		t.Errorf("%v; got\n%s\nwant\n%s", err, text.String(), want)
	}
}

// Pods that were listed once are picked where the API server does not answer, whether it is
// away or waits for its etcd; any other refusal is an error.
func TestPodsThatAreKnown(t *testing.T) {
	pods := corev1.Resource("pods")
	for name, c := range map[string]struct {
		err  error
		want int
	}{
		"away":       {errors.New("connection refused"), 3},
		"no etcd":    {apierrors.NewTimeoutError("the server was unable to return a response in the time allotted", 0), 3},
		"starting":   {apierrors.NewServiceUnavailable("not ready"), 3},
		"forbidden":  {apierrors.NewForbidden(pods, "", errors.New("no")), 0},
		"it answers": {nil, 3},
	} {
		s := faulttest.NewWorld(web.App(web.Replicas(3))).Site()
		client := fake.NewClientset()
		if list, err := s.Client.CoreV1().Pods(s.Namespace).List(t.Context(), metav1.ListOptions{}); err != nil {
			t.Fatal(err)
		} else {
			client.PrependReactor("list", "pods", func(k8stesting.Action) (bool, runtime.Object, error) { return true, list, nil })
		}
		s.Client = client
		if _, err := s.AppPods(t.Context()); err != nil {
			t.Fatal(err)
		}
		if c.err != nil {
			client.PrependReactor("list", "pods", func(k8stesting.Action) (bool, runtime.Object, error) { return true, nil, c.err })
		}
		if got, err := s.AppPods(t.Context()); len(got) != c.want || (err == nil) != (c.want > 0) {
			t.Errorf("%s: %d pods, %v", name, len(got), err)
		}
	}
}
