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
var errNoProbe = errors.New("the trial container needs a Linux build of seatrial, best with CGO_ENABLED=0")

// tryPrivileged runs a privileged container for real, from an image that needs no
// registry: the program itself and nothing else. Both are removed again.
func tryPrivileged(ctx context.Context, program string) (probe, error) {
	libraries, err := SharedLibraries("/", program)
	if runtime.GOOS != "linux" || err != nil {
		return probe{}, errNoProbe
	}
	r, w := io.Pipe()
	go func() { w.CloseWithError(writeProgramTar(w, program, libraries)) }()
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

// writeProgramTar archives a program as /seatrial, with the libraries that it
// needs if it is not static.
func writeProgramTar(w io.Writer, program string, libraries []string) error {
	tw := tar.NewWriter(w)
	if err := addFile(tw, "seatrial", program); err != nil {
		return err
	}
	for _, l := range libraries {
		if err := addFile(tw, l, InRoot("/", l)); err != nil {
			return err
		}
	}
	if len(libraries) > 0 {
		for _, d := range []string{"lib", "lib64"} { // programs name their dynamic linker there
			if err := tw.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: d, Linkname: "usr/" + d}); err != nil {
				return err
			}
		}
	}
	return tw.Close()
}

func addFile(tw *tar.Writer, name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := tw.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: info.Size(), ModTime: time.Unix(0, 0)}); err != nil {
		return err
	}
	_, err = io.Copy(tw, f)
	return err
}
