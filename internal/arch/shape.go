package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"path"
	"slices"
)

// The house's budget for sizes, in lines.
const (
	maxFile     = 400
	maxFunction = 80
)

// bannedFolders say nothing about what is inside.
var bannedFolders = []string{"pkg", "util", "utils", "common", "helpers", "lib"}

func shapeRules() []Rule {
	return []Rule{
		{"folder-names", "a folder's name says what is inside; these say nothing", folderNames},
		{"no-init", "what a package does it does when called; registration by init hides who is in the list", noInit},
		{"file-size", fmt.Sprintf("a file of more than %d lines holds more than one thing", maxFile), fileSize},
		{"function-size", fmt.Sprintf("a function of more than %d lines does more than one thing", maxFunction), functionSize},
		{"gofmt", "one layout, no arguments", formatted},
		{"documented", "every exported name says what goes in and out", documented},
	}
}

func folderNames(t *Tree) []string {
	var out []string
	for _, dir := range t.Folders {
		if slices.Contains(bannedFolders, path.Base(dir)) {
			out = append(out, dir+": banned folder name")
		}
	}
	return out
}

func noInit(t *Tree) []string {
	return t.eachFunc(func(f *ast.FuncDecl) string {
		if f.Name.Name == "init" && f.Recv == nil {
			return "func init"
		}
		return ""
	})
}

func fileSize(t *Tree) []string {
	var out []string
	for _, f := range t.Files {
		if n := bytes.Count(f.Source, []byte("\n")); n > maxFile {
			out = append(out, fmt.Sprintf("%s: %d lines", f.Path, n))
		}
	}
	return out
}

func functionSize(t *Tree) []string {
	return t.eachFunc(func(f *ast.FuncDecl) string {
		if n := t.fset.Position(f.End()).Line - t.fset.Position(f.Pos()).Line + 1; n > maxFunction {
			return fmt.Sprintf("func %s has %d lines", f.Name.Name, n)
		}
		return ""
	})
}

func (t *Tree) eachFunc(wrong func(*ast.FuncDecl) string) []string {
	var out []string
	for _, f := range t.Files {
		for _, d := range f.AST.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				if what := wrong(fn); what != "" {
					out = append(out, t.at(fn.Pos())+": "+what)
				}
			}
		}
	}
	return out
}

func formatted(t *Tree) []string {
	var out []string
	for _, f := range t.Files {
		if want, err := format.Source(f.Source); err != nil || !bytes.Equal(want, f.Source) {
			out = append(out, f.Path+": not formatted; run gofmt -w")
		}
	}
	return out
}

func documented(t *Tree) []string {
	var out []string
	described := map[string]bool{}
	for _, f := range t.Files {
		described[f.Dir()] = described[f.Dir()] || f.AST.Doc != nil && !f.Test()
	}
	for _, f := range t.Files {
		if f.Test() {
			continue
		}
		if !described[f.Dir()] {
			described[f.Dir()] = true // once is enough
			out = append(out, f.Dir()+": no comment says what the package is for")
		}
		for _, d := range f.AST.Decls {
			for _, name := range undocumented(d) {
				out = append(out, t.at(name.Pos())+": "+name.Name+" has no comment")
			}
		}
	}
	return out
}

// undocumented lists the exported names that a declaration brings in without a
// comment. One comment may serve a group, and a method that fulfils a well-known
// interface needs none.
func undocumented(d ast.Decl) []*ast.Ident {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && exportedReceiver(d) && !wellKnown(d) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		if d.Doc != nil {
			return nil
		}
		var out []*ast.Ident
		for _, s := range d.Specs {
			out = append(out, undocumentedSpec(s)...)
		}
		return out
	}
	return nil
}

func undocumentedSpec(s ast.Spec) []*ast.Ident {
	switch s := s.(type) {
	case *ast.TypeSpec:
		if s.Doc == nil && s.Comment == nil && s.Name.IsExported() {
			return []*ast.Ident{s.Name}
		}
	case *ast.ValueSpec:
		if s.Doc == nil && s.Comment == nil {
			return slices.DeleteFunc(slices.Clone(s.Names), func(n *ast.Ident) bool { return !n.IsExported() })
		}
	}
	return nil
}

// exportedReceiver reports whether a function is a method of an exported type, or no method.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	kind := d.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	if generic, ok := kind.(*ast.IndexExpr); ok {
		kind = generic.X
	}
	name, ok := kind.(*ast.Ident)
	return ok && name.IsExported()
}

// wellKnown are methods whose name says it all, by the interface that asks for them.
func wellKnown(d *ast.FuncDecl) bool {
	return d.Recv != nil && slices.Contains([]string{
		"String", "Error", "Unwrap", "Len", "Less", "Swap", "Close", "Read", "Write", "ServeHTTP",
		"MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText",
		"Card", "Needs", "Inject", "Name", "Judge", // faults.Fault, judge.Expectation
	}, d.Name.Name)
}
