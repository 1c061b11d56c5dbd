package suites

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/workloads/web"
)

// stuck is a scenario to change.
func stuck() []Scenario {
	return []Scenario{
		{Name: "probes/deadlock", App: web.App(web.Liveness(web.Live, web.Period(time.Second))), Load: Steady(50), Hold: Hold{For: 5 * time.Second}},
		{Name: "probes/other", App: web.App()},
	}
}

// What a file does not name stays the scenario's own: where the load comes from too.
func TestReadFileKeepsTheRest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trial.yaml")
	if err := os.WriteFile(path, []byte("scenario: x/y\nload: {rate: 7}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := ReadFile(path, []Scenario{{Name: "x/y", App: web.App(), Load: Load{Rate: 50, Timeout: time.Second, Path: "/a", Named: "/b", From: "companion"}}})
	if want := (Load{Rate: 7, Timeout: time.Second, Path: "/a", Named: "/b", From: "companion"}); err != nil || s.Load != want {
		t.Errorf("%+v, %v, want %+v", s.Load, err, want)
	}
}

// The example of ReadFile's own documentation.
const example = `scenario: probes/deadlock
load: {rate: 100}
hold: {heal: 90s}
patches: # strategic merge patches of the app's objects, as in a kustomization
- kind: Deployment
  spec: {template: {spec: {containers: [{name: web, livenessProbe: {periodSeconds: 3}}]}}}
`

func TestReadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trial.yaml")
	if err := os.WriteFile(path, []byte(example), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := ReadFile(path, stuck())
	if err != nil {
		t.Fatal(err)
	}
	if want := (Hold{For: 5 * time.Second, Heal: 90 * time.Second}); s.Load != (Load{Rate: 100, Timeout: 900 * time.Millisecond, Path: "/"}) || s.Hold != want {
		t.Errorf("load %+v, hold %+v", s.Load, s.Hold)
	}
	c := s.App.Objects("x").Deployments[0].Spec.Template.Spec.Containers
	if len(c) != 1 || c[0].LivenessProbe.PeriodSeconds != 3 || c[0].LivenessProbe.HTTPGet.Path != web.Live || c[0].Image == "" {
		t.Errorf("%d containers, the first: %+v", len(c), c[0].LivenessProbe)
	}
	if probe := s.App.With(web.NoLiveness()).Objects("x").Deployments[0].Spec.Template.Spec.Containers[0].LivenessProbe; probe != nil {
		t.Errorf("the twin is to lack %+v", probe)
	}
}

func TestPatchTakesOutAndReplaces(t *testing.T) {
	s, err := parseFile([]byte(`scenario: probes/deadlock
patches: [{kind: Deployment, metadata: {name: web}, spec: {template: {spec: {containers: [{name: web,
  livenessProbe: null, readinessProbe: {$patch: replace, tcpSocket: {port: http}}}]}}}}]`), stuck())
	if err != nil {
		t.Fatal(err)
	}
	c := s.App.Objects("x").Deployments[0].Spec.Template.Spec.Containers[0]
	if c.LivenessProbe != nil || c.ReadinessProbe.TCPSocket == nil || c.ReadinessProbe.HTTPGet != nil {
		t.Errorf("liveness %+v, readiness %+v", c.LivenessProbe, c.ReadinessProbe)
	}
}

func TestTrialFileErrorsSayWhere(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "EOF",
		"scenario: [":              "line 1:",
		"scenaro: probes/deadlock": "line 1: field scenaro not found",
		"load: {rate: 3}":          "scenario: says nothing",
		"scenario: probes/deadlok": `did you mean "probes/deadlock"`,
		"scenario: probes":         "no name of a single scenario",
		"scenario: probes/deadlock\nload: {rate: lots}":                                    "line 2: cannot unmarshal !!str `lots` into int",
		"scenario: probes/deadlock\nload: {rate: -1}":                                      "load.rate: -1",
		"scenario: probes/deadlock\nload: {path: x}":                                       `load.path: "x"`,
		"scenario: probes/deadlock\nhold: {for: -5s}":                                      "-5s is no time to wait",
		"scenario: probes/deadlock\nhold: {for: soon}":                                     "line 2: cannot unmarshal",
		"scenario: probes/deadlock\npatches: [{spec: {}}]":                                 "patches[0]: line 2: kind: says nothing",
		"scenario: probes/deadlock\npatches:\n- {kind: DaemonSet}":                         "patches[0]: line 3: 0 objects are DaemonSet",
		"scenario: probes/deadlock\npatches:\n- {kind: Deployment, metadata: {name: wbe}}": "the app has Service/web, Deployment/web",
		"scenario: probes/deadlock\npatches:\n- kind: Deployment\n  spec:\n    replcas: 3": `line 5: unknown field "spec.replcas"`,
		"scenario: probes/deadlock\npatches:\n- kind: Deployment\n  spec:\n    template:\n      spec:\n        containers:\n        - name: web\n          livenessProbe: {perodSeconds: 3}": `line 9: unknown field "spec.template.spec.containers[0].livenessProbe.perodSeconds"`,
		"scenario: probes/deadlock\npatches:\n- {kind: Deployment, spec: {replicas: many}}":                                                                                                  "line 3: json: cannot unmarshal string",
		"scenario: probes/deadlock\npatches:\n- {kind: Deployment, metadata: {namespace: kube-system}}":                                                                                      `line 3: Deployment would be called "web", in namespace "kube-system"`,
		"scenario: probes/deadlock\npatches:\n- {kind: Deployment, metadata: {$patch: replace, namespace: trial-file}}":                                                                      `line 3: Deployment would be called ""`,
		"scenario: probes/deadlock\npatches:\n- {kind: Deployment, $patch: delete}":                                                                                                          `line 3: Deployment would be called ""`,
	} {
		if _, err := parseFile([]byte(text), stuck()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q:\n  got  %v\n  want %s", text, err, want)
		}
	}
}

func TestReadFileThatIsNotThere(t *testing.T) {
	if _, err := ReadFile("/no/such/trial.yaml", stuck()); err == nil || !strings.Contains(err.Error(), "/no/such/trial.yaml") {
		t.Errorf("%v", err)
	}
}

// named lists the objects that an app makes.
func named(s Scenario) []string {
	var all []string
	o := s.App.Objects("x")
	for _, object := range o.All() {
		all = append(all, fmt.Sprintf("%T %s/%s", object, object.GetNamespace(), object.GetName()))
	}
	return all
}

// Whatever the file says, it is an error or a scenario of the catalogue whose app makes the
// objects that it made before, under a load and for times that there can be.
func FuzzTrialFile(f *testing.F) {
	f.Add(example)
	f.Add("scenario: probes/deadlock\npatches: [{kind: Deployment, spec: null}]")
	f.Add("scenario: probes/other\nload: {path: /x, timeout: 1s}\nhold: {for: 1s, settle: 3s}")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseFile([]byte(text), stuck())
		if err != nil {
			return
		}
		of := slices.IndexFunc(stuck(), func(o Scenario) bool { return o.Name == s.Name })
		if of < 0 || !slices.Equal(named(s), named(stuck()[of])) {
			t.Fatalf("%q makes %s of %s", s.Name, named(s), text)
		}
		if s.Load.Rate < 0 || s.Load.Path != "" && s.Load.Path[0] != '/' || min(s.Load.Timeout, s.Hold.For, s.Hold.Heal, s.Hold.Settle) < 0 {
			t.Errorf("load %+v, hold %+v", s.Load, s.Hold)
		}
	})
}
