package arch

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// tree builds a module from its files, by path.
func tree(t *testing.T, files map[string]string) *Tree {
	t.Helper()
	m := fstest.MapFS{"go.mod": {Data: []byte("module example.org/m\n\ngo 1.26\n")}}
	for p, text := range files {
		m[p] = &fstest.MapFile{Data: []byte(text)}
	}
	tr, err := Load(m)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// source is a file that imports the paths and is otherwise above reproach.
func source(pkg string, imports ...string) string {
	var b strings.Builder
	b.WriteString("// Package " + pkg + " is an example.\npackage " + pkg + "\n")
	for _, i := range imports {
		b.WriteString("\nimport _ \"" + i + "\"\n")
	}
	return b.String()
}

// body is a file with a package comment, an import and some code.
func body(pkg, imported, code string) string {
	return source(pkg) + "\nimport " + imported + "\n\n" + code
}

type planted struct {
	name  string
	files map[string]string
	want  string // part of the message; "" where the rule must be content
}

func file(path, text string) map[string]string { return map[string]string{path: text} }

// Each rule is shown able to fail, and to leave its good neighbour alone.
var plants = map[string][]planted{
	"history-alone": {
		{"foreign", file("internal/history/a.go", source("history", "k8s.io/api/core/v1")), "internal/history/a.go:4: internal/history imports k8s.io/api/core/v1"},
		{"own", file("internal/history/a.go", source("history", "example.org/m/internal/model")), "imports ./internal/model"},
		{"standard", file("internal/history/a.go", source("history", "encoding/json")), ""},
		{"its encoder", file("internal/history/file/a.go", source("file", "github.com/klauspost/compress/zstd")), ""},
	},
	"judge-pure": {
		{"Kubernetes types", file("internal/judge/a.go", source("judge", "k8s.io/api/core/v1")), "imports k8s.io/api/core/v1"},
		{"a name that only begins alike", file("internal/judge/a.go", source("judge", "example.org/m/internal/historytest")), "imports ./internal/historytest"},
		{"foreign package of the same name", file("internal/judge/a.go", source("judge", "example.org/m2/internal/history")), "imports example.org/m2/internal/history"},
		{"history and model", file("internal/judge/a.go", source("judge", "example.org/m/internal/history", "example.org/m/internal/model")), ""},
		{"its test", file("internal/judge/a_test.go", source("judge", "k8s.io/api/core/v1")), ""},
	},
	"model-narrow": {
		{"client", file("internal/model/a.go", source("model", "k8s.io/client-go/kubernetes")), "imports k8s.io/client-go/kubernetes"},
		{"types", file("internal/model/a.go", source("model", "k8s.io/api/apps/v1", "k8s.io/apimachinery/pkg/util/intstr")), ""},
	},
	"scenario-author": {
		{"engine", file("suites/probes/a.go", source("probes", "example.org/m/internal/judge")), "imports ./internal/judge"},
		{"three packages", file("suites/probes/a.go", source("probes", "example.org/m/suites", "example.org/m/faults", "example.org/m/workloads/web")), ""},
		{"suites itself", file("suites/a.go", source("suites", "example.org/m/internal/judge")), ""},
		{"canary", file("suites/canary/a.go", source("canary", "example.org/m/internal/judge")), ""},
	},
	"vegeta-in-load": {
		{"elsewhere", file("internal/trial/a.go", source("trial", "github.com/tsenart/vegeta/v12/lib")), "imports github.com/tsenart/vegeta/v12/lib"},
		{"load", file("internal/load/a.go", source("load", "github.com/tsenart/vegeta/v12/lib")), ""},
	},
	"kind-in-cluster": {
		{"elsewhere", file("cmd/x/a.go", source("main", "sigs.k8s.io/kind/pkg/cluster")), "imports sigs.k8s.io/kind/pkg/cluster"},
		{"cluster", file("internal/cluster/a.go", source("cluster", "sigs.k8s.io/kind/pkg/cluster")), ""},
	},
	"e2e-at-the-edge": {
		{"engine", file("internal/trial/a.go", source("trial", "sigs.k8s.io/e2e-framework/pkg/env")), "imports sigs.k8s.io/e2e-framework/pkg/env"},
		{"edge", file("suites/e2e/a.go", source("e2e", "sigs.k8s.io/e2e-framework/pkg/env")), ""},
		{"test", file("suites/probes/a_test.go", source("probes", "sigs.k8s.io/e2e-framework/pkg/env")), ""},
	},
	"testing-at-the-edge": {
		{"engine", file("internal/trial/a.go", source("trial", "testing")), "imports testing"},
		{"contract", file("faults/faulttest/a.go", source("faulttest", "testing")), ""},
		{"test", file("internal/trial/a_test.go", source("trial", "testing")), ""},
	},
	"cmd-is-the-door": {
		{"engine", file("internal/trial/a.go", source("trial", "example.org/m/cmd/x")), "imports ./cmd/x"},
		{"test", file("internal/trial/a_test.go", source("trial", "example.org/m/cmd/x")), "imports ./cmd/x"},
	},
	"faults-decide-nothing": {
		{"testing", file("faults/a.go", source("faults", "testing")), "faults/a.go:4: faults imports testing"},
		{"through another", map[string]string{
			"faults/a.go": source("faults", "example.org/m/internal/x"), "internal/x/a.go": source("x", "example.org/m/internal/y"),
			"internal/y/a.go": source("y", "sigs.k8s.io/kind/pkg/cluster", "example.org/m/internal/x"),
		}, "faults imports ./internal/x, which imports ./internal/y, which imports sigs.k8s.io/kind/pkg/cluster"},
		{"clean", file("faults/a.go", source("faults", "k8s.io/client-go/kubernetes")), ""},
		{"contract", file("faults/faulttest/a.go", source("faulttest", "testing")), ""},
	},
	"reports-from-the-record": {
		{"client", file("reports/a.go", source("reports", "k8s.io/client-go/kubernetes")), "imports k8s.io/client-go/kubernetes"},
	},
	"folder-names": {
		{"util", file("internal/util/a.go", source("util")), "internal/util: banned folder name"},
		{"testdata", file("internal/x/testdata/pkg/a.go", "no go at all"), ""},
	},
	"no-init": {
		{"init", file("a.go", source("m")+"\nfunc init() {}\n"), "a.go:4: func init"},
		{"method", file("a.go", source("m")+"\ntype t struct{}\n\nfunc (t) init() {}\n"), ""},
	},
	"file-size": {
		{"long", file("a.go", source("m")+strings.Repeat("\n", 399)), "a.go: 401 lines"},
		{"just", file("a.go", source("m")+strings.Repeat("\n", 398)), ""},
	},
	"function-size": {
		{"long", file("a.go", source("m")+"\nfunc f() {"+strings.Repeat("\n", 80)+"}\n"), "a.go:4: func f has 81 lines"},
		{"just", file("a.go", source("m")+"\nfunc f() {"+strings.Repeat("\n", 79)+"}\n"), ""},
	},
	"gofmt": {
		{"spaces", file("a.go", "package  m\n"), "a.go: not formatted"},
	},
	"documented": {
		{"function", file("a.go", source("m")+"\nfunc F() {}\n"), "a.go:4: F has no comment"},
		{"method", file("a.go", source("m")+"\n// T is.\ntype T struct{}\n\nfunc (*T) M() {}\n"), "M has no comment"},
		{"constant", file("a.go", source("m")+"\nconst (\n\tA = 1\n\tb = 2\n)\n"), "A has no comment"},
		{"type", file("a.go", source("m")+"\ntype T int\n"), "T has no comment"},
		{"package", file("x/a.go", "package x\n"), "x: no comment says what the package is for"},
		{"all is well", file("a.go", source("m")+"\n// The numbers.\nconst (\n\tA = 1\n\tB = 2\n)\n\n// T is.\ntype T int\n\nfunc (T) String() string { return \"\" }\n\ntype u int\n\nfunc (u) M() {}\n"), ""},
	},
	"no-sleep": {
		{"sleep", file("a.go", body("m", `"time"`, "func f() { time.Sleep(1) }\n")), "a.go:6: time.Sleep"},
		{"renamed", file("a.go", body("m", `clock "time"`, "func f() { clock.Sleep(1) }\n")), "time.Sleep"},
		{"another Sleep", file("a.go", body("m", `"example.org/time"`, "func f() { time.Sleep(1) }\n")), ""},
		{"workload", file("workloads/web/a.go", body("web", `"time"`, "func f() { time.Sleep(1) }\n")), ""},
		{"test", file("a_test.go", body("m", `"time"`, "func f() { time.Sleep(1) }\n")), ""},
	},
	"seeded-chance": {
		{"v2", file("a.go", body("m", `"math/rand/v2"`, "var x = rand.IntN(3)\n")), "math/rand/v2.IntN takes its chance from nowhere"},
		{"v1", file("a.go", body("m", `"math/rand"`, "var x = rand.New(rand.NewSource(1))\n")), "math/rand.New takes"},
		{"seeded", file("a.go", body("m", `"math/rand/v2"`, "var x = rand.New(rand.NewPCG(1, 2))\n")), ""},
	},
	"fault-contract": {
		{"no test", file("faults/a.go", fault), "faults/a.go:6: a fault, and no call of faulttest in faults/a_test.go"},
		{"test of another", map[string]string{"faults/a.go": fault, "faults/b_test.go": contract}, "faults/a.go:6"},
		{"import without a call", map[string]string{"faults/a.go": fault, "faults/a_test.go": source("faults", "example.org/m/faults/faulttest")}, "faults/a.go:6"},
		{"checked", map[string]string{"faults/a.go": fault, "faults/a_test.go": contract}, ""},
	},
}

const (
	fault    = "// Package faults is an example.\npackage faults\n\ntype f struct{}\n\nfunc (f) Inject() {}\n"
	contract = "package faults\n\nimport \"example.org/m/faults/faulttest\"\n\nfunc f() { faulttest.Check() }\n"
)

func TestPlantedViolations(t *testing.T) {
	for _, r := range Rules() {
		if len(plants[r.Name]) == 0 {
			t.Errorf("rule %s has no planted violation: nobody knows whether it can fail", r.Name)
		}
		if r.Reason == "" {
			t.Errorf("rule %s has no reason", r.Name)
		}
		for _, p := range plants[r.Name] {
			t.Run(r.Name+"/"+p.name, func(t *testing.T) {
				got := Check(tree(t, p.files), []Rule{r})
				switch {
				case p.want == "" && len(got) > 0:
					t.Errorf("found %q, want nothing", got)
				case p.want != "" && !slices.ContainsFunc(got, func(v string) bool { return strings.Contains(v, p.want) && strings.HasSuffix(v, r.Reason+"]") }):
					t.Errorf("found %q, want %q with the reason", got, p.want)
				}
			})
		}
	}
}

func TestLoadLeavesOutWhatGoDoes(t *testing.T) {
	tr := tree(t, map[string]string{"a.go": source("m"), "_x/a.go": "?", ".x/a.go": "?", "vendor/a.go": "?",
		"tools/go.mod": "module tools\n", "tools/a.go": "?"})
	if len(tr.Files) != 1 || len(tr.Folders) != 0 || tr.Module != "example.org/m" {
		t.Errorf("tree = %+v", tr)
	}
	if _, err := Load(fstest.MapFS{}); err == nil {
		t.Error("loaded a tree without go.mod")
	}
	if _, err := Load(fstest.MapFS{"go.mod": {}, "a.go": {Data: []byte("?")}}); err == nil {
		t.Error("loaded a tree whose go.mod names no module")
	}
}
