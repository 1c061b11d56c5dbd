package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// A disk is a small real disk of a node: ext4 on a loop file, mounted on the
// Docker host and from there into the node, so that it stays where it is when the
// node restarts.
type disk struct {
	Node  string
	Path  string // in the node
	Mount string // on the Docker host
	File  string
}

const disksDir = "disks" // in the cluster's folder

// planDisks says where the place's disks go.
func planDisks(p kindconfigs.Place, cluster, dir string) []disk {
	var disks []disk
	for _, d := range p.Disks {
		name := d.Node + strings.ReplaceAll(d.Path, "/", "-")
		at := filepath.Join(dir, disksDir, name)
		disks = append(disks, disk{Node: cluster + "-" + d.Node, Path: d.Path, Mount: at, File: at + ".img"})
	}
	return disks
}

// makeDisks makes and mounts the place's disks.
func (s shell) makeDisks(ctx context.Context, p kindconfigs.Place, r record, disks []disk) error {
	for i, d := range disks {
		if err := s.makeDisk(ctx, p.Disks[i], r, d); err != nil {
			return fmt.Errorf("make a disk for %s of %s: %w", d.Path, d.Node, err)
		}
	}
	return nil
}

func (s shell) makeDisk(ctx context.Context, want kindconfigs.Disk, r record, d disk) error {
	if err := os.MkdirAll(d.Mount, 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(d.File, os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		err = errors.Join(f.Truncate(want.Bytes), f.Close()) // sparse: takes what is written
	}
	if err != nil {
		return err
	}
	// No blocks kept back for root, so that what df calls available is what the kubelet sees.
	if _, err := s.privileged(ctx, r.Image, "mkfs.ext4", "-q", "-F", "-m", "0", d.File); err != nil {
		return err
	}
	if _, err := s.privileged(ctx, r.Image, "mount", "-o", "loop", d.File, d.Mount); err != nil {
		return err
	}
	if !want.Seed {
		return nil
	}
	_, err = s.docker(ctx, "run", "--rm", "--network=none", "--label", labelCluster+"="+r.Name,
		"--volume", d.Mount+":/disk", "--entrypoint", "cp", r.Image, "-a", d.Path+"/.", "/disk/")
	return err
}

// removeDisks unmounts the disks of a cluster's folder and removes their files.
// The loop device goes with the mount (autoclear).
func (s shell) removeDisks(ctx context.Context, image, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, disksDir, "*.img"))
	if err != nil {
		return err
	}
	var errs []error
	for _, file := range files {
		if err := s.removeDisk(ctx, image, file); err != nil {
			errs = append(errs, fmt.Errorf("remove disk %s: %w", file, err))
		}
	}
	return errors.Join(errs...)
}

func (s shell) removeDisk(ctx context.Context, image, file string) error {
	mount := strings.TrimSuffix(file, ".img")
	if mounted(mount) {
		// Lazily: a container that is just going may still hold it for a moment.
		if _, err := s.privileged(ctx, image, "umount", "--lazy", mount); err != nil {
			return err
		}
	}
	if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Remove(mount)
}

// mounted reports whether the folder is a mount point, from /proc/self/mountinfo
// (fifth field; spaces are written \040). Where there is no such file nothing was mounted by us.
func mounted(dir string) bool {
	b, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return false
	}
	escaped := strings.ReplaceAll(dir, " ", `\040`)
	for _, line := range lines(string(b)) {
		if f := strings.Fields(line); len(f) > 4 && f[4] == escaped {
			return true
		}
	}
	return false
}
