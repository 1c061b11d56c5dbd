// Package reports says what was found: on the terminal, as JUnit, Markdown and
// HTML, and as the run directory that holds all of it. It reads records and
// verdicts and never a cluster.
package reports

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

// Release is our own version; a release build sets it by -ldflags -X.
var Release = "devel"

// Tool names this program: version, commit where the build knows it.
func Tool() string {
	commit := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = s.Value[:min(12, len(s.Value))]
			}
		}
	}
	if commit == "" {
		return "seatrial " + Release
	}
	return "seatrial " + Release + " " + commit
}

// toolDigest is the digest of this program's file: which bytes gave the verdict.
func toolDigest() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find our own program: %w", err)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read our own program: %w", err)
	}
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", fmt.Errorf("read our own program: %w", err)
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}
