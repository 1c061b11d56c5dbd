package host

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// InstallBinary copies the seatrial program to a stable place in the state folder
// and returns that path: for what outlives a run (Docker's runtime wrapper, the
// guardian). from is the program; "" means the running one, or bin/seatrial of
// the source tree where the running one is a go test binary. The copy is replaced
// atomically, and only if it differs.
func InstallBinary(ctx context.Context, from string) (string, error) {
	from, err := findBinary(ctx, from)
	if err != nil {
		return "", err
	}
	to := filepath.Join(StateDir(), "bin", "seatrial")
	same, err := sameContent(from, to)
	if err != nil || same {
		return to, err
	}
	if err := answersHidden(ctx, from); err != nil {
		return "", err
	}
	if err := copyProgram(from, to); err != nil {
		return "", fmt.Errorf("install %s: %w", to, err)
	}
	return to, nil
}

// findBinary finds the seatrial program on disk.
func findBinary(ctx context.Context, from string) (string, error) {
	if from != "" {
		return filepath.Abs(from)
	}
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find the running program: %w", err)
	}
	if !strings.HasSuffix(self, ".test") {
		return self, nil
	}
	mod, err := Output(ctx, "go", "env", "GOMOD")
	if err != nil {
		return "", fmt.Errorf("find the source tree: %w", err)
	}
	built := filepath.Join(filepath.Dir(mod), "bin", "seatrial")
	if _, err := os.Stat(built); err != nil {
		return "", fmt.Errorf("the tests need the program: go build -o bin/seatrial ./cmd/seatrial: %w", err)
	}
	return built, nil
}

// answersHidden makes sure that a program plays the hidden roles before it takes
// the place of one that does: Docker could start no container any more.
func answersHidden(ctx context.Context, program string) error {
	out, err := Output(ctx, program, probeCommand)
	if err == nil {
		err = json.Unmarshal([]byte(out), new(probe))
	}
	if err != nil {
		return fmt.Errorf("%s does not call host.Hidden first, so it cannot be Docker's runtime wrapper: %w", program, err)
	}
	return nil
}

// sameContent compares two files. A missing second file differs.
func sameContent(a, b string) (bool, error) {
	sumA, err := sumFile(a)
	if err != nil {
		return false, err
	}
	sumB, err := sumFile(b)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return sumA == sumB, err
}

func sumFile(path string) (sum [sha256.Size]byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return sum, err
	}
	copy(sum[:], h.Sum(nil))
	return sum, nil
}

// copyProgram copies an executable so that a running copy is never torn: a new
// file takes the old one's name.
func copyProgram(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.CreateTemp(filepath.Dir(to), filepath.Base(to)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(dst.Name())
	_, err = io.Copy(dst, src)
	if err := errors.Join(err, dst.Chmod(0o755), dst.Close()); err != nil {
		return err
	}
	return os.Rename(dst.Name(), to)
}
