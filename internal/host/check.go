package host

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// A Level says how much a finding matters.
type Level string

// The levels.
const (
	LevelOK   Level = "ok"
	LevelWarn Level = "warn" // works, slower or with something less
	LevelFail Level = "fail" // no cluster will run here until it is fixed
)

// A Finding is one thing that doctor looked at.
type Finding struct {
	Name  string `json:"name"`          // stable, "docker daemon"
	OK    bool   `json:"ok"`            // Level is not LevelFail
	Level Level  `json:"level"`         //
	Got   string `json:"got"`           // what is here
	Want  string `json:"want"`          // what it takes
	Fix   string `json:"fix,omitempty"` // a line to paste into a shell; words for people are comments in it
}

// What clusters need of a machine. Measured with one control-plane node and three
// workers: 1.5 GiB of memory when idle, 0.8 GB of disk per node.
const (
	memoryWarn = 6 << 30
	memoryFail = 3 << 30
	diskWarn   = 15 << 30 // also what a cold build of a node image needs
	diskFail   = 5 << 30
	cpusWanted = 2
)

// Check looks at this machine and changes nothing, except for a trial container
// that is gone when it returns. The findings come in the order in which they are
// best fixed.
func Check(ctx context.Context) []Finding {
	var fs []Finding
	client, podman := checkClient(ctx)
	fs = append(fs, client)
	var d *Docker
	if client.OK && !podman {
		var daemon Finding
		d, daemon = checkDaemon(ctx)
		fs = append(fs, daemon)
	}
	if d != nil {
		fs = append(fs, checkPrivileged(ctx), checkDisk("disk of docker", d.Root))
	}
	fs = append(fs, checkCapability(), checkCgroup(d), checkInotify(), checkDisk("disk of cache", CacheDir()), checkMemory(d), checkCPUs(d))
	return fs
}

// finding fills in what follows from the level.
func finding(name string, level Level, got, want, fix string) Finding {
	if level == LevelOK {
		fix = ""
	}
	return Finding{Name: name, OK: level != LevelFail, Level: level, Got: got, Want: want, Fix: fix}
}

func checkClient(ctx context.Context) (f Finding, podman bool) {
	const name, want = "docker client", "the docker command"
	if !hasClient() {
		if mayInstall() == nil {
			return finding(name, LevelWarn, "none", want, "apt-get update && apt-get install -y docker.io # seatrial does it when it first needs Docker"), false
		}
		return finding(name, LevelFail, "none", want, "# install Docker: https://docs.docker.com/engine/install"), false
	}
	podman, err := isPodman(ctx)
	if err != nil {
		return finding(name, LevelFail, firstLine(err), want, "docker --version"), false
	}
	if podman {
		return finding(name, LevelFail, "Podman", want, "# Podman is not supported yet; install Docker: https://docs.docker.com/engine/install"), true
	}
	v, _ := Output(ctx, "docker", "--version")
	return finding(name, LevelOK, v, want, ""), false
}

func checkDaemon(ctx context.Context) (*Docker, Finding) {
	const name, want = "docker daemon", "one that answers"
	d, err := askDocker(ctx)
	if err == nil {
		return d, finding(name, LevelOK, fmt.Sprintf("%s, %s, runtime %s", d.Version, d.Storage, d.DefaultRuntime), want, "")
	}
	if why := mayStartDocker(ctx, err); why != nil {
		return nil, finding(name, LevelFail, firstLine(err), want, "# "+firstLine(why))
	}
	return nil, finding(name, LevelWarn, "none answers", want, "systemctl start docker # seatrial starts one when it first needs it")
}

func checkPrivileged(ctx context.Context) Finding {
	const name, want = "privileged container", "one runs"
	program, err := findBinary(ctx, "")
	if err != nil {
		return finding(name, LevelWarn, firstLine(err), want, "go build -o bin/seatrial ./cmd/seatrial")
	}
	switch _, err = tryPrivileged(ctx, program); {
	case errors.Is(err, errNoProbe):
		return finding(name, LevelWarn, "not tried: "+err.Error(), want, "CGO_ENABLED=0 go build -o bin/seatrial ./cmd/seatrial && bin/seatrial doctor")
	case err != nil:
		return finding(name, LevelFail, err.Error(), want, "# "+privilegedFix())
	}
	return finding(name, LevelOK, "tried, works", want, "")
}

