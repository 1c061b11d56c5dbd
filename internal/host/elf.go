package host

import (
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// libraryDirs are where Debian and the others keep shared libraries, relative to
// the root.
var libraryDirs = []string{"usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/lib64", "usr/lib"}

// SharedLibraries lists the files that the given programs need at run time: the
// dynamic linker and the libraries, found below root without running anything.
// Paths are relative to root, sorted, each once. It fails if one is missing.
func SharedLibraries(root string, programs ...string) ([]string, error) {
	found := map[string]bool{}
	todo := slices.Clone(programs)
	for len(todo) > 0 {
		program := todo[0]
		todo = todo[1:]
		names, err := neededBy(InRoot(root, program))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			p, err := findLibrary(root, name)
			if err != nil {
				return nil, fmt.Errorf("%s needs %s: %w", program, name, err)
			}
			if !found[p] {
				found[p] = true
				todo = append(todo, p)
			}
		}
	}
	var all []string
	for p := range found {
		all = append(all, p)
	}
	slices.Sort(all)
	return all, nil
}

// neededBy reads what an ELF file asks for: its dynamic linker (PT_INTERP) and
// its libraries (DT_NEEDED).
func neededBy(path string) ([]string, error) {
	f, err := elf.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	defer f.Close()
	names, err := f.ImportedLibraries()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	for _, p := range f.Progs {
		if p.Type != elf.PT_INTERP {
			continue
		}
		b := make([]byte, p.Filesz)
		if _, err := p.ReadAt(b, 0); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		names = append(names, string(b[:max(0, len(b)-1)])) // without the closing NUL
	}
	return names, nil
}

// findLibrary looks a library up below root. The dynamic linker comes with its
// absolute path, which names the place in the image too (/lib64 is a link).
func findLibrary(root, name string) (string, error) {
	if filepath.IsAbs(name) {
		if p := filepath.Join("usr", name); exists(filepath.Join(root, p)) {
			return p, nil
		}
		name = filepath.Base(name)
	}
	for _, d := range libraryDirs {
		if p := filepath.Join(d, name); exists(filepath.Join(root, p)) {
			return p, nil
		}
	}
	return "", fs.ErrNotExist
}

// InRoot gives the file behind a path below root, on this machine. Symbolic links
// are followed as a program running in root would see them: an absolute one stays
// below root. A path that cannot be resolved comes back as it is.
func InRoot(root, p string) string {
	const maxLinks = 40 // as the kernel's own limit (path_resolution(7))
	for range maxLinks {
		target, err := os.Readlink(filepath.Join(root, p))
		if err != nil {
			break
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(p), target)
		}
		p = filepath.Join("/", target) // Join cleans, so ".." cannot leave root
	}
	return filepath.Join(root, p)
}

// exists reports whether there is something of that name, a dangling link too.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
