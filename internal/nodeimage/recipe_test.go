package nodeimage

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// allComponents lists everything that any recipe or add-on builds.
func allComponents() []component {
	cs := addOnComponents()
	for _, r := range recipes {
		cs = append(cs, r.goComponents()...)
	}
	return cs
}

func TestEveryComponentHasItsModule(t *testing.T) {
	used := map[string]bool{}
	for _, c := range allComponents() {
		mod, sum, err := c.module()
		if err != nil {
			t.Error(err)
			continue
		}
		used[c.title()+".mod"], used[c.title()+".sum"] = true, true
		if c.Main != "" {
			used[c.Main] = true
		}
		if !regexp.MustCompile(`(?m)^(require )?\s*\S+ ` + regexp.QuoteMeta(c.Version) + `$`).Match(mod) {
			t.Errorf("%s: its go.mod does not require %s", c.title(), c.Version)
		}
		if !strings.Contains(string(sum), " "+c.Version+" h1:") {
			t.Errorf("%s: its go.sum does not vouch for %s", c.title(), c.Version)
		}
		if len(c.Packages) == 0 && c.Main == "" {
			t.Errorf("%s builds nothing", c.title())
		}
	}
	files, err := fs.ReadDir(recipeFiles, "recipes")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !used[f.Name()] {
			t.Errorf("recipes/%s belongs to no component", f.Name())
		}
	}
}

// TestStagingModulesAreReplaced: k8s.io/kubernetes v1.X.Y needs every staging
// module at v0.X.Y, or a program would be built from two releases.
func TestStagingModulesAreReplaced(t *testing.T) {
	for _, r := range recipes {
		mod, _, err := r.Kubernetes.module()
		if err != nil {
			t.Fatal(err)
		}
		want := "v0" + strings.TrimPrefix(r.Version, "v1")
		n := 0
		for line := range strings.Lines(string(mod)) {
			f := strings.Fields(line)
			if len(f) != 4 || f[1] != "=>" {
				continue
			}
			n++
			if f[0] != f[2] || f[3] != want {
				t.Errorf("%s: %s", r.Version, strings.TrimSpace(line))
			}
		}
		if n < 30 {
			t.Errorf("%s replaces %d staging modules only", r.Version, n)
		}
	}
}

// TestKindIsTheLibrarysVersion: the node image and the library that starts nodes
// from it must come from one kind release.
func TestKindIsTheLibrarysVersion(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(mod), "sigs.k8s.io/kind "+kindComponent.Version+"\n") {
		t.Errorf("go.mod has another kind than %s", kindComponent.Version)
	}
}

func TestRecipeFor(t *testing.T) {
	r, err := recipeFor("")
	if err != nil || r.Version != DefaultVersion || Versions()[0] != DefaultVersion {
		t.Errorf("the default is %s, %v", r.Version, err)
	}
	if _, err := recipeFor("v1.2.3"); err == nil || !strings.Contains(err.Error(), DefaultVersion) {
		t.Errorf("want an error that names what there is, got %v", err)
	}
}

func TestKubernetesVersionIsBuiltIn(t *testing.T) {
	flags := strings.Join(kubernetesComponent("v1.36.3").buildFlags(), " ")
	for _, want := range []string{"k8s.io/component-base/version.gitVersion=v1.36.3", "k8s.io/client-go/pkg/version.gitMinor=36", "-s -w", "-trimpath"} {
		if !strings.Contains(flags, want) {
			t.Errorf("%s is not in %s", want, flags)
		}
	}
}

func TestDigestChangesWithEveryInput(t *testing.T) {
	c := component{Name: "cni", Version: "v1.9.1", Packages: []string{"a"}}
	seen := map[string]string{}
	for name, change := range map[string]func(c *component) string{
		"nothing":  func(*component) string { return "go1" },
		"go":       func(*component) string { return "go2" },
		"packages": func(c *component) string { c.Packages = []string{"b"}; return "go1" },
		"tags":     func(c *component) string { c.Tags = "x"; return "go1" },
		"vars":     func(c *component) string { c.Vars = []string{"x=y"}; return "go1" },
		"module":   func(c *component) string { c.Name, c.Version = "crictl", "v1.36.0"; return "go1" },
		"main":     func(c *component) string { c.Main = "coredns.main.txt"; return "go1" },
	} {
		c := c
		d, err := c.digest(change(&c))
		if err != nil {
			t.Fatal(err)
		}
		if other, twice := seen[d]; twice {
			t.Errorf("%s and %s have one digest", name, other)
		}
		seen[d] = name
	}
	a, _ := recipes[0].digest("go1")
	b, _ := recipes[1].digest("go1")
	again, _ := recipes[0].digest("go1")
	if a == b || a != again {
		t.Errorf("image digests: %s %s %s", a, b, again)
	}
}

func TestDigestOfKeepsPartsApart(t *testing.T) {
	if digestOf("ab", "c") == digestOf("a", "bc") {
		t.Error("two lists run together")
	}
}

func TestAddOns(t *testing.T) {
	if got := AddOns(); !slices.Equal(got, []string{"metrics-server", "skipper"}) {
		t.Errorf("got %v", got)
	}
	if _, err := AddOn(t.Context(), "nginx", Options{}); err == nil || !strings.Contains(err.Error(), "skipper") {
		t.Errorf("want an error that names what there is, got %v", err)
	}
}
