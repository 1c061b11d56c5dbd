package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/internal/run/runtest"
	"github.com/seatrial/seatrial/reports"
)

// asProgram has the test binary be the program.
const asProgram = "SEATRIAL_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// ran is how the program ended.
type ran struct {
	code        int
	out, errOut string
}

// seatrial runs the program with folders of its own and without Docker or a terminal.
func seatrial(t *testing.T, args ...string) ran {
	t.Helper()
	dir := t.TempDir()
	c := exec.CommandContext(t.Context(), os.Args[0], args...)
	c.Dir = dir
	c.Env = append(os.Environ(), asProgram+"=1", "SEATRIAL_STATE="+filepath.Join(dir, "state"), "SEATRIAL_CACHE="+filepath.Join(dir, "cache"),
		"DOCKER_HOST=unix://"+filepath.Join(dir, "no.sock"), "LANG=C", "LC_ALL=", "LC_MESSAGES=")
	var out, errOut bytes.Buffer
	c.Stdout, c.Stderr = &out, &errOut
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("seatrial %q: %v", args, err)
	}
	return ran{c.ProcessState.ExitCode(), out.String(), errOut.String()}
}

func TestWrongUsage(t *testing.T) {
	for _, c := range []struct {
		line, says string
	}{
		{"runn", `did you mean "run"`},
		{"unheard-of", `no command "unheard-of" (seatrial --help)`},
		{"run probes/deadlok", `did you mean "probes/deadlock"`},
		{"run nothing-like-it/at-all-here", "seatrial list scenarios"},
		{"picture . probes/deadlok", `did you mean "probes/deadlock"`},
		{"picture . probes", "is more than one scenario"},
		{"picture . rollout/rollover", "has no twin"},
		{"picture . probes/deadlock -o json", "a picture is SVG"},
		{"picture . probes/deadlock", "is no run directory with a record of probes/deadlock"},
		{"run --rate -5", "--rate -5: at least 1"},
		{"mutate no-prestop", `did you mean "no-pre-stop"`},
		{"mutate nothing-like-it-at-all", "no defect"},
		{"inject", "which fault?"},
		{"inject node/kil", `did you mean "node/kill"`},
		{"inject node/kill --for 0s", "--for 0s: it must be left in place"},
		{"run --no-such-flag", "unknown flag: --no-such-flag (seatrial run --help)"},
		{"run --repeat x", "invalid argument"},
		{"run -f /no/such/trial.yaml", "read the trial file: open /no/such/trial.yaml"},
		{"run --repeat 0", "--repeat 0: at least 1"},
		{"run --tier daily", "there are smoke, certify and nightly"},
		{"run --dry-run --place fats", `did you mean "fast"`},
		{"--output nonsense list", "there are table and json"},
		{"list --output yaml", "there are table and json"},
		{"list nonsense", `no list "nonsense": there are scenarios`},
		{"list scenarioss", `did you mean "scenarios"?`},
		{"run --version v1.36.9", `did you mean "v1.36.3"?`},
		{"list scenarios faults", "accepts at most 1 arg"},
		{"rejudge", "accepts 1 arg"},
		{"compare one", "accepts 2 arg"},
		{"lab probes/deadlok", `did you mean "probes/deadlock"`},
		{"lab probes/deadlock --lang fr", "there are en and ko"},
		{"cluster create --place fats", `did you mean "fast"`},
		{"cluster crate", `unknown command "crate"`},
		{"image build --source elsewhere", "there are registry and built"},
		{"image build --add-on metric-server", "there are metrics-server and skipper"},
		{"run probes/deadlock --allow-skip probes/deadlok", `did you mean "probes/deadlock"`},
		{"measure", "which URL?"},
		{"measure http://127.0.0.1/ --max-downtime -1s", "0 at least"},
		{"measure http://127.0.0.1/ make deploy", "a command follows after --"},
		{"measure http://127.0.0.1/ --rate 0", "--rate 0: at least 1"},
		{"measure http://127.0.0.1/ --lanes fresh,new", "there are fresh and reused"},
		{"measure http://127.0.0.1/ --expect-status 2xx", "three-digit codes"},
		{"measure http://127.0.0.1/ --header Host=x", `want "Name: value"`},
		{"measure http://127.0.0.1/ --body-file /no/such/file", "no such file"},
		{"measure http://127.0.0.1/ --duration 2h", "longer than --max-duration"},
		{"measure http://127.0.0.1/ --html /no/such/folder/x.html", "there is no folder /no/such/folder"},
		{"measure http://127.0.0.1/ --rate 2 --max-downtime 200ms", "--max-downtime 200ms is shorter than the time between two requests: --rate 6 would see it"},
		{"measure http://127.0.0.1/ --timeout 1h", "time-out 1h0m0s is longer than 5m0s"},
		{"recover now", "unknown command"},
		{"recover --forget 7f3a21 --dry-run", "one of them"},
		{"run --deadline -1h", "--deadline -1h0m0s: it must last"},
		{"run --parallel -1", "--parallel -1: at least 1"},
		{"run --context shop --keep-failed", "--keep-failed is about clusters that seatrial makes"},
		{"run --context shop --parallel 2", "--parallel is about clusters that seatrial makes"},
		{"inject node/kill --place fats", `did you mean "fast"`},
		{"inject pod/delete --context shop --stop-if shop.example/", "--stop-if: \"shop.example/\" is no address"},
		{"inject pod/delete-all --target worker2", "has no target to choose"},
		{"mutate --parallel -1", "--parallel -1: at least 1"},
		{"measure http://127.0.0.1/ --agents 1 --cluster dev --context shop", "one of them"},
		{"lab --lang fr", "there are en and ko"},
		{"rbac inject/probes-deadlock", `no scenario or fault "inject/probes-deadlock"`},
		{"rbac pod/delte", `did you mean "pod/delete"`},
		{"image build --add-on skipper --version v1.37.1", "--add-on names another"},
		{"cluster delete one --name two", "one of them"},
	} {
		got := seatrial(t, strings.Fields(c.line)...)
		if got.code != exitUsage || !strings.Contains(got.errOut, c.says) || !strings.HasPrefix(got.errOut, "seatrial: ") {
			t.Errorf("seatrial %s: code %d, %q; want %d and %q", c.line, got.code, got.errOut, exitUsage, c.says)
		}
		if got.out != "" {
			t.Errorf("seatrial %s: talk on stdout: %q", c.line, got.out)
		}
	}
}

