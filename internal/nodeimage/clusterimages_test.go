package nodeimage

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const kubeadmList = `registry.k8s.io/kube-apiserver:v1.36.3
registry.k8s.io/kube-controller-manager:v1.36.3
registry.k8s.io/kube-scheduler:v1.36.3
registry.k8s.io/kube-proxy:v1.36.3
registry.k8s.io/coredns/coredns:v1.14.2
registry.k8s.io/pause:3.10.2
registry.k8s.io/etcd:3.6.8-0
`

func TestKubeadmNames(t *testing.T) {
	r, err := recipeFor("v1.36.3")
	if err != nil {
		t.Fatal(err)
	}
	n, err := kubeadmNames(r, kubeadmList)
	if err != nil || n.etcd != "registry.k8s.io/etcd:3.6.8-0" || n.coredns != "registry.k8s.io/coredns/coredns:v1.14.2" || len(n.kube) != 4 {
		t.Errorf("got %+v, %v", n, err)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"another etcd":    {"etcd:3.6.8-0", "etcd:3.6.80-0", "builds etcd 3.6.8, kubeadm wants 3.6.80-0"},
		"another CoreDNS": {"coredns:v1.14.2", "coredns:v1.15.0", "kubeadm wants v1.15.0"},
		"no scheduler":    {"kube-scheduler", "kube-planner", "no image of kube-scheduler"},
		"no etcd":         {"registry.k8s.io/etcd:3.6.8-0", "", "no image of etcd"},
	} {
		if _, err := kubeadmNames(r, strings.Replace(kubeadmList, c.old, c.new, 1)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestReadImageNames(t *testing.T) {
	kind := t.TempDir()
	for p, text := range map[string]string{
		"images/base/files/etc/containerd/config.toml": "  sandbox_image = \"registry.k8s.io/pause:3.10\"\n",
		"pkg/build/nodeimage/const_storage.go":         "const storageProvisionerImage = \"docker.io/kindest/p:v1\"\nconst storageHelperImage = \"docker.io/kindest/h:v2\"\n",
		"pkg/build/nodeimage/const_cni.go":             "const kindnetdImage = \"docker.io/kindest/kindnetd:v3\"\n",
	} {
		put(t, kind, p)
		if err := os.WriteFile(filepath.Join(kind, p), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r, _ := recipeFor("v1.36.3")
	n, err := readImageNames(r, kubeadmList, kind)
	if err != nil || n.pause != "registry.k8s.io/pause:3.10" || n.provisioner != "docker.io/kindest/p:v1" || n.helper != "docker.io/kindest/h:v2" || n.network != "docker.io/kindest/kindnetd:v3" {
		t.Errorf("got %+v, %v", n, err)
	}
	if err := os.WriteFile(filepath.Join(kind, "pkg/build/nodeimage/const_cni.go"), []byte("package nodeimage\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := readImageNames(r, kubeadmList, kind); err == nil {
		t.Error("a kind that says its images elsewhere must be an error")
	}
}
