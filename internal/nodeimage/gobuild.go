package nodeimage

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/seatrial/seatrial/internal/host"
)

// title names the component in progress lines and folders.
func (c component) title() string { return c.Name + "-" + c.Version }

// module gives the go.mod and go.sum that build the component.
func (c component) module() (mod, sum []byte, err error) {
	base := "recipes/" + c.title()
	mod, err = recipeFiles.ReadFile(base + ".mod")
	if err != nil {
		return nil, nil, fmt.Errorf("recipe of %s: %w", c.Name, err)
	}
	sum, err = recipeFiles.ReadFile(base + ".sum")
	if err != nil {
		return nil, nil, fmt.Errorf("recipe of %s: %w", c.Name, err)
	}
	return mod, sum, nil
}

// buildFlags are the flags of go build: small (no symbol tables, no debug
// information) and the same bytes from any folder.
func (c component) buildFlags() []string {
	ld := "-s -w"
	for _, v := range c.Vars {
		ld += " -X " + v
	}
	return []string{"-trimpath", "-buildvcs=false", "-tags=" + c.Tags, "-ldflags=" + ld}
}

// buildEnv is the environment of every go command: static programs, pinned
// modules only, and a build cache of our own that prune can free.
func (w *workshop) buildEnv() []string {
	return []string{"CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOWORK=off", "GOOS=linux", "GOCACHE=" + w.goCache()}
}

// digest names what the component's programs depend on.
func (c component) digest(goVersion string) (string, error) {
	mod, sum, err := c.module()
	if err != nil {
		return "", err
	}
	parts := []string{goVersion, platform(), string(mod), string(sum), strings.Join(c.Packages, " "), strings.Join(c.buildFlags(), "\n")}
	if c.Main != "" {
		main, err := recipeFiles.ReadFile("recipes/" + c.Main)
		if err != nil {
			return "", fmt.Errorf("recipe of %s: %w", c.Name, err)
		}
		parts = append(parts, string(main))
	}
	return digestOf(parts...), nil
}

// build compiles the component's programs, or finds them in the cache, and
// returns the folder that holds them under their own names.
func (w *workshop) build(ctx context.Context, c component) (string, error) {
	digest, err := c.digest(w.goVersion)
	if err != nil {
		return "", err
	}
	return w.output(ctx, c.title(), digest, func(ctx context.Context, dir string, detail func(string)) error {
		return w.goBuild(ctx, c, dir, detail)
	})
}

// goBuild writes the component's module into a scratch folder and builds its
// programs into dir.
func (w *workshop) goBuild(ctx context.Context, c component, dir string, detail func(string)) error {
	src, err := w.scratch("module-" + c.Name)
	if err != nil {
		return err
	}
	defer os.RemoveAll(src)
	if err := c.writeModule(src); err != nil {
		return err
	}
	packages := c.Packages
	if c.Main != "" {
		packages = []string{"."}
	}
	args := append([]string{"go", "build", "-v", "-o", dir + "/"}, c.buildFlags()...)
	said := newLineWriter(detail)
	defer said.Close()
	if _, err := (host.Cmd{Args: append(args, packages...), Dir: src, Env: w.buildEnv(), Stderr: said}).Run(ctx); err != nil {
		return fmt.Errorf("build %s %s: %w", c.Name, c.Version, err)
	}
	for name, built := range c.Programs {
		if err := os.Rename(filepath.Join(dir, built), filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("build %s %s: %w", c.Name, c.Version, err)
		}
	}
	return nil
}

// writeModule puts the component's module into a folder.
func (c component) writeModule(dir string) error {
	mod, sum, err := c.module()
	if err != nil {
		return err
	}
	files := map[string][]byte{"go.mod": mod, "go.sum": sum}
	if c.Main != "" {
		if files["main.go"], err = recipeFiles.ReadFile("recipes/" + c.Main); err != nil {
			return err
		}
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// moduleDir downloads a module that the component's go.sum vouches for and
// returns the folder with its files (read-only, in the module cache).
func (w *workshop) moduleDir(ctx context.Context, c component, module string) (string, error) {
	src, err := w.scratch("download-" + c.Name)
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(src)
	if err := c.writeModule(src); err != nil {
		return "", err
	}
	env := w.buildEnv()
	if _, err := (host.Cmd{Args: []string{"go", "mod", "download", module}, Dir: src, Env: env}).Run(ctx); err != nil {
		return "", fmt.Errorf("download %s: %w", module, err)
	}
	dir, err := host.Cmd{Args: []string{"go", "list", "-m", "-f", "{{.Dir}}", module}, Dir: src, Env: env}.Run(ctx)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", module, err)
	}
	dir = strings.TrimSpace(dir)
	if dir == "" {
		return "", errors.New("find " + module + ": go list gave no folder")
	}
	return dir, nil
}

// A lineWriter hands each line written to it to a function, cut to what fits in
// a progress line.
type lineWriter struct {
	*io.PipeWriter
	done chan struct{}
}

func newLineWriter(line func(string)) *lineWriter {
	r, w := io.Pipe()
	lw := &lineWriter{PipeWriter: w, done: make(chan struct{})}
	go func() {
		defer close(lw.done)
		sc := bufio.NewScanner(r)
		for sc.Scan() {
			if s := strings.TrimSpace(sc.Text()); s != "" {
				line(s)
			}
		}
		_, _ = io.Copy(io.Discard, r) // a line too long for the scanner must not block the command
	}()
	return lw
}

// Close ends the stream and waits until the last line was handed over.
func (w *lineWriter) Close() error {
	err := w.PipeWriter.Close()
	<-w.done
	return err
}