// What cannot be measured is an error; a target that never answered is no proof.
func TestMeasure(t *testing.T) {
	for _, c := range []struct {
		line string
		code int
		says string
	}{
		{"measure ::nonsense::", exitUsage, "is not http://HOST/"},
		{"measure http://no-such-host.invalid/ --allow-remote", exitTool, "resolve no-such-host.invalid"},
		{"measure http://192.0.2.1/", exitUsage, "--allow-remote"},
		{"measure http://10.96.3.4/ --agents 2 --cluster no-such-cluster", exitTool, "no-such-cluster"},
		{"measure http://127.0.0.1:1/ -- no-such-command", exitTool, "executable file not found"},
		{"measure http://127.0.0.1:1/ --rate 1000000", exitUsage, "is not between 1 and"},
		{"measure http://127.0.0.1:1/ --rate 20 --duration 200ms --timeout 100ms", 2, "never had a good answer"},
		{"measure http://127.0.0.1:1/ --rate 20 --timeout 100ms -o json -- true", 2, `"ran": false`},
		{"measure http://127.0.0.1:1/ --rate 20 --duration 200ms --timeout 100ms --html /", 2, "write the page: open /: is a directory"},
		{"measure http://127.0.0.1:1/ --rate 20 --duration 200ms --timeout 100ms -o json --html /", 2, `"verdict": "INVALID"`},
	} {
		got := seatrial(t, strings.Fields(c.line)...)
		if got.code != c.code || !strings.Contains(got.out+got.errOut, c.says) {
			t.Errorf("seatrial %s: code %d, want %d and %q: %s%s", c.line, got.code, c.code, c.says, got.out, got.errOut)
		}
	}
}

