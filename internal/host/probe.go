package host

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

// A probe is what our own program finds out inside a privileged container.
type probe struct {
	BoundingSet uint64 `json:"boundingSet"` // capabilities that the container can have
	CgroupV2    bool   `json:"cgroupV2"`
}

// probeMain runs inside the container.
func probeMain(w io.Writer) int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var p probe
	if p.BoundingSet, err = boundingSet(string(status)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	_, err = os.Stat("/sys/fs/cgroup/cgroup.controllers")
	p.CgroupV2 = err == nil
	if err := json.NewEncoder(w).Encode(p); err != nil {
		return 1
	}
	return 0
}

// probeLabel marks the image and the container of a trial, so that a dead one's
// leftovers can be found.
const probeLabel = "seatrial.probe"

// errNoProbe means that the trial cannot be made here, which says nothing about
// Docker.
var errNoProbe = errors.New("the trial container needs a static Linux build of seatrial (CGO_ENABLED=0)")

// tryPrivileged runs a privileged container for real, from an image that needs no
// registry: the program itself and nothing else. Both are removed again.
func tryPrivileged(ctx context.Context, program string) (probe, error) {
	if runtime.GOOS != "linux" || !isStatic(program) {
		return probe{}, errNoProbe
	}
	r, w := io.Pipe()
	go func() { w.CloseWithError(writeProgramTar(w, program)) }()
	defer r.Close()
	image, err := Cmd{Args: []string{"docker", "import", "--change", "LABEL " + probeLabel + "=1", "-"}, Stdin: r}.Run(ctx)
	if err != nil {
		return probe{}, fmt.Errorf("make the trial image: %w", err)
	}
	image = strings.TrimSpace(image)
	defer func() {
		_, _ = Output(context.WithoutCancel(ctx), "docker", "image", "rm", "--force", image) // labelled; doctor names what is left
	}()
	out, err := Output(ctx, "docker", "run", "--rm", "--privileged", "--network=none", "--label", probeLabel+"=1", image, "/seatrial", probeCommand)
	if err != nil {
		return probe{}, fmt.Errorf("run a privileged container: %w", err)
	}
	var p probe
	if err := json.Unmarshal([]byte(out), &p); err != nil {
		return probe{}, fmt.Errorf("read the trial container's answer %q: %w", out, err)
	}
	return p, nil
}

// writeProgramTar archives one program as /seatrial.
func writeProgramTar(w io.Writer, program string) error {
	f, err := os.Open(program)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	tw := tar.NewWriter(w)
	if err := tw.WriteHeader(&tar.Header{Name: "seatrial", Mode: 0o755, Size: info.Size(), ModTime: time.Unix(0, 0)}); err != nil {
		return err
	}
	if _, err := io.Copy(tw, f); err != nil {
		return err
	}
	return tw.Close()
}
