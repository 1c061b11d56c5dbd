package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAlone(t *testing.T) {
	for _, c := range []struct{ called, name, want string }{
		{"run probes/* --rate 200 --out x --repeat 3 --seed 4", "probes/deadlock", "seatrial run probes/deadlock --rate 200"},
		{"run --tier nightly -q", "nodes/node-killed", "seatrial run nodes/node-killed --tier nightly"},
		{"run probes/* --without-twin --place fast", "probes/deadlock", "seatrial run probes/deadlock --place fast --without-twin=true"},
		{"inject node/* --for 3s --keep", "node/kill", "seatrial inject node/kill --for 3s"},
		{"inject pod/* --allow node-faults,cluster-faults --context it's", "pod/kill",
			`seatrial inject pod/kill --allow node-faults --allow cluster-faults --context 'it'\''s'`},
	} {
		root := root()
		cmd, rest, err := root.Find(strings.Fields(c.called))
		if err == nil {
			err = cmd.ParseFlags(rest)
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := alone(cmd, c.name); got != c.want {
			t.Errorf("%s: %q, want %q", c.called, got, c.want)
		}
	}
}

// What a run says of how to do it again can be done again: it does not name the
// directory that holds the run already.
func TestAgain(t *testing.T) {
	for called, want := range map[string]string{
		"run probes/* --rate 200 --out x --repeat 3 --seed 4": "seatrial run 'probes/*' --rate 200",
		"run --tier nightly --without-twin":                   "seatrial run --tier nightly --without-twin=true",
		"mutate drains/no-drain --out x":                      "seatrial mutate drains/no-drain",
	} {
		root := root()
		cmd, rest, err := root.Find(strings.Fields(called))
		if err == nil {
			err = cmd.ParseFlags(rest)
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(again(cmd, cmd.Flags().Args()), " "); got != want {
			t.Errorf("%s: %q, want %q", called, got, want)
		}
	}
}

func TestAloneFromFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trial.yaml")
	if err := os.WriteFile(path, []byte("scenario: probes/deadlock\nload:\n  rate: 80\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := &runFlags{files: []string{path}}
	scenarios, err := f.chosen(nil)
	if err != nil {
		t.Fatal(err)
	}
	root := root()
	cmd, _, err := root.Find([]string{"run"})
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.ParseFlags([]string{"--tier", "nightly", "--rate", "90"}); err != nil {
		t.Fatal(err)
	}
	want := "seatrial run --file " + path + " --rate 90"
	if got := f.aloneOf(cmd, scenarios[0].Name); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := f.aloneOf(cmd, "probes/other"); got != "seatrial run probes/other --rate 90 --tier nightly" {
		t.Errorf("%q: a scenario that is from no file", got)
	}
}