func TestListIsAnArray(t *testing.T) {
	for _, what := range []string{"scenarios", "faults", "mutations", "places", "workloads"} {
		got := seatrial(t, "list", what, "-o", "json")
		var rows []map[string]any
		if err := json.Unmarshal([]byte(got.out), &rows); err != nil || got.code != 0 || len(rows) == 0 {
			t.Fatalf("list %s: code %d, %v: %s", what, got.code, err, got.out)
		}
		need := []string{"name", "why"}
		if what == "scenarios" {
			need = append(need, "tier", "blast")
		}
		for _, row := range rows {
			for _, field := range need {
				if text, _ := row[field].(string); text == "" {
					t.Errorf("list %s: %v has no %s", what, row, field)
				}
			}
		}
	}
}

// The rights are printed for kubectl in both ways.
func TestRightsInJSON(t *testing.T) {
	got := seatrial(t, "rbac", "pod/*", "-o", "json")
	var list struct {
		Kind  string
		Items []struct{ Kind string }
	}
	if err := json.Unmarshal([]byte(got.out), &list); err != nil || got.code != 0 || list.Kind != "List" || len(list.Items) == 0 {
		t.Fatalf("code %d, %v: %s", got.code, err, got.out)
	}
	if drills := seatrial(t, "rbac", "inject/pod-*").out; drills != seatrial(t, "rbac", "pod/*").out {
		t.Errorf("as drills: %s", drills)
	}
	text := seatrial(t, "rbac", "pod/*").out
	for n, document := range strings.Split(text, "---\n") {
		if n >= len(list.Items) || !strings.Contains(document, "kind: "+list.Items[n].Kind+"\n") {
			t.Errorf("document %d is not that of the list: %s", n, document)
		}
	}
}

// The catalogue that people read is the one that there is.
func TestCatalogueIsFresh(t *testing.T) {
	want, err := os.ReadFile("../../suites/CATALOGUE.md")
	if err != nil {
		t.Fatal(err)
	}
	if got := seatrial(t, "list", "scenarios"); got.out != string(want) {
		t.Error("suites/CATALOGUE.md is stale: run make catalogue")
	}
}

// What the command line lists is the golden list, so that no scenario goes missing unseen.
func TestListIsGolden(t *testing.T) {
	want, err := os.ReadFile("../../suites/testdata/certified.golden")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct{ Name string }
	if err := json.Unmarshal([]byte(seatrial(t, "list", "scenarios", "-o", "json").out), &rows); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, row := range rows {
		names = append(names, row.Name)
	}
	slices.Sort(names)
	if got := strings.Join(names, "\n") + "\n"; got != string(want) {
		t.Errorf("seatrial list scenarios -o json has\n%s\nthe golden list\n%s", got, want)
	}
}

func TestDryRun(t *testing.T) {
	got := seatrial(t, "run", "probes/deadlock", "--dry-run", "-o", "json")
	var plan struct {
		Trials []struct{ Name, Place, Blast string }
	}
	if err := json.Unmarshal([]byte(got.out), &plan); err != nil || got.code != 0 {
		t.Fatalf("code %d, %v: %s%s", got.code, err, got.out, got.errOut)
	}
	if len(plan.Trials) != 2 || plan.Trials[1].Name != "probes/deadlock.twin" || plan.Trials[0].Place != "fast" || plan.Trials[0].Blast != "ns" {
		t.Errorf("%+v", plan)
	}
	nightly := seatrial(t, "run", "nodes/node-killed", "--tier", "nightly", "--dry-run")
	if nightly.code != 0 || !strings.Contains(nightly.out, "default") {
		t.Errorf("the nightly tier has not Kubernetes' own timers: code %d\n%s%s", nightly.code, nightly.out, nightly.errOut)
	}
	repeated := seatrial(t, "run", "probes/deadlock", "--dry-run", "-o", "json", "--repeat", "20")
	var twenty, once struct{ Times, Seconds float64 }
	if err := errors.Join(json.Unmarshal([]byte(repeated.out), &twenty), json.Unmarshal([]byte(got.out), &once)); err != nil {
		t.Fatal(err)
	}
	if twenty.Times != 20 || twenty.Seconds != 20*once.Seconds {
		t.Errorf("twenty times what takes %v s takes %v s", once.Seconds, twenty.Seconds)
	}
	table := seatrial(t, "run", "--dry-run")
	if table.code != 0 || !strings.Contains(table.out, "about") || !strings.Contains(table.out, "pressure/disk-full") {
		t.Errorf("code %d\n%s%s", table.code, table.out, table.errOut)
	}
}

