package nodeimage

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/compression"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/seatrial/seatrial/internal/host"
)

// nodeFiles are our own additions to a node: see containerd.toml.
//
//go:embed files
var nodeFiles embed.FS

// bootUnits are the units that Debian starts in places where a node in a
// container must not (kind's Dockerfile says why, image by image).
var bootUnits = []string{
	"lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service",
	"lib/systemd/system/multi-user.target.wants/*",
	"etc/systemd/system/*.wants/*",
	"lib/systemd/system/local-fs.target.wants/*",
	"lib/systemd/system/sockets.target.wants/*udev*",
	"lib/systemd/system/sockets.target.wants/*initctl*",
	"lib/systemd/system/basic.target.wants/*",
}

// baseRoot lays out the root file system of kind's base image in dir: Debian,
// kind's own files, the container runtime and its helpers. programs maps a
// component's name to the folder of its programs.
func (w *workshop) baseRoot(ctx context.Context, dir, rootfsTar, kindDir string, programs map[string]string) error {
	if _, err := host.Output(ctx, "tar", "--numeric-owner", "-C", dir, "-xpf", rootfsTar); err != nil {
		return fmt.Errorf("unpack root file system: %w", err)
	}
	if err := copyTree(os.DirFS(filepath.Join(kindDir, "images/base/files")), dir); err != nil {
		return fmt.Errorf("copy kind's base files: %w", err)
	}
	if err := configureNode(dir); err != nil {
		return err
	}
	if err := setUpBoot(dir); err != nil {
		return err
	}
	for _, p := range []struct{ component, to string }{{"containerd", "usr/local/bin"}, {"crictl", "usr/local/bin"}, {"cni", "opt/cni/bin"}} {
		if err := copyPrograms(programs[p.component], filepath.Join(dir, p.to)); err != nil {
			return err
		}
	}
	return w.runtimeSpec(ctx, filepath.Join(programs["containerd"], "ctr"), filepath.Join(dir, "etc/containerd/cri-base.json"))
}

// copyTree copies kind's files with the permissions that its Dockerfile gives
// them: programs 0755, the rest 0644.
func copyTree(from fs.FS, to string) error {
	return fs.WalkDir(from, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, p), 0o755)
		}
		content, err := fs.ReadFile(from, p)
		if err != nil {
			return err
		}
		mode := fs.FileMode(0o644)
		if strings.HasPrefix(p, "usr/local/bin/") || strings.HasPrefix(p, "kind/bin/") {
			mode = 0o755
		}
		if err := os.WriteFile(filepath.Join(to, p), content, mode); err != nil {
			return err
		}
		return os.Chmod(filepath.Join(to, p), mode) // whatever the umask is
	})
}

// configureNode adds our own files and settings.
func configureNode(dir string) error {
	template, err := nodeFiles.ReadFile("files/cni.template.json")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "etc/containerd/cni.template.json"), template, 0o644); err != nil {
		return err
	}
	config, err := nodeFiles.ReadFile("files/containerd.toml")
	if err != nil {
		return err
	}
	if err := appendFile(filepath.Join(dir, "etc/containerd/config.toml"), config); err != nil {
		return err
	}
	return appendFile(filepath.Join(dir, "etc/systemd/journald.conf"), []byte("ReadKMsg=no\n"))
}

// setUpBoot makes systemd start what a node needs and nothing else. The links
// are those that systemctl enable and mask would make.
func setUpBoot(dir string) error {
	for _, pattern := range bootUnits {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return err
		}
		for _, f := range found {
			if err := os.RemoveAll(f); err != nil {
				return err
			}
		}
	}
	units := filepath.Join(dir, "etc/systemd/system")
	for _, d := range []string{filepath.Join(units, "multi-user.target.wants"), filepath.Join(dir, "etc/kubernetes/manifests")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return err
		}
	}
	links := map[string]string{
		filepath.Join(units, "systemd-binfmt.service"): "/dev/null", // would register things in the host's kernel
		filepath.Join(dir, "usr/sbin/init"):            "/usr/lib/systemd/systemd",
	}
	for _, u := range []string{"kubelet.service", "containerd.service", "undo-mount-hacks.service"} {
		links[filepath.Join(units, "multi-user.target.wants", u)] = "/etc/systemd/system/" + u
	}
	for at, target := range links {
		if err := os.RemoveAll(at); err != nil {
			return err
		}
		if err := os.Symlink(target, at); err != nil {
			return err
		}
	}
	return nil
}

// copyPrograms copies every file of a folder, executable.
func copyPrograms(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, e := range entries {
		if err := copyFile(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
	if err != nil {
		return err
	}
	if _, err := io.Copy(dst, src); err != nil {
		_ = dst.Close()
		return err
	}
	return dst.Close()
}

func appendFile(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// runtimeSpec writes the specification that containerd starts every container
// from, as kind's Dockerfile does: containerd's default with kind's hook that
// hides the host's product files and without resource limits.
func (w *workshop) runtimeSpec(ctx context.Context, ctr, to string) error {
	out, err := host.Output(ctx, ctr, "oci", "spec")
	if err != nil {
		return fmt.Errorf("make the default container specification: %w", err)
	}
	spec, err := kindSpec([]byte(out))
	if err != nil {
		return fmt.Errorf("read the default container specification: %w", err)
	}
	return os.WriteFile(to, spec, 0o644)
}

// kindSpec applies kind's two changes to a runtime specification.
func kindSpec(spec []byte) ([]byte, error) {
	var s map[string]any
	if err := json.Unmarshal(spec, &s); err != nil {
		return nil, err
	}
	process, ok := s["process"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("no process in %.100s", spec)
	}
	delete(process, "rlimits")
	hooks, _ := s["hooks"].(map[string]any)
	if hooks == nil {
		hooks = map[string]any{}
		s["hooks"] = hooks
	}
	created, _ := hooks["createContainer"].([]any)
	hooks["createContainer"] = append(created, map[string]any{"path": "/kind/bin/mount-product-files.sh"})
	return json.Marshal(s)
}

// loadBase gives the root file system in dir to Docker as the image ref. Docker's
// own import cannot set the stop signal, so the image is made here.
func (w *workshop) loadBase(ctx context.Context, dir, tarPath, ref string, labels map[string]string) error {
	if _, err := host.Output(ctx, "tar", "--numeric-owner", "-C", dir, "-cf", tarPath, "."); err != nil {
		return fmt.Errorf("archive the base image: %w", err)
	}
	defer os.Remove(tarPath)
	layer, err := tarball.LayerFromFile(tarPath, tarball.WithCompression(compression.None))
	if err != nil {
		return err
	}
	img, err := withConfig(layer, v1.Config{
		Env:        []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "container=docker"},
		Entrypoint: []string{"/usr/local/bin/entrypoint", "/sbin/init"},
		StopSignal: "SIGRTMIN+3", // SIGTERM would re-execute systemd
		Labels:     labels,
	})
	if err != nil {
		return err
	}
	return loadImage(ctx, namedImage{Ref: ref, Image: img})
}

// loadImage pipes an image into docker load.
func loadImage(ctx context.Context, im namedImage) error {
	r, w := io.Pipe()
	go func() { w.CloseWithError(writeArchive(w, []namedImage{im})) }()
	defer r.Close()
	var said bytes.Buffer
	if _, err := (host.Cmd{Args: []string{"docker", "load", "--quiet"}, Stdin: r, Stdout: &said}).Run(ctx); err != nil {
		return fmt.Errorf("load %s: %w", im.Ref, err)
	}
	return nil
}
