package host

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestInRoot(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "usr/lib"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "usr/lib/real.so.1.2"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for at, target := range map[string]string{
		"usr/lib/relative.so": "real.so.1.2",
		"usr/lib/absolute.so": "/usr/lib/relative.so",
		"usr/lib/escape.so":   "../../../../../usr/lib/real.so.1.2",
		"usr/lib/loop.so":     "loop.so",
	} {
		if err := os.Symlink(target, filepath.Join(root, at)); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []string{"usr/lib/real.so.1.2", "usr/lib/relative.so", "usr/lib/absolute.so", "usr/lib/escape.so"} {
		if got := InRoot(root, p); got != filepath.Join(root, "usr/lib/real.so.1.2") {
			t.Errorf("%s -> %s", p, got)
		}
	}
	if got := InRoot(root, "usr/lib/loop.so"); !strings.HasPrefix(got, root) {
		t.Errorf("a loop led to %s", got)
	}
}

// TestSharedLibraries looks at this machine's own shell, then takes the libraries
// away.
func TestSharedLibraries(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err == nil {
		sh, err = filepath.EvalSymlinks(sh)
	}
	if err != nil {
		t.Skip(err)
	}
	if needs, err := neededBy(sh); err != nil || len(needs) == 0 {
		t.Skipf("%s is not a dynamic ELF program: %v", sh, err)
	}
	libraries, err := SharedLibraries("/", strings.TrimPrefix(sh, "/"))
	if err != nil {
		t.Skipf("not laid out like Debian: %v", err)
	}
	linker := false
	for _, l := range libraries {
		linker = linker || strings.Contains(l, "ld-linux")
	}
	if !linker || len(libraries) < 2 {
		t.Errorf("want libc and the dynamic linker, got %v", libraries)
	}
	root := t.TempDir()
	if err := copyProgram(sh, filepath.Join(root, "sh")); err != nil {
		t.Fatal(err)
	}
	if _, err := SharedLibraries(root, "sh"); err == nil || !strings.Contains(err.Error(), "sh needs") {
		t.Errorf("missing libraries went unnoticed: %v", err)
	}
}
