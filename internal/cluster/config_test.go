package cluster

import (
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kind/pkg/apis/config/v1alpha4"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

func TestParseBounding(t *testing.T) {
	got, err := parseBounding("Name:\tcat\nCapBnd:\t000001fffeffffff\n")
	if err != nil || got != 0x1fffeffffff || got>>capSysResource&1 != 0 {
		t.Errorf("%x, %v", got, err)
	}
	if _, err := parseBounding("Name:\tcat\n"); err == nil {
		t.Error("a status without the line was accepted")
	}
}

func TestDetect(t *testing.T) {
	for version, f := range map[string]facts{"1": {CgroupV1: true, NoSysResource: true, CPUs: 2, Memory: 24e9}, "2": {CPUs: 2, Memory: 24e9}} {
		bounding := map[bool]string{true: "000001fffeffffff", false: "000001ffffffffff"}[f.NoSysResource]
		s, _ := fake(t, map[string]answer{"docker info": {out: version + " 2 24000000000\n"}, "docker run": {out: "CapBnd:\t" + bounding + "\n"}})
		if got, err := s.detect(t.Context(), "node:1"); err != nil || got != f {
			t.Errorf("%+v, %v, want %+v", got, err, f)
		}
	}
}

func TestKindConfigOfEveryPlace(t *testing.T) {
	for _, p := range kindconfigs.Places() {
		disks := planDisks(p, "dev", "/state/dev")
		cfg, err := kindConfig(p, devRecord(), facts{}, "/state/dev", disks, 20000)
		if err != nil {
			t.Fatalf("%s: %v", p.Name, err)
		}
		mounted := 0
		for _, n := range cfg.Nodes {
			if n.Image != "node:1" {
				t.Errorf("%s: image %q", p.Name, n.Image)
			}
			if want := map[bool]int{true: NodePorts}[n.Role == v1alpha4.ControlPlaneRole]; len(n.ExtraPortMappings) != want {
				t.Errorf("%s: a %s maps %d ports, want %d", p.Name, n.Role, len(n.ExtraPortMappings), want)
			}
			for i, m := range n.ExtraPortMappings {
				if m.ListenAddress != "127.0.0.1" || int(m.HostPort) != 20000+i || int(m.ContainerPort) != FirstNodePort+i {
					t.Errorf("%s: mapping %+v", p.Name, m)
				}
			}
			mounted += len(n.ExtraMounts) - 1 // the CNI template
		}
		if mounted != len(p.Disks) {
			t.Errorf("%s: %d disks mounted, want %d", p.Name, mounted, len(p.Disks))
		}
		if !cfg.Networking.DisableDefaultCNI || cfg.Networking.APIServerAddress != "127.0.0.1" || cfg.Networking.APIServerPort != 20032 {
			t.Errorf("%s: %+v", p.Name, cfg.Networking)
		}
	}
}

func TestHostFactsArePatchedInOnlyWhereTheyHold(t *testing.T) {
	p, err := kindconfigs.Find("default")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		f    facts
		want []string
	}{
		{facts{}, nil},
		{facts{CgroupV1: true}, []string{"failCgroupV1: false"}},
		{facts{NoSysResource: true}, []string{"KubeletInUserNamespace: true", "restrict_oom_score_adj = true"}},
	} {
		cfg, err := kindConfig(p, devRecord(), c.f, "/state/dev", nil, 20000)
		if err != nil {
			t.Fatal(err)
		}
		patches := strings.Join(append(cfg.KubeadmConfigPatches, cfg.ContainerdConfigPatches...), "\n")
		for _, patch := range []string{"failCgroupV1: false", "KubeletInUserNamespace: true", "restrict_oom_score_adj = true"} {
			if strings.Contains(patches, patch) != slices.Contains(c.want, patch) {
				t.Errorf("%+v: %q patched in: %v", c.f, patch, !slices.Contains(c.want, patch))
			}
		}
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"Starting control-plane 🕹️  ...\n": "starting control-plane",
		"Preparing nodes 📦 📦  ...\n":       "preparing nodes",
		"":                                 "",
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}
