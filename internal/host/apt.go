package host

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// A Tool is a program or a file that we need, and the Debian package that brings
// it.
type Tool struct {
	Program string // looked up in PATH
	File    string // else: a file that must be there
	Package string // of Debian and Ubuntu
}

func (t Tool) missing() bool {
	if t.Program == "" {
		_, err := os.Stat(t.File)
		return err != nil
	}
	_, err := lookPath(t.Program)
	return err != nil
}

// EnsureTools makes sure that the tools are there. What is missing is installed
// where we are root on Debian or Ubuntu; elsewhere the error says what to
// install.
func EnsureTools(ctx context.Context, progress Progress, tools ...Tool) error {
	var packages []string
	for _, t := range tools {
		if t.missing() && !slices.Contains(packages, t.Package) {
			packages = append(packages, t.Package)
		}
	}
	if len(packages) == 0 {
		return nil
	}
	if err := mayInstall(); err != nil {
		return fmt.Errorf("missing here: %s: %w", strings.Join(packages, ", "), err)
	}
	return progress.Do("install "+strings.Join(packages, " "), func(detail func(string)) error {
		return aptInstall(ctx, detail, packages)
	})
}

// mayInstall says why packages cannot be installed by us, with what to do, or
// nil.
func mayInstall() error {
	b, _ := os.ReadFile("/etc/os-release") // absent on other systems: then it is not Debian
	if !isDebian(string(b)) {
		return errors.New("install them with this system's package manager (Docker: https://docs.docker.com/engine/install)")
	}
	if os.Geteuid() != 0 {
		return errors.New("run this as root, or install them with: sudo apt-get update && sudo apt-get install PACKAGE")
	}
	return nil
}

// isDebian reads os-release(5): the system itself, or one like it.
//
//	ID=ubuntu\nID_LIKE=debian -> true
func isDebian(osRelease string) bool {
	for line := range strings.Lines(osRelease) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if key == "ID" || key == "ID_LIKE" {
			if slices.Contains(strings.Fields(strings.Trim(value, `"'`)), "debian") {
				return true
			}
		}
	}
	return false
}

// aptInstall installs packages without what they merely recommend and without
// questions. A failing update is not the end: one broken third-party source fails
// it as a whole while Debian's own lists are fine.
func aptInstall(ctx context.Context, detail func(string), packages []string) error {
	env := []string{"DEBIAN_FRONTEND=noninteractive", "LC_ALL=C"}
	detail("apt-get update")
	_, updateErr := Cmd{Args: []string{"apt-get", "update", "-q"}, Env: env}.Run(ctx)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	detail("apt-get install")
	args := append([]string{"apt-get", "install", "-q", "-y", "--no-install-recommends"}, packages...)
	if _, err := (Cmd{Args: args, Env: env}).Run(ctx); err != nil {
		if updateErr != nil {
			err = errors.Join(err, updateErr)
		}
		return fmt.Errorf("install %s: %w", strings.Join(packages, " "), err)
	}
	return nil
}