func checkCapability() Finding {
	const name, want = "capability", capSysResourceName + " in the bounding set"
	if lacksSysResource() {
		return finding(name, LevelWarn, "missing", want, "# nothing to do: seatrial uses a runtime wrapper that asks for less (or run on a host or container with full privileges)")
	}
	return finding(name, LevelOK, "there", want, "")
}

// checkCgroup believes the daemon, which may run elsewhere (Docker Desktop).
func checkCgroup(d *Docker) Finding {
	const name, want = "cgroup", "v2"
	v1 := false
	switch {
	case d != nil:
		v1 = d.CgroupV1
	case runtime.GOOS == "linux":
		_, err := os.Stat("/sys/fs/cgroup/cgroup.controllers")
		v1 = err != nil
	}
	if v1 {
		return finding(name, LevelWarn, "v1", want, "# clusters run with failCgroupV1: false; for v2 boot with systemd.unified_cgroup_hierarchy=1")
	}
	return finding(name, LevelOK, "v2", want, "")
}

func checkInotify() Finding {
	const name = "inotify instances"
	want := "at least " + strconv.Itoa(inotifyWanted)
	n, err := inotifyInstances()
	if err != nil {
		return finding(name, LevelOK, "not on this system", want, "")
	}
	if n < inotifyWanted {
		return finding(name, LevelWarn, strconv.Itoa(n), want, fmt.Sprintf("sudo sysctl -w fs.inotify.max_user_instances=%d", inotifyWanted))
	}
	return finding(name, LevelOK, strconv.Itoa(n), want, "")
}

func checkDisk(name, path string) Finding {
	want := fmt.Sprintf("%s free, not under %s", Bytes(diskWarn), Bytes(diskFail))
	free, err := FreeSpace(path)
	if err != nil { // Docker Desktop's folder is inside its virtual machine
		return finding(name, LevelWarn, firstLine(err), want, "docker system df")
	}
	got := fmt.Sprintf("%s in %s", Bytes(free), path)
	return finding(name, level(free, diskWarn, diskFail), got, want, "seatrial image prune && docker image prune")
}

func checkMemory(d *Docker) Finding {
	const name = "memory"
	want := fmt.Sprintf("%s available, not under %s", Bytes(memoryWarn), Bytes(memoryFail))
	b, err := os.ReadFile("/proc/meminfo")
	available, parseErr := memAvailable(string(b))
	if err != nil || parseErr != nil {
		if d == nil {
			return finding(name, LevelWarn, "unknown", want, "seatrial doctor # once Docker runs")
		}
		available = uint64(d.Memory)
	}
	return finding(name, level(available, memoryWarn, memoryFail), Bytes(available), want, "ps aux --sort=-rss | head # end what uses it")
}

func checkCPUs(d *Docker) Finding {
	n := runtime.NumCPU()
	if d != nil && d.CPUs > 0 {
		n = d.CPUs
	}
	l := LevelOK
	if n < cpusWanted {
		l = LevelWarn
	}
	return finding("cpus", l, strconv.Itoa(n), fmt.Sprintf("at least %d: the load generator keeps one for itself", cpusWanted), "# give this machine another core")
}

// level places a value that should be large.
func level(got, warnBelow, failBelow uint64) Level {
	switch {
	case got < failBelow:
		return LevelFail
	case got < warnBelow:
		return LevelWarn
	}
	return LevelOK
}

// memAvailable reads MemAvailable from /proc/meminfo, in bytes.
func memAvailable(meminfo string) (uint64, error) {
	for line := range strings.Lines(meminfo) {
		if v, ok := strings.CutPrefix(line, "MemAvailable:"); ok {
			kb, err := strconv.ParseUint(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "kB")), 10, 64)
			return kb << 10, err
		}
	}
	return 0, errors.New("no MemAvailable in /proc/meminfo")
}

// firstLine is an error's cause without the command's output below it.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
