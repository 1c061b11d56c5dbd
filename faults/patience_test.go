package faults

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
)

// Forty steps in a cluster whose API server is gone take no longer than one.
func TestPatienceIsSharedByTheStepsOfACluster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p patience
		tries := 0
		refused := func() error { tries++; return errors.New("connect: connection refused") }
		began := time.Now()
		for range 40 {
			if p.patiently(t.Context(), map[string]string{"cluster": "dead"}, refused) == nil {
				t.Fatal("no error")
			}
		}
		if took := time.Since(began); took != apiPatience {
			t.Errorf("took %s, want %s", took, apiPatience)
		}
		if tries < 39+int(apiPatience/time.Second) {
			t.Errorf("%d tries: each step has one at least", tries)
		}
		_ = p.patiently(t.Context(), map[string]string{"cluster": "other"}, refused)
		if took := time.Since(began); took != 2*apiPatience {
			t.Errorf("another cluster's server was waited for until %s, want %s", took, 2*apiPatience)
		}
	})
}

// A server that answered, one whose machine was started, and one that was missed long ago
// are waited for anew.
func TestPatienceIsRenewed(t *testing.T) {
	refused := errors.New("connect: connection refused")
	dead := map[string]string{"cluster": "dead", "kubeconfig": "dead/kubeconfig"}
	for name, c := range map[string]struct {
		between func(Connection)
		took    time.Duration
	}{
		"nothing":  {func(Connection) {}, 0},
		"answered": {func(c Connection) { _ = c.waits.patiently(context.Background(), dead, func() error { return nil }) }, apiPatience},
		"machine started": {func(c Connection) {
			_ = c.withNodes(func(context.Context, Nodes, map[string]string) error { return nil })(context.Background(), dead)
		}, apiPatience},
		"machine not started": {func(c Connection) {
			_ = c.withNodes(func(context.Context, Nodes, map[string]string) error { return errors.New("no") })(context.Background(), dead)
		}, 0},
		"long ago": {func(Connection) { time.Sleep(apiPatience) }, apiPatience},
	} {
		synctest.Test(t, func(t *testing.T) {
			conn := Connection{
				Client: func(string) (kubernetes.Interface, error) { return fake.NewClientset(), nil },
				Nodes:  func(string) (Nodes, error) { return nil, nil },
				waits:  &patience{},
			}
			undo := conn.withClient(func(context.Context, kubernetes.Interface, map[string]string) error { return refused })
			_ = undo(t.Context(), dead)
			c.between(conn)
			began := time.Now()
			if err := undo(t.Context(), dead); !errors.Is(err, refused) || time.Since(began) != c.took {
				t.Errorf("%s: %v after %s, want %s", name, err, time.Since(began), c.took)
			}
		})
	}
}
