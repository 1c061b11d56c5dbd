package host

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestMain lets the test binary stand in for the program where a test runs a
// hidden subcommand for real.
func TestMain(m *testing.M) {
	if code, handled := Hidden(os.Args[1:]); handled {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

func TestSpecFile(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--root /r create --bundle /b --pid-file /p id", "/b/config.json"},
		{"--root /r --log /l --log-format json create --bundle=/b id", "/b/config.json"},
		{"run -b /b id", "/b/config.json"},
		{"create id", "config.json"},
		{"exec --process /tmp/p.json id", "/tmp/p.json"},
		{"exec -p /tmp/p.json --detach id", "/tmp/p.json"},
		{"kill id exec", ""},
		{"state create", ""},
		{"--version", ""},
		{"", ""},
	} {
		if got := specFile(strings.Fields(c.args)); got != c.want {
			t.Errorf("specFile(%q) = %q, want %q", c.args, got, c.want)
		}
	}
}

const configJSON = `{"ociVersion":"1.0.2","process":{"capabilities":{
	"bounding":["CAP_CHOWN","CAP_SYS_RESOURCE","CAP_KILL"],"effective":["CAP_SYS_RESOURCE"],"permitted":["CAP_CHOWN"]},
	"rlimits":[{"type":"RLIMIT_NOFILE","hard":18446744073709551615}]},"hostname":"x"}`

func TestDropCapability(t *testing.T) {
	got, err := dropCapability([]byte(configJSON), capSysResourceName)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(got), "SYS_RESOURCE") {
		t.Errorf("still asks for it: %s", got)
	}
	for _, keep := range []string{"CAP_CHOWN", "CAP_KILL", "18446744073709551615", `"hostname":"x"`} {
		if !strings.Contains(string(got), keep) {
			t.Errorf("lost %s: %s", keep, got)
		}
	}
}

func TestDropCapabilityOfExec(t *testing.T) {
	got, err := dropCapability([]byte(`{"args":["ls"],"capabilities":{"bounding":["CAP_SYS_RESOURCE"]}}`), capSysResourceName)
	if err != nil || strings.Contains(string(got), "SYS_RESOURCE") {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestDropCapabilityLeavesOthersAlone(t *testing.T) {
	for _, doc := range []string{`{"process":{"capabilities":{"bounding":["CAP_KILL"]}}}`, `{"process":{"capabilities":null}}`, `{ "process": {} }`, `{}`} {
		got, err := dropCapability([]byte(doc), capSysResourceName)
		if err != nil || string(got) != doc {
			t.Errorf("%s became %s, %v", doc, got, err)
		}
	}
	if _, err := dropCapability([]byte(`{`), capSysResourceName); err == nil {
		t.Error("half a document must be an error")
	}
}

func FuzzDropCapability(f *testing.F) {
	f.Add([]byte(configJSON))
	f.Add([]byte(`{"capabilities":{"a":["CAP_SYS_RESOURCE","CAP_SYS_RESOURCE"],"b":3}}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		once, err := dropCapability(doc, capSysResourceName)
		if err != nil {
			return
		}
		twice, err := dropCapability(once, capSysResourceName)
		if err != nil || string(twice) != string(once) {
			t.Errorf("not idempotent: %q -> %q -> %q, %v", doc, once, twice, err)
		}
	})
}

// TestRuntimeMain runs the wrapper as Docker would, with a runc that only shows
// what it was given.
func TestRuntimeMain(t *testing.T) {
	dir := t.TempDir()
	fake := "#!/bin/sh\necho \"$@\"\ncat " + dir + "/config.json\n"
	if err := os.WriteFile(filepath.Join(dir, "runc"), []byte(fake), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(configJSON), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], runtimeCommand, "--root", "/r", "create", "--bundle", dir, "some-id")
	cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	args, spec, _ := strings.Cut(string(out), "\n")
	if args != "--root /r create --bundle "+dir+" some-id" {
		t.Errorf("runc got %q", args)
	}
	var parsed map[string]any
	if err := json.Unmarshal([]byte(spec), &parsed); err != nil || strings.Contains(spec, "SYS_RESOURCE") {
		t.Errorf("runc reads %s (%v)", spec, err)
	}
	info, err := os.Stat(filepath.Join(dir, "config.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode changed: %v %v", info.Mode(), err)
	}
}

func TestRuntimeMainSaysWhatFailed(t *testing.T) {
	cmd := exec.Command(os.Args[0], runtimeCommand, "create", "--bundle", "/nowhere", "id")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "/nowhere/config.json") {
		t.Errorf("got %v: %s", err, out)
	}
}

func TestProbe(t *testing.T) {
	out, err := exec.Command(os.Args[0], probeCommand).Output()
	if err != nil {
		t.Skipf("no /proc here: %v", err)
	}
	var p probe
	if err := json.Unmarshal(out, &p); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if lacks := p.BoundingSet&(1<<capSysResource) == 0; lacks != lacksSysResource() {
		t.Errorf("the probe says lacks=%t, we say %t", lacks, lacksSysResource())
	}
}

func TestBoundingSet(t *testing.T) {
	got, err := boundingSet("Name:\tx\nCapEff:\t0\nCapBnd:\t000001fffeffffff\n")
	if err != nil || got&(1<<capSysResource) != 0 || got&1 == 0 {
		t.Errorf("got %x, %v; want all but bit 24", got, err)
	}
	if _, err := boundingSet("Name:\tx\n"); err == nil {
		t.Error("no CapBnd must be an error, not an empty set")
	}
}

func TestHiddenLeavesPeoplesCommandsAlone(t *testing.T) {
	for _, args := range [][]string{nil, {"run"}, {"runtime"}} {
		if _, handled := Hidden(args); handled {
			t.Errorf("Hidden took %v", args)
		}
	}
	if !reflect.DeepEqual([]string{runtimeCommand, probeCommand}, []string{"__runtime", "__probe"}) {
		t.Error("scripts in state folders call these names")
	}
}
