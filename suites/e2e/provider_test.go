package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/e2e-framework/support"

	"github.com/seatrial/seatrial/internal/nodeimage"
)

func TestProviderFillsInWhatWasLeftOpen(t *testing.T) {
	p := NewProvider("")
	p.WithName("mine").WithOpts(WithPlace("zones"))
	p.SetDefaults()
	if p.name != "mine" || p.place != "zones" || p.version != nodeimage.DefaultVersion {
		t.Errorf("%+v", p)
	}
}

func TestProviderSaysThatThereIsNoClusterYet(t *testing.T) {
	p, node := NewProvider("fast"), &support.Node{Name: "n"}
	p.WithName("mine")
	_, kubeconfigErr := p.GenerateKubeconfig()
	_, listErr := p.ListNode(t.Context())
	for _, err := range []error{
		kubeconfigErr, listErr, p.StartNode(t.Context(), node), p.StopNode(t.Context(), node), p.RemoveNode(t.Context(), node),
		p.AddNode(t.Context(), node), p.LoadImage(t.Context(), "x"), p.ExportLogs(t.Context(), t.TempDir()), p.WaitForControlPlane(t.Context(), nil),
	} {
		if err == nil || !strings.Contains(err.Error(), `cluster "mine" has not been created`) {
			t.Errorf("error %v", err)
		}
	}
	if p.GetKubeconfig() != "" || p.GetKubectlContext() != "" || p.KubernetesRestConfig() != nil {
		t.Error("a cluster that is not there has a kubeconfig")
	}
}

func TestProviderAttachesToAClusterThatExists(t *testing.T) {
	state := t.TempDir()
	t.Setenv("SEATRIAL_STATE", state)
	dir := filepath.Join(state, "clusters", "mine")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	record := `{"name":"mine","nodes":[{"name":"mine-worker","role":"worker","ip":"172.18.0.2"}]}`
	if err := os.WriteFile(filepath.Join(dir, "cluster.json"), []byte(record), 0o600); err != nil {
		t.Fatal(err)
	}
	p := NewProvider("fast")
	kubeconfig, err := p.WithName("mine").Create(t.Context())
	if err != nil || kubeconfig != filepath.Join(dir, "kubeconfig") {
		t.Fatalf("%s, %v", kubeconfig, err)
	}
	nodes, err := p.ListNode(t.Context())
	if err != nil || len(nodes) != 1 || nodes[0].IP.String() != "172.18.0.2" || nodes[0].Role != "worker" {
		t.Errorf("%+v, %v", nodes, err)
	}
}

func TestProviderOfAnUnknownPlace(t *testing.T) {
	t.Setenv("SEATRIAL_STATE", t.TempDir())
	if _, err := NewProvider("fsat").WithName("mine").Create(t.Context()); err == nil || !strings.Contains(err.Error(), `did you mean "fast"?`) {
		t.Errorf("error %v", err)
	}
	if _, err := NewProvider("fast").CreateWithConfig(t.Context(), "x.yaml"); err == nil {
		t.Error("a config file was accepted")
	}
}
