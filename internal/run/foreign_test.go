package run

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/catalogue"
	"github.com/seatrial/seatrial/workloads/web"
)

func node(zone string, taints ...corev1.Taint) corev1.Node {
	return corev1.Node{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{corev1.LabelTopologyZone: zone}}, Spec: corev1.NodeSpec{Taints: taints}}
}

// A cluster of somebody else's hosts what its workers are enough for, and nothing that
// needs to be done inside a machine.
func TestPlaceOf(t *testing.T) {
	t.Parallel()
	control := node("a", corev1.Taint{Key: "node-role.kubernetes.io/control-plane", Effect: corev1.TaintEffectNoSchedule})
	cordoned := node("c")
	cordoned.Spec.Unschedulable = true
	p := placeOf("shop", []corev1.Node{control, node("a"), node("b", corev1.Taint{Key: "x", Effect: corev1.TaintEffectPreferNoSchedule}), cordoned})
	for _, c := range []struct {
		needs []kindconfigs.Trait
		fits  bool
	}{
		{[]kindconfigs.Trait{kindconfigs.Workers(2), kindconfigs.Zones}, true},
		{[]kindconfigs.Trait{kindconfigs.Workers(3)}, false},
		{[]kindconfigs.Trait{kindconfigs.Machines}, false},
		{[]kindconfigs.Trait{kindconfigs.NodePower}, false},
		{[]kindconfigs.Trait{kindconfigs.FastTimers}, false},
	} {
		if fits := len(p.Missing(c.needs)) == 0; fits != c.fits {
			t.Errorf("%v: %v", c.needs, fits)
		}
	}
	if p := placeOf("shop", []corev1.Node{node(""), node("")}); len(p.Missing([]kindconfigs.Trait{kindconfigs.Zones})) == 0 {
		t.Error("nodes without zones have some")
	}
}

func TestPermit(t *testing.T) {
	t.Parallel()
	inside, nodes, all := suites.Scenario{Name: "t/a", Blast: suites.Namespace}, suites.Scenario{Name: "t/b", Blast: suites.Node}, suites.Scenario{Name: "t/c", Blast: suites.Cluster}
	for _, c := range []struct {
		allow []string
		of    []suites.Scenario
		want  string // "" is that it may
	}{
		{nil, []suites.Scenario{inside}, ""},
		{nil, []suites.Scenario{inside, nodes}, "t/b disturbs nodes of its cluster, and that is a cluster that seatrial did not make: --allow node-faults lets it"},
		{[]string{AllowNodes}, []suites.Scenario{nodes}, ""},
		{[]string{AllowNodes}, []suites.Scenario{all}, "t/c disturbs its whole cluster, and that is a cluster that seatrial did not make: --allow cluster-faults lets it"},
		{[]string{AllowNodes, AllowCluster}, []suites.Scenario{all}, ""},
		{[]string{"everything"}, nil, `--allow "everything": there are node-faults and cluster-faults`},
	} {
		err := Foreign{Allow: c.allow}.Permit(c.of)
		if (err != nil) != (c.want != "") || err != nil && err.Error() != c.want {
			t.Errorf("%v of %v: %v, want %q", c.allow, c.of, err, c.want)
		}
	}
}

// The rights are those of the fault, of the twin's fault and of the load, and no more than
// a trial in a namespace needs where there is nothing else.
func TestRights(t *testing.T) {
	t.Parallel()
	quiet := suites.Scenario{Name: "t/a", App: web.App(), Blast: suites.Namespace}
	plain := RightsOf([]suites.Scenario{quiet})
	for _, r := range plain {
		cluster := r.Namespace == faults.Everywhere && r.Resource != "namespaces"
		if cluster && !slices.Contains([]string{"get", "list", "watch"}, r.Verb) {
			t.Errorf("a trial without a fault may %v", r)
		}
	}
	drained := quiet
	drained.Fault = faults.NodeDrain()
	drained.Twin = &suites.Twin{Fault: faults.PodDelete(faults.OnePod)}
	drained.Load = suites.Load{Rate: 1}
	all := RightsOf([]suites.Scenario{drained})
	for _, want := range []faults.Right{
		{Verb: "create", Resource: "pods/eviction"}, {Verb: "delete", Resource: "pods"},
		{Verb: "patch", Resource: "nodes", Namespace: faults.Everywhere}, {Verb: "create", Group: "apps", Resource: "deployments"},
	} {
		if !slices.Contains(all, want) {
			t.Errorf("no %v", want)
		}
	}
	if slices.Contains(plain, faults.Right{Verb: "patch", Resource: "nodes", Namespace: faults.Everywhere}) {
		t.Error("nodes may be changed though nothing does")
	}
}

// Some of the catalogue can be run abroad, nothing of that on machines.
func TestAbroad(t *testing.T) {
	t.Parallel()
	all := Abroad(catalogue.All())
	names := make([]string, len(all))
	for n, s := range all {
		names[n] = s.Name
	}
	if len(all) < 20 || !slices.Contains(names, "probes/deadlock") || slices.Contains(names, "nodes/node-killed") {
		t.Errorf("%d: %v", len(all), names)
	}
}

func TestPulled(t *testing.T) {
	t.Parallel()
	f := &foreign{name: "shop"}
	s := suites.Scenario{Name: "t/a", App: web.App()}
	if _, err := f.pulled([]suites.Scenario{s}); err == nil || !strings.Contains(err.Error(), "--image names one") {
		t.Errorf("%v", err)
	}
	f.Image = "registry.example/web:1"
	got, err := f.pulled([]suites.Scenario{s})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range got[0].App.Objects("x").PodTemplates() {
		if c := p.Spec.Containers[0]; c.Image != f.Image {
			t.Errorf("%s runs %s", c.Name, c.Image)
		}
	}
}

// The ways to clusters of runs that have nothing to undo are removed, those of others stay.
func TestSweepKubeconfigs(t *testing.T) {
	t.Setenv("SEATRIAL_STATE", t.TempDir())
	for _, dir := range []string{kubeconfigDir(), JournalDir()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{filepath.Join(kubeconfigDir(), "dead"), filepath.Join(kubeconfigDir(), "live"), filepath.Join(JournalDir(), "live.jsonl")} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := SweepKubeconfigs(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(kubeconfigDir())
	if err != nil || len(left) != 1 || left[0].Name() != "live" {
		t.Errorf("%v, %v", left, err)
	}
}

// Only the namespaces of this very run are none of the others'.
func TestOfRun(t *testing.T) {
	for namespace, want := range map[string]bool{"st-7f3a-probes-deadlock": true, "seatrial-agents-7f3a": true, "st-beef-probes-deadlock": false, "st-shop": false} {
		if got := ofRun("7f3a")(namespace); got != want {
			t.Errorf("%s: %t, want %t", namespace, got, want)
		}
	}
}
