package faults

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// DiskFull fills the disk of the kubelet (nodefs) on the node of the app's first pod with
// real bytes, until less is free than any eviction threshold allows.
func DiskFull() Fault {
	return diskFull{"pressure/disk-full", "a node's disk is filled until 4 % are free", kubeletDir}
}

// ImageDiskFull is DiskFull for the disk of the container runtime (imagefs).
func ImageDiskFull() Fault {
	return diskFull{"pressure/image-disk-full", "the disk of a node's images and containers is filled until 4 % are free; the kubelet deletes images that nobody uses", runtimeDir}
}

type diskFull struct{ name, breaks, dir string }

const (
	kubeletDir = "/var/lib/kubelet"
	// leaveFree is the share of the disk that stays free: under the kubelet's
	// default nodefs.available threshold of 10 %, with room for it to go on working.
	leaveFree = 0.04
)

func (f diskFull) Card() Card {
	return Card{
		Name:     f.name,
		Breaks:   f.breaks,
		ShowsAs:  "condition DiskPressure, its NoSchedule taint, evictions",
		UndoneBy: "the ballast file is removed",
		Look:     "kubectl describe node NODE | grep -A8 Conditions",
	}
}

func (diskFull) Needs() []kindconfigs.Trait {
	return []kindconfigs.Trait{kindconfigs.SmallDisk, kindconfigs.Machines}
}

func (f diskFull) Inject(ctx context.Context, s *Site) error {
	pods, err := s.AppPods(ctx)
	if err != nil {
		return err
	}
	node := pods[0].Spec.NodeName
	bytes, err := ballastSize(ctx, s, node, f.dir)
	if err != nil {
		return err
	}
	if err := s.layBallast(ctx, node, "ballast", f.dir+"/seatrial-ballast", bytes); err != nil {
		return err
	}
	return s.Until(ctx, "DiskPressure on "+node, func(seen []history.Interval) bool {
		return underPressure(seen, node, corev1.NodeDiskPressure)
	})
}

// ballastSize is what must be written so that leaveFree of the disk stays free.
func ballastSize(ctx context.Context, s *Site, node, dir string) (int64, error) {
	size, avail, err := s.room(ctx, node, dir)
	if err != nil {
		return 0, err
	}
	return max(0, avail-int64(leaveFree*float64(size))), nil
}

// parseDF reads the last line of df's output: size and available bytes.
//
//	parseDF("1B-blocks Avail\n3000 1000\n") == 3000, 1000
func parseDF(out string) (size, avail int64, err error) {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if _, err := fmt.Sscan(lines[len(lines)-1], &size, &avail); err != nil {
		return 0, 0, fmt.Errorf("df said %q: %w", out, err)
	}
	return size, avail, nil
}
