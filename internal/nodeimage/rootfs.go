package nodeimage

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/seatrial/seatrial/internal/host"
)

// The node's operating system: Debian 12, because its systemd is the last one in
// Debian that still runs on a cgroup v1 host.
const (
	debianSuite  = "bookworm"
	debianMirror = "http://deb.debian.org/debian"
	rootfsName   = "rootfs-" + debianSuite
)

// debianPackages are those of kind's base image (images/base/Dockerfile) without
// what only rootless nodes and NFS or iSCSI volumes need, with runc, which kind
// compiles itself, and with busybox-static, which becomes the helper image of
// the storage provisioner.
var debianPackages = []string{
	"systemd",
	"conntrack", "iptables", "nftables", "iproute2", "ethtool", "util-linux", "mount", "kmod",
	"libseccomp2", "runc", "e2fsprogs",
	"bash", "ca-certificates", "curl", "jq", "procps",
	"busybox-static",
}

// trimScript removes from a root file system what no node ever reads: package
// lists and caches, documentation, other languages, and the terminal and
// hardware databases that a container has no use for.
const trimScript = `set -e
cd "$1"
rm -rf var/cache/apt/* var/cache/debconf/* var/lib/apt/lists/* var/log/* tmp/* var/tmp/*
find usr/share/doc -mindepth 1 -type f ! -name copyright -delete
find usr/share/doc -mindepth 1 -type d -empty -delete
rm -rf usr/share/man/* usr/share/info/* usr/share/lintian usr/share/bash-completion usr/share/zsh usr/share/doc-base
rm -rf usr/share/locale/* usr/share/i18n
rm -rf usr/lib/udev/hwdb.d usr/lib/udev/hwdb.bin etc/udev/hwdb.bin
rm -f var/lib/dpkg/*-old var/cache/ldconfig/aux-cache
find usr/lib -path '*/gconv/*' ! -name 'UTF*' ! -name 'gconv-modules*' -type f -delete
`

// rootfsTar returns a tar archive of the node's root file system, from the cache
// or made by debootstrap. Debian's archive moves on, so the same packages may
// come in newer versions when the cache is cleared.
func (w *workshop) rootfsTar(ctx context.Context) (string, error) {
	dir, err := w.output(ctx, rootfsName, rootfsDigest(), w.debootstrap)
	return filepath.Join(dir, "rootfs.tar"), err
}

func rootfsDigest() string {
	return digestOf(platform(), debianSuite, debianMirror, strings.Join(debianPackages, " "), trimScript)
}

// debootstrap installs the packages into a scratch folder and archives it into
// out. It needs root (it changes root and makes device files).
func (w *workshop) debootstrap(ctx context.Context, out string, detail func(string)) error {
	root, err := w.scratch("rootfs")
	if err != nil {
		return err
	}
	defer func() { _ = clearScratch(root) }()
	said := newLineWriter(func(l string) { detail(strings.TrimPrefix(l, "I: ")) })
	defer said.Close()
	cmd := host.Cmd{
		Args:   []string{"debootstrap", "--variant=minbase", "--include=" + strings.Join(debianPackages, ","), debianSuite, root, debianMirror},
		Env:    []string{"DEBIAN_FRONTEND=noninteractive", "LC_ALL=C"},
		Stdout: said, Stderr: said,
	}
	if _, err := cmd.Run(ctx); err != nil {
		return fmt.Errorf("install Debian %s: %w%s", debianSuite, err, debootstrapLog(root))
	}
	detail("trimming")
	if _, err := host.Output(ctx, "sh", "-c", trimScript, "trim", root); err != nil {
		return fmt.Errorf("trim Debian %s: %w", debianSuite, err)
	}
	detail("archiving")
	_, err = host.Output(ctx, "tar", "--numeric-owner", "--one-file-system", "-C", root, "-cf", filepath.Join(out, "rootfs.tar"), ".")
	return err
}

// debootstrapLog gives the end of debootstrap's own log, where it says why.
func debootstrapLog(root string) string {
	b, err := os.ReadFile(filepath.Join(root, "debootstrap", "debootstrap.log"))
	if err != nil || len(b) == 0 {
		return ""
	}
	return "\n" + string(b[max(0, len(b)-1000):])
}
