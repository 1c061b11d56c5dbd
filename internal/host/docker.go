package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// A Docker is a daemon that answers and runs privileged containers, with what a
// cluster's configuration depends on.
type Docker struct {
	Version        string // of the daemon
	Root           string // where it keeps images and volumes
	Storage        string // storage driver, "overlay2"
	DefaultRuntime string // "runc", or "seatrial" where the wrapper is in use
	CPUs           int
	Memory         int64 // bytes
	Started        bool  // by this call

	CgroupV1            bool // kubelets need failCgroupV1: false
	Rootless            bool // as kind understands it: a daemon in a user namespace
	NeedsRuntimeWrapper bool // containers here lack CAP_SYS_RESOURCE
	RestrictOOMScoreAdj bool // containerd in a node may not lower OOM scores; kubelets need the gate KubeletInUserNamespace
}

// DockerOptions says how EnsureDocker may go about it.
type DockerOptions struct {
	Progress   Progress // told what is being done; may be nil
	Executable string   // the seatrial program; "" finds it, see InstallBinary
}

// EnsureDocker returns a Docker that can run clusters. A daemon that answers is
// used as it is. Where none does and we are root on Debian or Ubuntu, Docker is
// installed if it is missing, and its daemon started in the background: it stays
// up after we end. Elsewhere the error says exactly what to do.
func EnsureDocker(ctx context.Context, opts DockerOptions) (*Docker, error) {
	d, err := askDocker(ctx)
	started := false
	if err != nil {
		if err := mayStartDocker(ctx, err); err != nil {
			return nil, err
		}
		if started, err = bringUp(ctx, opts); err != nil {
			return nil, err
		}
		if d, err = askDocker(ctx); err != nil {
			return nil, err
		}
	}
	d.Started = started
	if d.DefaultRuntime == runtimeName { // ours: keep its program in place and up to date
		if _, err := installRuntime(ctx, opts.Executable); err != nil {
			return nil, err
		}
	}
	if err := d.provePrivileged(ctx, opts); err != nil {
		return nil, err
	}
	raiseInotify(opts.Progress)
	return d, nil
}

// bringUp installs Docker if it is missing and starts its daemon, and reports
// whether it was started here: a second run at the same time waits and finds it
// running, and so may whoever installed the package.
func bringUp(ctx context.Context, opts DockerOptions) (started bool, err error) {
	unlock, err := Lock(ctx, filepath.Join(StateDir(), "dockerd.lock"), opts.Progress, "wait for another run to start Docker")
	if err != nil {
		return false, err
	}
	defer unlock()
	if err := installDocker(ctx, opts.Progress); err != nil {
		return false, err
	}
	if _, err := askDocker(ctx); err == nil {
		return false, nil
	}
	return true, startDocker(ctx, opts)
}

// dockerInfo is the part of docker info that we read.
type dockerInfo struct {
	ID              string
	ServerVersion   string
	DockerRootDir   string
	Driver          string
	DefaultRuntime  string
	CgroupVersion   string
	SecurityOptions []string
	NCPU            int
	MemTotal        int64
	ServerErrors    []string
}

// askDocker asks the daemon what it is. The error tells a missing client, a
// daemon that does not answer and a socket that we may not use apart.
func askDocker(ctx context.Context) (*Docker, error) {
	if podman, err := isPodman(ctx); err != nil {
		return nil, err
	} else if podman {
		return nil, errPodman
	}
	out, err := Output(ctx, "docker", "info", "--format", "{{json .}}")
	if err != nil {
		return nil, fmt.Errorf("ask Docker: %w", err)
	}
	var info dockerInfo
	if err := json.Unmarshal([]byte(out), &info); err != nil {
		return nil, fmt.Errorf("read docker info: %w", err)
	}
	if len(info.ServerErrors) > 0 || info.ServerVersion == "" {
		return nil, fmt.Errorf("ask Docker: %s", strings.Join(info.ServerErrors, "; "))
	}
	return info.docker(), nil
}

func (i dockerInfo) docker() *Docker {
	return &Docker{
		Version: i.ServerVersion, Root: i.DockerRootDir, Storage: i.Driver, DefaultRuntime: i.DefaultRuntime,
		CPUs: i.NCPU, Memory: i.MemTotal,
		CgroupV1: i.CgroupVersion == "1",
		Rootless: slices.ContainsFunc(i.SecurityOptions, func(o string) bool { return strings.Contains(o, "name=rootless") }),
	}
}

// errPodman is what a machine with Podman under Docker's name is told.
var errPodman = errors.New("the docker command here is Podman, which seatrial cannot drive yet: install Docker (https://docs.docker.com/engine/install)")

// isPodman asks the client who it is. It fails if there is no client.
func isPodman(ctx context.Context) (bool, error) {
	out, err := Output(ctx, "docker", "--version")
	if err != nil {
		return false, fmt.Errorf("run the docker client: %w", err)
	}
	return strings.Contains(strings.ToLower(out), "podman"), nil
}

