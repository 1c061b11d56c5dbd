package workloads

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// goVersion is the language version of the servers: old enough for any Go that
// is still supported, and no reason for the go tool to look for another one.
const goVersion = "1.24"

// compile builds the image's sources into a static binary. Nothing outside dir
// and the standard library takes part: a go.mod of its own, no proxy, no
// workspace, no C.
func (i Image) compile(ctx context.Context, dir, binary string) error {
	tool, err := exec.LookPath("go")
	if err != nil {
		return fmt.Errorf("find the go tool, which builds the server of %s: install Go %s or newer (https://go.dev/doc/install) and put its bin folder on PATH: %w", i.Name, goVersion, err)
	}
	src := filepath.Join(dir, "src")
	if err := i.writeSources(src); err != nil {
		return err
	}
	args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", binary, "."}
	cmd := exec.CommandContext(ctx, tool, args...)
	cmd.Dir = src
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+runtime.GOARCH,
		"GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off", "GO111MODULE=on", "GOTOOLCHAIN=local", "GOEXPERIMENT=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("$ go %s\n%s: %w", strings.Join(args, " "), strings.TrimSpace(string(out)), err)
	}
	return nil
}

func (i Image) writeSources(dir string) error {
	files, err := i.sources()
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return errors.New("no Go files in the image's sources")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	files = append(files, source{"go.mod", []byte("module seatrial.local/" + i.Name + "\n\ngo " + goVersion + "\n")})
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.name), f.text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
