// Package arch holds the rules of the house: who may import whom, and how files
// look. Each rule carries its reason, because a rule without one is only an
// obstacle. Its tests apply them to this repository, and to small trees with one
// planted violation each.
package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// A File is one Go file of the module.
type File struct {
	Path   string // from the module's root, with slashes
	Source []byte
	AST    *ast.File
}

// Dir is the file's folder, "." for the root.
func (f File) Dir() string { return path.Dir(f.Path) }

// Test reports whether the file is compiled for tests only.
func (f File) Test() bool { return strings.HasSuffix(f.Path, "_test.go") }

// A Tree is a module's source.
type Tree struct {
	Module  string // its path, "github.com/seatrial/seatrial"
	Files   []File
	Folders []string
	fset    *token.FileSet
}

var moduleLine = regexp.MustCompile(`(?m)^module (\S+)$`)

// Load parses the module whose go.mod is at the root of files. Folders that the go
// command does not look into are left out, and so are modules inside.
func Load(files fs.FS) (*Tree, error) {
	mod, err := fs.ReadFile(files, "go.mod")
	if err != nil {
		return nil, err
	}
	m := moduleLine.FindSubmatch(mod)
	if m == nil {
		return nil, fmt.Errorf("go.mod names no module")
	}
	t := &Tree{Module: string(m[1]), fset: token.NewFileSet()}
	return t, fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return t.enter(files, p)
		}
		if !strings.HasSuffix(p, ".go") {
			return nil
		}
		return t.parse(files, p)
	})
}

func (t *Tree) enter(files fs.FS, dir string) error {
	if dir == "." {
		return nil
	}
	base := path.Base(dir)
	_, err := fs.Stat(files, path.Join(dir, "go.mod"))
	if err == nil || base == "testdata" || base == "vendor" || strings.ContainsAny(base[:1], "._") {
		return fs.SkipDir
	}
	t.Folders = append(t.Folders, dir)
	return nil
}

func (t *Tree) parse(files fs.FS, p string) error {
	src, err := fs.ReadFile(files, p)
	if err != nil {
		return err
	}
	f, err := parser.ParseFile(t.fset, p, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	t.Files = append(t.Files, File{Path: p, Source: src, AST: f})
	return nil
}

// An Import is an import as a rule sees it.
type Import struct {
	Path string // own packages from the module's root, "./internal/history"; others in full
	Name string // the name that the file uses, as far as the path tells
	Pos  token.Pos
}

// imports lists what a file imports. Own packages begin with "./", so that a
// rule cannot take a foreign one for them.
func (t *Tree) imports(f File) []Import {
	var out []Import
	for _, spec := range f.AST.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the parser has let no such thing pass
		}
		i := Import{Path: p, Name: guessName(p), Pos: spec.Pos()}
		if rest, own := strings.CutPrefix(p, t.Module); own && (rest == "" || rest[0] == '/') {
			i.Path = "." + rest
		}
		if spec.Name != nil {
			i.Name = spec.Name.Name
		}
		out = append(out, i)
	}
	return out
}

var major = regexp.MustCompile(`^v[0-9]+$`)

func guessName(p string) string {
	if major.MatchString(path.Base(p)) {
		p = path.Dir(p)
	}
	return path.Base(p)
}

// at is a place in the source, for messages.
func (t *Tree) at(pos token.Pos) string {
	p := t.fset.Position(pos)
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// within reports whether a package is one of the folders or inside one.
// A folder that ends in "$" means itself only.
func within(pkg string, folders ...string) bool {
	for _, f := range folders {
		exact, only := strings.CutSuffix(f, "$")
		if pkg == exact || !only && strings.HasPrefix(pkg, f+"/") {
			return true
		}
	}
	return false
}
