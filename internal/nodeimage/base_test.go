package nodeimage

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"text/template"
)

func TestCopyTreeModes(t *testing.T) {
	to := t.TempDir()
	from := fstest.MapFS{
		"usr/local/bin/entrypoint": {Data: []byte("#!")},
		"kind/bin/x.sh":            {Data: []byte("#!")},
		"etc/crictl.yaml":          {Data: []byte("a: b")},
	}
	if err := copyTree(from, to); err != nil {
		t.Fatal(err)
	}
	for p, mode := range map[string]os.FileMode{"usr/local/bin/entrypoint": 0o755, "kind/bin/x.sh": 0o755, "etc/crictl.yaml": 0o644, "kind/bin": 0o755} {
		info, err := os.Stat(filepath.Join(to, p))
		if err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", p, info, err)
		}
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// put makes files below root with some content.
func put(t *testing.T, root string, paths ...string) {
	t.Helper()
	for _, p := range paths {
		p = filepath.Join(root, p)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte("x\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSetUpBoot(t *testing.T) {
	root := t.TempDir()
	gone := []string{
		"lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service",
		"lib/systemd/system/multi-user.target.wants/getty.target",
		"etc/systemd/system/timers.target.wants/apt-daily.timer",
		"lib/systemd/system/sockets.target.wants/systemd-udevd-kernel.socket",
	}
	stays := "lib/systemd/system/sockets.target.wants/systemd-journald.socket"
	put(t, root, append(gone, stays, "usr/sbin/init")...)
	if err := setUpBoot(root); err != nil {
		t.Fatal(err)
	}
	for _, p := range gone {
		if exists(filepath.Join(root, p)) {
			t.Errorf("%s is still started", p)
		}
	}
	if !exists(filepath.Join(root, stays)) {
		t.Error("the journal's socket is gone")
	}
	for at, want := range map[string]string{
		"etc/systemd/system/multi-user.target.wants/kubelet.service":    "/etc/systemd/system/kubelet.service",
		"etc/systemd/system/multi-user.target.wants/containerd.service": "/etc/systemd/system/containerd.service",
		"etc/systemd/system/systemd-binfmt.service":                     "/dev/null",
		"usr/sbin/init": "/usr/lib/systemd/systemd",
	} {
		if got, err := os.Readlink(filepath.Join(root, at)); got != want {
			t.Errorf("%s -> %q, %v; want %s", at, got, err, want)
		}
	}
	if !exists(filepath.Join(root, "etc/kubernetes/manifests")) {
		t.Error("no folder for static pods")
	}
}

func TestConfigureNode(t *testing.T) {
	root := t.TempDir()
	put(t, root, "etc/containerd/config.toml", "etc/systemd/journald.conf")
	if err := configureNode(root); err != nil {
		t.Fatal(err)
	}
	config, _ := os.ReadFile(filepath.Join(root, "etc/containerd/config.toml"))
	if !strings.HasPrefix(string(config), "x\n") || !strings.Contains(string(config), `conf_template = "/etc/containerd/cni.template.json"`) {
		t.Errorf("containerd's configuration is %s", config)
	}
}

// TestCNITemplate fills in the template as containerd does
// (internal/cri/server/update_runtime_config.go) and reads the result as JSON.
func TestCNITemplate(t *testing.T) {
	text, err := nodeFiles.ReadFile("files/cni.template.json")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	data := map[string]any{"PodCIDR": "10.244.1.0/24", "PodCIDRRanges": []string{"10.244.1.0/24", "fd00::/64"}, "Routes": []string{"0.0.0.0/0", "::/0"}}
	if err := template.Must(template.New("cni").Parse(string(text))).Execute(&b, data); err != nil {
		t.Fatal(err)
	}
	var conf struct {
		Plugins []struct {
			Type string
			IPAM struct {
				Ranges [][]struct{ Subnet string }
				Routes []struct{ Dst string }
			}
		}
	}
	if err := json.Unmarshal([]byte(b.String()), &conf); err != nil {
		t.Fatalf("%v in %s", err, b.String())
	}
	if p := conf.Plugins[0]; p.Type != "ptp" || p.IPAM.Ranges[1][0].Subnet != "fd00::/64" || p.IPAM.Routes[0].Dst != "0.0.0.0/0" {
		t.Errorf("got %+v", conf)
	}
}

func TestKindSpec(t *testing.T) {
	got, err := kindSpec([]byte(`{"process":{"rlimits":[{"hard":1024}],"cwd":"/"},"root":{"path":"rootfs"}}`))
	want := `{"hooks":{"createContainer":[{"path":"/kind/bin/mount-product-files.sh"}]},"process":{"cwd":"/"},"root":{"path":"rootfs"}}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
	got, err = kindSpec([]byte(`{"process":{},"hooks":{"createContainer":[{"path":"/first"}]}}`))
	if err != nil || !strings.Contains(string(got), `[{"path":"/first"},{"path":"/kind/bin`) {
		t.Errorf("an existing hook was lost: %s, %v", got, err)
	}
	if _, err := kindSpec([]byte(`{}`)); err == nil {
		t.Error("a specification without a process must be an error")
	}
}
