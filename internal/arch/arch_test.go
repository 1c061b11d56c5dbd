package arch

import (
	"os"
	"testing"
)

// The rules hold for this repository.
func TestHouseRules(t *testing.T) {
	tree, err := Load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Files) < 50 {
		t.Fatalf("only %d files found: the rules have looked at the wrong folder", len(tree.Files))
	}
	for _, r := range Rules() {
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			for _, v := range Check(tree, []Rule{r}) {
				t.Error(v)
			}
		})
	}
}

// What is excused must still be there to be excused.
func TestExceptionsAreInUse(t *testing.T) {
	tree, err := Load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, f := range tree.Files {
		there[f.Path], there[f.Dir()] = true, true
	}
	for rule, folders := range exempt {
		for dir := range folders {
			if !there[dir] {
				t.Errorf("%s excuses %s, which does not exist", rule, dir)
			}
		}
	}
	for file := range sleepers {
		if !there[file] {
			t.Errorf("%s may sleep and does not exist", file)
		}
	}
}