// mayStartDocker decides whether a daemon that does not answer is ours to start.
// why is what asking it said.
func mayStartDocker(ctx context.Context, why error) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(why, errPodman):
		return why
	case strings.Contains(why.Error(), "permission denied"):
		return fmt.Errorf("may not talk to Docker: run as root, or: sudo usermod -aG docker \"$USER\" && newgrp docker: %w", why)
	case os.Getenv("DOCKER_HOST") != "":
		return fmt.Errorf("the Docker that DOCKER_HOST=%s names does not answer: %w", os.Getenv("DOCKER_HOST"), why)
	case runtime.GOOS != "linux":
		return fmt.Errorf("start Docker Desktop (only Linux can start a daemon from here): %w", why)
	case os.Geteuid() != 0:
		return fmt.Errorf("no Docker daemon answers: start it with: sudo systemctl start docker: %w", why)
	}
	return nil
}

// installDocker brings the daemon, its client and what they run.
func installDocker(ctx context.Context, progress Progress) error {
	err := EnsureTools(ctx, progress,
		Tool{Program: "dockerd", Package: "docker.io"},
		Tool{Program: "iptables", Package: "iptables"})
	if err != nil {
		return err
	}
	// Debian 12 has the client in docker.io, later ones in a package of its own.
	return EnsureTools(ctx, progress, Tool{Program: "docker", Package: "docker-cli"})
}

// provePrivileged tries a privileged container and learns from it what containers
// here may do. The answer is remembered for this daemon until it changes or the
// machine boots.
func (d *Docker) provePrivileged(ctx context.Context, opts DockerOptions) error {
	key, err := d.identity(ctx)
	if err != nil {
		return err
	}
	if p, ok := recallProbe(key); ok {
		d.learn(p)
		return nil
	}
	program, err := findBinary(ctx, opts.Executable)
	if err != nil {
		return err
	}
	var p probe
	err = opts.Progress.Do("try a privileged container", func(func(string)) error {
		p, err = tryPrivileged(ctx, program)
		return err
	})
	switch {
	case errors.Is(err, errNoProbe): // assume that containers may do what we may
		if p.BoundingSet = ^uint64(0); lacksSysResource() {
			p.BoundingSet &^= 1 << capSysResource
		}
	case err != nil:
		return fmt.Errorf("Docker answers but runs no privileged containers: %s: %w", privilegedFix(), err)
	default:
		rememberProbe(key, p)
	}
	d.learn(p)
	return nil
}

// learn takes over what a container found out.
func (d *Docker) learn(p probe) {
	d.NeedsRuntimeWrapper = p.BoundingSet&(1<<capSysResource) == 0
	d.RestrictOOMScoreAdj = d.NeedsRuntimeWrapper || d.Rootless
}

// privilegedFix says what to do about a daemon that runs no privileged
// containers. It is not ours, so nothing is done about it here.
func privilegedFix() string {
	if lacksSysResource() {
		return "this machine lacks " + capSysResourceName + "; stop this daemon (kill $(cat /var/run/docker.pid)) and run again as root: seatrial then starts one with a runtime wrapper that asks for less"
	}
	return "give this machine or container full privileges (docker run --privileged, or a virtual machine)"
}

// identity names this daemon in this state: another version, another runtime or
// another boot needs a new trial.
func (d *Docker) identity(ctx context.Context) (string, error) {
	id, err := Output(ctx, "docker", "info", "--format", "{{.ID}}")
	if err != nil {
		return "", fmt.Errorf("ask Docker: %w", err)
	}
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id") // absent elsewhere: then the daemon's own id must do
	return strings.Join([]string{id, d.Version, d.DefaultRuntime, strings.TrimSpace(string(boot))}, " "), nil
}

func probeFile() string { return filepath.Join(StateDir(), "docker-probe.json") }

type remembered struct {
	Docker string `json:"docker"`
	Probe  probe  `json:"probe"`
}

// recallProbe reads the remembered trial of the daemon of that identity.
func recallProbe(identity string) (probe, bool) {
	b, err := os.ReadFile(probeFile())
	var r remembered
	if err != nil || json.Unmarshal(b, &r) != nil || r.Docker != identity {
		return probe{}, false
	}
	return r.Probe, true
}

// rememberProbe is best effort: without it the next run tries again.
func rememberProbe(identity string, p probe) {
	b, err := json.Marshal(remembered{Docker: identity, Probe: p})
	if err != nil || os.MkdirAll(StateDir(), 0o755) != nil {
		return
	}
	_ = WriteFile(probeFile(), b, 0o644)
}

// hasClient reports whether there is a docker command at all.
func hasClient() bool {
	_, err := exec.LookPath("docker")
	return err == nil
}
