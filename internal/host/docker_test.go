package host

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fakeDocker puts a docker command first in PATH that runs the given shell lines,
// and gives the test state and cache folders of its own.
func fakeDocker(t *testing.T, script string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "docker"), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	t.Setenv("SEATRIAL_STATE", filepath.Join(dir, "state"))
	t.Setenv("DOCKER_HOST", "")
	return dir
}

// answering is a daemon that answers; what comes after it decides about the rest.
const answering = `case "$1 $2 $3" in
"--version  ") echo "Docker version 28.2.2";;
"info --format {{json .}}") echo '{"ID":"x","ServerVersion":"28.2.2","CgroupVersion":"1","DefaultRuntime":"runc","Driver":"overlay2","DockerRootDir":"/var/lib/docker","NCPU":2,"MemTotal":1024,"SecurityOptions":["name=seccomp","name=rootless"]}';;
"info --format {{.ID}}") echo x;;
import*) cat > /dev/null; echo sha256:abc;;
"image rm --force") echo removed >> "$0.removed";;
`

func TestEnsureDockerUsesWhatAnswers(t *testing.T) {
	program := staticProgram(t)
	dir := fakeDocker(t, answering+`run*) echo '{"boundingSet":2199006478335,"cgroupV2":false}';; esac`)
	d, err := EnsureDocker(t.Context(), DockerOptions{Executable: program})
	if err != nil {
		t.Fatal(err)
	}
	if d.Started || !d.CgroupV1 || !d.Rootless || !d.NeedsRuntimeWrapper || !d.RestrictOOMScoreAdj || d.Storage != "overlay2" {
		t.Errorf("got %+v", d)
	}
	if _, err := os.Stat(filepath.Join(dir, "docker.removed")); err != nil {
		t.Error("the trial image was not removed")
	}
	// The trial is remembered: a second call must not run a container.
	fakeDocker(t, answering+`run*) echo "ran again" >&2; exit 1;; esac`)
	t.Setenv("SEATRIAL_STATE", filepath.Join(dir, "state"))
	if again, err := EnsureDocker(t.Context(), DockerOptions{Executable: program}); err != nil || !again.NeedsRuntimeWrapper {
		t.Errorf("got %+v, %v", again, err)
	}
}

func TestEnsureDockerFullPrivileges(t *testing.T) {
	program := staticProgram(t)
	fakeDocker(t, strings.Replace(answering, `,"name=rootless"`, "", 1)+`run*) echo '{"boundingSet":2199023255551}';; esac`)
	d, err := EnsureDocker(t.Context(), DockerOptions{Executable: program})
	if err != nil || d.NeedsRuntimeWrapper || d.RestrictOOMScoreAdj || d.Rootless {
		t.Errorf("got %+v, %v", d, err)
	}
}

func TestEnsureDockerNeverTouchesADaemonThatCannotDoIt(t *testing.T) {
	program := staticProgram(t)
	dir := fakeDocker(t, answering+`run*) echo "unable to apply caps: operation not permitted" >&2; exit 126;; esac`)
	_, err := EnsureDocker(t.Context(), DockerOptions{Executable: program})
	if err == nil || !strings.Contains(err.Error(), "no privileged containers") || !strings.Contains(err.Error(), "unable to apply caps") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "state", "dockerd.pid")); !errors.Is(err, os.ErrNotExist) {
		t.Error("a daemon was started beside the one that answers")
	}
	if _, err := os.Stat(probeFile()); !errors.Is(err, os.ErrNotExist) {
		t.Error("a failed trial was remembered")
	}
}

func TestEnsureDockerPodman(t *testing.T) {
	fakeDocker(t, `echo "podman version 4.3.1"`)
	_, err := EnsureDocker(t.Context(), DockerOptions{})
	if !errors.Is(err, errPodman) {
		t.Errorf("got %v", err)
	}
	if f, podman := checkClient(t.Context()); !podman || f.OK || !strings.Contains(f.Fix, "not supported yet") {
		t.Errorf("got %+v", f)
	}
}

