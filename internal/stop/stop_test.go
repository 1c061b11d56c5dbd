package stop

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes/fake"
)

// met watches and returns why to stop, or nil if ctx ends before.
func met(ctx context.Context, t *testing.T, c Condition) error {
	t.Helper()
	why := make(chan error, 1)
	if err := Watch(ctx, func(err error) { why <- err }, c); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-why:
		if !Is(err) {
			t.Errorf("%v is no reason to stop", err)
		}
		return err
	case <-ctx.Done():
		return nil
	}
}

// A page that answers well, then badly once, then well, then badly for good.
func TestURL(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if n := asked.Add(1); n == 3 || n > 5 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	c, err := URL(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	c.(*page).every = 10 * time.Millisecond
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := met(ctx, t, c); err == nil || !strings.Contains(err.Error(), "badly 2 times in a row: status 503") || asked.Load() != 7 {
		t.Errorf("after %d answers: %v", asked.Load(), err)
	}
}

func TestURLThatIsBadFromTheStart(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	c, err := URL(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := Watch(t.Context(), func(error) {}, c); err == nil || Is(err) || !strings.Contains(err.Error(), "404") {
		t.Errorf("%v", err)
	}
	for _, address := range []string{"", "shop.example/", "ftp://x/", "http://"} {
		if _, err := URL(address); err == nil {
			t.Errorf("%q was taken for an address", address)
		}
	}
}

func deployment(namespace, name string, replicas, available int32) *appsv1.Deployment {
	return &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, UID: types.UID(name + "-1")},
		Spec: appsv1.DeploymentSpec{Replicas: &replicas}, Status: appsv1.DeploymentStatus{AvailableReplicas: available}}
}

// Of five Deployments only the one that was well, is somebody else's and has too few
// pods by its own word is a reason to stop.
func TestWorkloads(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, after *appsv1.Deployment
		want          string
	}{
		"degraded":            {deployment("shop", "cart", 4, 4), deployment("shop", "cart", 4, 2), "deployment shop/cart has 2 available pods and needs 3"},
		"within its bounds":   {deployment("shop", "cart", 4, 4), deployment("shop", "cart", 4, 3), ""},
		"bad already":         {deployment("shop", "cart", 4, 2), deployment("shop", "cart", 4, 1), ""},
		"ours":                {deployment("st-1", "web", 4, 4), deployment("st-1", "web", 4, 0), ""},
		"the only pod":        {deployment("shop", "cart", 1, 1), deployment("shop", "cart", 1, 0), "deployment shop/cart has 0 available pods and needs 1"},
		"scaled to nothing":   {deployment("shop", "cart", 4, 4), deployment("shop", "cart", 0, 0), ""},
		"another of the name": {deployment("shop", "cart", 4, 4), remade(deployment("shop", "cart", 4, 0)), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := fake.NewClientset(c.before)
			w := Workloads(client, Begins("st-")).(*workloads)
			w.every = 5 * time.Millisecond
			limit := 100 * time.Millisecond
			if c.want != "" {
				limit = 10 * time.Second
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			time.AfterFunc(20*time.Millisecond, func() {
				_ = client.Tracker().Update(appsv1.SchemeGroupVersion.WithResource("deployments"), c.after, c.after.Namespace)
			})
			err := met(ctx, t, w)
			if (err != nil) != (c.want != "") || err != nil && err.Error() != "stopped: "+c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func remade(d *appsv1.Deployment) *appsv1.Deployment {
	d.UID = "another"
	return d
}

// What must be there, by what each kind says of itself.
func TestLeast(t *testing.T) {
	t.Parallel()
	half := intstr.FromString("50%")
	d := deployment("shop", "cart", 5, 5)
	d.Spec.Strategy.RollingUpdate = &appsv1.RollingUpdateDeployment{MaxUnavailable: &half}
	if got := leastOf(*d); got != 3 {
		t.Errorf("of 5 with 50%% unavailable: %d", got)
	}
	d.Spec.Strategy = appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType}
	if got := leastOf(*d); got != 1 {
		t.Errorf("with Recreate: %d", got)
	}
	if got := unavailable(&appsv1.RollingUpdateDaemonSet{MaxUnavailable: &half}, 5); got != 3 {
		t.Errorf("daemonset of 5 with 50%%: %d", got)
	}
	if got := unavailable(nil, 0); got != 0 {
		t.Errorf("daemonset of none: %d", got)
	}
}