func TestRejudgeWhatCannotBeRead(t *testing.T) {
	got := seatrial(t, "rejudge", filepath.Join(t.TempDir(), "none"))
	if got.code != exitTool || !strings.Contains(got.errOut, "none/verdict.json: no such file or directory") {
		t.Errorf("code %d: %s", got.code, got.errOut)
	}
	dir := t.TempDir()
	if _, err := runtest.Save(dir, runtest.Good(), nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(reports.VerdictPath(dir), []byte("{\n  \"schemaVersion\": 1,\n  \"trials\": [,]\n}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	got = seatrial(t, "rejudge", dir)
	if got.code != exitTool || !strings.Contains(got.errOut, "verdict.json: line 3: invalid character ','") {
		t.Errorf("code %d: %s", got.code, got.errOut)
	}
}

func TestCompare(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	if _, err := runtest.Save(a, runtest.Good(), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := runtest.Save(b, runtest.Unreplaced(), nil); err != nil {
		t.Fatal(err)
	}
	if got := seatrial(t, "compare", a, b); got.code != 0 || !strings.Contains(got.out, "replaced") {
		t.Errorf("code %d: %s%s", got.code, got.out, got.errOut)
	}
}

func TestRecoverFindsNothing(t *testing.T) {
	for _, args := range [][]string{{"recover"}, {"recover", "--dry-run"}} {
		if got := seatrial(t, args...); got.code != 0 || got.out != "nothing is left behind\n" {
			t.Errorf("%q: code %d: %s%s", args, got.code, got.out, got.errOut)
		}
	}
	var list []any
	if got := seatrial(t, "recover", "-o", "json"); json.Unmarshal([]byte(got.out), &list) != nil || list == nil {
		t.Errorf("no array: %s", got.out)
	}
}

func TestLabsAreListed(t *testing.T) {
	if got := seatrial(t, "lab"); got.code != 0 || !strings.Contains(got.out, "probes/deadlock") {
		t.Errorf("code %d: %s%s", got.code, got.out, got.errOut)
	}
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if got := seatrial(t, "completion", shell); got.code != 0 || !strings.Contains(got.out, "seatrial") {
			t.Errorf("%s: code %d: %s", shell, got.code, got.errOut)
		}
	}
	if got := seatrial(t, "__complete", "run", "probes/"); !strings.Contains(got.out, "probes/deadlock") {
		t.Errorf("completes to %s", got.out)
	}
}

func TestVersion(t *testing.T) {
	if got := seatrial(t, "--version"); got.code != 0 || !strings.Contains(got.out, "seatrial") {
		t.Errorf("code %d: %s", got.code, got.out)
	}
}

// Every command says what it does and shows how it is typed.
func TestHelp(t *testing.T) {
	var check func(c *cobra.Command)
	check = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			if sub.Hidden || sub.Name() == "help" || sub.Name() == "completion" {
				continue
			}
			if sub.Short == "" || !sub.HasSubCommands() && sub.Example == "" {
				t.Errorf("%s: short %q, example %q", sub.CommandPath(), sub.Short, sub.Example)
			}
			for line := range strings.Lines(sub.Example) {
				if !strings.HasPrefix(line, "  seatrial ") {
					t.Errorf("%s: the example %q cannot be pasted", sub.CommandPath(), line)
				}
			}
			check(sub)
		}
	}
	check(root())
	if got := seatrial(t); got.code != 0 || !strings.Contains(got.out, "Available Commands") {
		t.Errorf("code %d: %s%s", got.code, got.out, got.errOut)
	}
}

// The list from which a mistyped command is suggested has all of them.
func TestEveryCommandIsSuggested(t *testing.T) {
	for _, c := range root().Commands() {
		if err := unknown([]string{c.Name() + "x"}); !strings.Contains(err.Error(), `"`+c.Name()+`"`) {
			t.Errorf("%sx: %v", c.Name(), err)
		}
	}
}

func TestQuoted(t *testing.T) {
	for arg, want := range map[string]string{"probes/*": "'probes/*'", "--seed=7": "--seed=7", "a b": "'a b'", "v1.37.1": "v1.37.1", "": "''", "it's $HOME": `'it'\''s $HOME'`} {
		if got := quoted(arg); got != want {
			t.Errorf("quoted(%q) = %s, want %s", arg, got, want)
		}
	}
}