func TestMayStartDocker(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := mayStartDocker(cancelled, errors.New("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("Ctrl-C: got %v", err)
	}
	t.Setenv("DOCKER_HOST", "")
	err := mayStartDocker(t.Context(), errors.New("permission denied while trying to connect"))
	if err == nil || !strings.Contains(err.Error(), "usermod -aG docker") {
		t.Errorf("got %v", err)
	}
	t.Setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
	if err := mayStartDocker(t.Context(), errors.New("refused")); err == nil || !strings.Contains(err.Error(), "tcp://127.0.0.1:1") {
		t.Errorf("another daemon was asked for, got %v", err)
	}
}

func TestCheckOfAHealthyMachine(t *testing.T) {
	fakeDocker(t, answering+`esac`)
	seen := map[string]bool{}
	for _, f := range Check(t.Context()) {
		if seen[f.Name] {
			t.Errorf("%s twice", f.Name)
		}
		seen[f.Name] = true
		if f.Level == LevelFail && f.Fix == "" {
			t.Errorf("%+v has no fix", f)
		}
	}
	for _, n := range []string{"docker client", "docker daemon", "privileged container", "disk of docker", "disk of cache", "capability", "cgroup", "inotify instances", "memory", "cpus"} {
		if !seen[n] {
			t.Errorf("doctor does not look at %s", n)
		}
	}
}

func TestCheckWithoutADaemon(t *testing.T) {
	fakeDocker(t, `case "$1" in --version) echo "Docker version 28";; *) echo "Cannot connect to the Docker daemon" >&2; exit 1;; esac`)
	t.Setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
	all := Check(t.Context())
	n := slices.IndexFunc(all, func(f Finding) bool { return f.Name == "docker daemon" })
	if n < 0 || all[n].OK || all[n].Fix == "" {
		t.Errorf("finding %d of %+v", n, all)
	}
}

func TestInstallBinaryReplacesOnlyWhatDiffers(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("SEATRIAL_STATE", filepath.Join(dir, "state"))
	program := filepath.Join(dir, "program")
	write := func(s string) {
		if err := os.WriteFile(program, []byte(s), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	install := func() os.FileInfo {
		to, err := InstallBinary(t.Context(), program)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(to)
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	write("#!/bin/sh\necho '{}' # one")
	first := install()
	if again := install(); !os.SameFile(first, again) {
		t.Error("an unchanged program was replaced")
	}
	write("#!/bin/sh\necho no such command >&2; exit 64")
	if _, err := InstallBinary(t.Context(), program); err == nil || !strings.Contains(err.Error(), "host.Hidden") {
		t.Errorf("a program that knows no hidden commands took the place: %v", err)
	}
	write("#!/bin/sh\necho '{}' # two")
	if other := install(); os.SameFile(first, other) || other.Mode().Perm() != 0o755 {
		t.Errorf("a changed program was not replaced: %v", other.Mode())
	}
	if script, err := installRuntime(t.Context(), program); err != nil {
		t.Error(err)
	} else if b, _ := os.ReadFile(script); !strings.Contains(string(b), "/state/bin/seatrial __runtime \"$@\"") {
		t.Errorf("script says %s", b)
	}
}

// staticProgram writes the smallest file that reads as a Linux program without a
// dynamic linker. Nothing runs it: the docker command of these tests is a script.
func staticProgram(t *testing.T) string {
	t.Helper()
	header := make([]byte, 64)
	copy(header, "\x7fELF\x02\x01\x01")             // 64 bit, little endian, version 1
	copy(header[16:], "\x02\x00\x3e\x00\x01")       // executable, x86-64, version 1
	header[52], header[54], header[58] = 64, 56, 64 // sizes of the headers, of which there are none
	path := filepath.Join(t.TempDir(), "seatrial")
	if err := os.WriteFile(path, header, 0o755); err != nil {
		t.Fatal(err)
	}
	if needs, err := neededBy(path); err != nil || len(needs) > 0 {
		t.Fatalf("the program that this test made does not read as static: %v, %v", needs, err)
	}
	return path
}

func TestProgramTar(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []string{"program", "lib.so"} {
		if err := os.WriteFile(filepath.Join(dir, n), []byte(n), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	library := strings.TrimPrefix(filepath.Join(dir, "lib.so"), "/")
	if err := writeProgramTar(&b, filepath.Join(dir, "program"), []string{library}); err != nil {
		t.Fatal(err)
	}
	var names []string
	for tr := tar.NewReader(&b); ; {
		h, err := tr.Next()
		if err != nil {
			break
		}
		names = append(names, h.Name)
	}
	if want := []string{"seatrial", library, "lib", "lib64"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
}
