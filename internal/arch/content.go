package arch

import (
	"fmt"
	"go/ast"
	"path"
	"strings"
)

// sleepers are the files that may call time.Sleep, each with its reason.
// Workloads are free to: being slow is what they are for.
var sleepers = map[string]string{}

// chance is what may be used of math/rand/v2: sources that are given a seed.
var chance = map[string]bool{"New": true, "NewPCG": true, "NewChaCha8": true, "NewZipf": true,
	"Rand": true, "Source": true, "PCG": true, "ChaCha8": true, "Zipf": true}

func contentRules() []Rule {
	return []Rule{
		{"no-sleep", "a sleep is a guess; wait for what you want to see (sleepers in content.go lists the exceptions)", noSleep},
		{"seeded-chance", "all chance comes from one seed that is printed first, so that a run can be repeated", seededChance},
		{"fault-contract", "a fault that does not pass the contract of faulttest may break nothing, or leave something", faultContract},
	}
}

func noSleep(t *Tree) []string {
	return t.eachUse(func(f File, pkg, name string) string {
		if pkg == "time" && name == "Sleep" && sleepers[f.Path] == "" {
			return "time.Sleep"
		}
		return ""
	})
}

func seededChance(t *Tree) []string {
	return t.eachUse(func(_ File, pkg, name string) string {
		if pkg == "math/rand" || pkg == "math/rand/v2" && !chance[name] {
			return fmt.Sprintf("%s.%s takes its chance from nowhere", pkg, name)
		}
		return ""
	})
}

// eachUse looks at every "package.Name" outside tests and workloads.
func (t *Tree) eachUse(wrong func(f File, pkg, name string) string) []string {
	var out []string
	for _, f := range t.Files {
		if f.Test() || within(f.Dir(), "workloads") {
			continue
		}
		names := map[string]string{}
		for _, i := range t.imports(f) {
			names[i.Name] = i.Path
		}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			if pkg, sel := packageUse(n, names); pkg != "" {
				if what := wrong(f, pkg, sel.Name); what != "" {
					out = append(out, t.at(sel.Pos())+": "+what)
				}
			}
			return true
		})
	}
	return out
}

// packageUse resolves an expression "pkg.Name" to the package's path.
func packageUse(n ast.Node, imported map[string]string) (string, *ast.Ident) {
	s, ok := n.(*ast.SelectorExpr)
	if !ok {
		return "", nil
	}
	x, ok := s.X.(*ast.Ident)
	if !ok {
		return "", nil
	}
	return imported[x.Name], s.Sel
}

// faultContract finds files of faults/ that define a fault, and looks for a call
// of faulttest in the test file beside each.
func faultContract(t *Tree) []string {
	checked := map[string]bool{}
	for _, f := range t.Files {
		if f.Test() && f.Dir() == "faults" && t.callsFaulttest(f) {
			checked[strings.TrimSuffix(f.Path, "_test.go")+".go"] = true
		}
	}
	var out []string
	for _, f := range t.Files {
		if f.Test() || f.Dir() != "faults" || checked[f.Path] {
			continue
		}
		for _, d := range f.AST.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil && fn.Name.Name == "Inject" {
				test := strings.TrimSuffix(path.Base(f.Path), ".go") + "_test.go"
				out = append(out, fmt.Sprintf("%s: a fault, and no call of faulttest in faults/%s", t.at(fn.Pos()), test))
			}
		}
	}
	return out
}

func (t *Tree) callsFaulttest(f File) bool {
	names := map[string]string{}
	for _, i := range t.imports(f) {
		names[i.Name] = i.Path
	}
	found := false
	ast.Inspect(f.AST, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			pkg, _ := packageUse(call.Fun, names)
			found = found || pkg == "./faults/faulttest"
		}
		return !found
	})
	return found
}
