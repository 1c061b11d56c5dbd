package arch

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Foreign packages that rules speak of.
const (
	kind         = "sigs.k8s.io/kind"
	vegeta       = "github.com/tsenart/vegeta"
	e2eFramework = "sigs.k8s.io/e2e-framework"
	clientGo     = "k8s.io/client-go"
)

func importRules() []Rule {
	return []Rule{
		only("history-alone", "the record outlives every tool that wrote it; nothing may be needed to read it",
			"internal/history$"),
		only("judge-pure", "a verdict must be given again from the record alone: no cluster, no clock, no Kubernetes types (those stop at internal/model)",
			"internal/judge", "./internal/history", "./internal/model"),
		only("model-narrow", "the model computes from objects and settings; it talks to nobody",
			"internal/model", "./internal/history", "k8s.io/api", "k8s.io/apimachinery"),
		only("scenario-author", "the author of a scenario, also in another module, needs suites, faults and workloads only",
			"suites/*", "./suites", "./faults", "./workloads"),
		onlyIn("vegeta-in-load", "there is one meter; whoever wants load asks it (the benchmarks hold it against stock vegeta)", vegeta, "internal/load", "bench"),
		onlyIn("kind-in-cluster", "clusters are made in one place, so that another provider can take kind's", kind, "internal/cluster", "internal/nodeimage"),
		onlyIn("e2e-at-the-edge", "the command line, go test and a lab run the very same trial: the test framework stays at the edge", e2eFramework, "suites/e2e"),
		onlyIn("testing-at-the-edge", "a t.Fatal four calls deep is how an undo gets skipped, and the binary must not carry test flags", "testing", "suites/e2e", "*test"),
		onlyIn("cmd-is-the-door", "the door has no logic that anybody could want", "./cmd", "cmd"),
		never("faults-decide-nothing", "a fault is used by labs, certificates and foreign suites; it neither judges nor knows what made the cluster",
			"faults", kind, vegeta, "testing", "./internal/judge", "./suites"),
		never("reports-from-the-record", "a report is made from a saved run, without a cluster", "reports", clientGo),
	}
}

// exempt are the folders that a rule passes over, by rule and folder, with the reason.
var exempt = map[string]map[string]string{
	"scenario-author": {
		"suites/e2e":       "it is the edge to go test, not a topic",
		"suites/canary":    "it plants defects in the judge and in the record itself",
		"suites/selfcheck": "it puts the meter itself on trial",
	},
}

// only: the package imports nothing but the standard library and these.
// A package "x/*" stands for every folder inside x.
func only(name, reason, pkg string, allowed ...string) Rule {
	return Rule{name, reason, func(t *Tree) []string {
		return t.eachImport(func(f File, i Import) bool {
			inside := within(f.Dir(), pkg)
			if parent, star := strings.CutSuffix(pkg, "/*"); star {
				inside = strings.HasPrefix(f.Dir(), parent+"/")
			}
			return inside && !f.Test() && !testHelper(f) && !excused(name, f.Dir()) && !standard(i.Path) && !within(i.Path, allowed...)
		})
	}}
}

// onlyIn: what is imported by these packages only. Tests may import it anywhere;
// "*test" stands for packages that exist for tests, such as faulttest.
func onlyIn(name, reason, what string, where ...string) Rule {
	return Rule{name, reason, func(t *Tree) []string {
		return t.eachImport(func(f File, i Import) bool {
			helper := slices.Contains(where, "*test") && testHelper(f)
			free := f.Test() && what != "./cmd"
			return within(i.Path, what) && !within(f.Dir(), where...) && !helper && !free
		})
	}}
}

// never: the package sees none of these, not even through other packages of ours.
func never(name, reason, pkg string, banned ...string) Rule {
	return Rule{name, reason, func(t *Tree) []string {
		var out []string
		for _, f := range t.Files {
			if !within(f.Dir(), pkg) || f.Test() || testHelper(f) {
				continue
			}
			for _, i := range t.imports(f) {
				if way := t.wayTo(i.Path, banned, map[string]bool{}); way != nil {
					out = append(out, fmt.Sprintf("%s: %s imports %s", t.at(i.Pos), f.Dir(), strings.Join(way, ", which imports ")))
				}
			}
		}
		return out
	}}
}

// wayTo returns the imports that lead from a package to a banned one, nil if none do.
func (t *Tree) wayTo(pkg string, banned []string, seen map[string]bool) []string {
	if within(pkg, banned...) {
		return []string{pkg}
	}
	dir, own := strings.CutPrefix(pkg, "./")
	if !own || seen[pkg] {
		return nil
	}
	seen[pkg] = true
	for _, f := range t.Files {
		if f.Dir() != dir || f.Test() {
			continue
		}
		for _, i := range t.imports(f) {
			if way := t.wayTo(i.Path, banned, seen); way != nil {
				return append([]string{pkg}, way...)
			}
		}
	}
	return nil
}

func (t *Tree) eachImport(bad func(File, Import) bool) []string {
	var out []string
	for _, f := range t.Files {
		for _, i := range t.imports(f) {
			if bad(f, i) {
				out = append(out, fmt.Sprintf("%s: %s imports %s", t.at(i.Pos), f.Dir(), i.Path))
			}
		}
	}
	return out
}

// testHelper reports whether the file's package exists for tests only: faulttest, trialtest.
func testHelper(f File) bool {
	base := path.Base(f.Dir())
	return strings.HasSuffix(base, "test") && base != "test"
}

func excused(rule, dir string) bool { return exempt[rule][dir] != "" }

// standard reports whether a package is the standard library's: those have no dot
// in their first part.
func standard(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	return !strings.Contains(first, ".")
}
