package kindconfigs

import (
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// shape is as much of a kind configuration as traits speak of.
type shape struct {
	Networking struct {
		DisableDefaultCNI bool
		KubeProxyMode     string
	}
	Nodes []struct {
		Role   string
		Labels map[string]string
	}
	KubeadmConfigPatches []string
}

func read(t *testing.T, p Place) shape {
	t.Helper()
	var s shape
	if err := yaml.Unmarshal(p.Config(), &s); err != nil {
		t.Fatalf("%s: %v", p.Name, err)
	}
	return s
}

func TestEveryFileIsAPlaceAndKeepsItsTraits(t *testing.T) {
	entries, err := files.ReadDir(".")
	if err != nil || len(entries) != len(Places()) {
		t.Fatalf("%d files, %d places, %v", len(entries), len(Places()), err)
	}
	for _, p := range Places() {
		s := read(t, p)
		workers, zones := 0, map[string]bool{}
		for _, n := range s.Nodes {
			if n.Role == "worker" {
				workers++
				zones[n.Labels["topology.kubernetes.io/zone"]] = true
			}
		}
		text := string(p.Config())
		for trait, want := range map[Trait]bool{
			Workers(workers):     true,
			Workers(workers + 1): false,
			Zones:                len(zones) > 1,
			FastTimers:           strings.Contains(text, "node-monitor-grace-period"),
			ShortBackoff:         strings.Contains(text, "maxContainerRestartPeriod: 10s"),
			SmallDisk:            len(p.Disks) > 0 && strings.Contains(text, "eviction-hard"),
			Capped:               len(p.Bounds) > 0,
		} {
			if has := len(p.Missing([]Trait{trait})) == 0; has != want {
				t.Errorf("%s has %s: %v, its file says %v", p.Name, trait, has, want)
			}
		}
		if !s.Networking.DisableDefaultCNI || s.Networking.KubeProxyMode != "nftables" {
			t.Errorf("%s: networking is %+v", p.Name, s.Networking)
		}
	}
}

func TestMissing(t *testing.T) {
	fast, err := Find("fast")
	if err != nil {
		t.Fatal(err)
	}
	if got := fast.Missing([]Trait{Workers(2), SmallDisk}); !slices.Equal(got, []Trait{SmallDisk}) {
		t.Errorf("missing %v, want [small-disk]", got)
	}
	if got := fast.Missing([]Trait{Workers(4)}); len(got) != 1 || got[0].String() != "4 workers" {
		t.Errorf("missing %v, want [4 workers]", got)
	}
}

func TestFindSuggests(t *testing.T) {
	for name, want := range map[string]string{
		"fsat":       `did you mean "fast"?`,
		"smalldisk":  `did you mean "small-disk"?`,
		"zone":       `did you mean "zones"?`,
		"submarine!": `no place "submarine!": there are default, fast, small-disk, zones, default-zones, short-backoff, capped`,
		"":           "there are",
	} {
		if _, err := Find(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Find(%q): %v, want %q", name, err, want)
		}
	}
}
