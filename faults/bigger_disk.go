package faults

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// BiggerDisk fills the disk of a node's runtime until the node is under pressure, and then
// does what an operator does about it: kubelet and runtime are stopped, the runtime's data
// is copied to a bigger volume, which is mounted in its place, and both are started
// again. In place once the pressure is gone and an image was imported, with what that
// took of either disk.
func BiggerDisk() Fault { return biggerDisk{} }

type biggerDisk struct{}

const (
	runtimeBallast = runtimeDir + "/seatrial-ballast"
	biggerFile     = "/var/seatrial-bigger.img" // the volume; sparse, so that it takes what is written
	biggerSize     = "4G"                       // twice what the place has
	smallerMount   = "/run/seatrial-smaller"    // where the old disk is still seen
	grownImage     = "seatrial.invalid/grown:1"
	grownBytes     = 64 << 20 // of the image that is imported at last
)

func (biggerDisk) Card() Card {
	return Card{
		Name:     "pressure/bigger-disk",
		Breaks:   "the disk of a node's runtime is full; then its data is moved to a bigger volume, the runtime being stopped for as long",
		ShowsAs:  "condition DiskPressure, which goes with the move",
		UndoneBy: "what runs on the node is ended, the volume is taken away, kubelet and runtime are started on the old disk",
		Look:     "kubectl describe node NODE | grep -A8 Conditions",
		Blinds:   []string{history.SourceRuntime, history.SourceApp},
	}
}

func (biggerDisk) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.SmallDisk} }

func (f biggerDisk) Inject(ctx context.Context, s *Site) error {
	pods, err := s.AppPods(ctx)
	if err != nil {
		return err
	}
	node := pods[0].Spec.NodeName
	if err := f.fill(ctx, s, node); err != nil {
		return err
	}
	if err := f.move(ctx, s, node); err != nil {
		return err
	}
	return f.grow(ctx, s, node)
}

// fill fills the runtime's disk with a file that is none of the runtime's.
func (biggerDisk) fill(ctx context.Context, s *Site, node string) error {
	size, avail, err := s.room(ctx, node, runtimeDir)
	if err != nil {
		return err
	}
	if err := s.layBallast(ctx, node, "runtime-ballast", runtimeBallast, max(0, avail-int64(bloatFree*float64(size)))); err != nil {
		return err
	}
	return s.Until(ctx, "DiskPressure on "+node, func(seen []history.Interval) bool { return underPressure(seen, node, corev1.NodeDiskPressure) })
}

// moveScript moves the runtime's data to a new volume, the ballast with it: as many bytes
// lie there as did on the old one, so that it is its size that helps. The lock is for
// whoever undoes it while it is still being done. Where the old disk is still seen nothing
// may be mounted over it by propagation.
const moveScript = `set -e
exec 9</run; flock 9
file=$1 size=$2 dir=$3 smaller=$4 ballast=$5
truncate -s "$size" "$file"; mkfs.ext4 -q -F -m 0 "$file"
mkdir -p "$smaller" /run/seatrial-bigger
mount --bind "$dir" "$smaller"; mount --make-private "$smaller"
mount -o loop "$file" /run/seatrial-bigger
systemctl stop kubelet containerd
cp -a --sparse=always "$dir/." /run/seatrial-bigger/
fallocate --length "$(stat --format=%s "$ballast")" "/run/seatrial-bigger/$(basename "$ballast")"
umount /run/seatrial-bigger; rmdir /run/seatrial-bigger
mount -o loop "$file" "$dir"
systemctl start containerd kubelet`

func (biggerDisk) move(ctx context.Context, s *Site, node string) error {
	timer := "bigger-" + s.Namespace
	if err := s.Undo(s.step(UndoBigger, "put the runtime of "+node+" back on its own disk", "node", node, "timer", timer)); err != nil {
		return err
	}
	if err := s.arm(ctx, node, timer, moveBack()...); err != nil {
		return err
	}
	err := s.Deed("move the runtime's data of "+node+" to a volume of "+biggerSize, []string{node}, func() error {
		_, err := s.Nodes.Exec(ctx, node, "bash", "-c", moveScript, "bash", biggerFile, biggerSize, runtimeDir, smallerMount, runtimeBallast)
		return err
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, "the end of DiskPressure on "+node, func(seen []history.Interval) bool {
		i, ok := observedNow(seen, history.SourceCondition, node+"/"+string(corev1.NodeDiskPressure))
		return ok && i.State == string(corev1.ConditionFalse)
	})
}

// grow imports an image and notes what it took of the old disk and of the new one.
func (biggerDisk) grow(ctx context.Context, s *Site, node string) error {
	from := s.Clock.Now()
	disks := map[string]string{history.StateOldDisk: smallerMount, history.StateNewDisk: runtimeDir}
	before := map[string]int64{}
	for state, path := range disks {
		_, avail, err := s.room(ctx, node, path)
		if err != nil {
			return err
		}
		before[state] = avail
	}
	unit := "grown-" + s.Namespace
	if err := s.Undo(s.step(UndoImages, "remove image "+grownImage+" of "+node, "node", node, "images", grownImage, "timer", unit)); err != nil {
		return err
	}
	bloat := imageBloat{kept: true}
	if err := bloat.bloat(ctx, s, node, unit, grownImage, grownBytes); err != nil {
		return err
	}
	for state, path := range disks {
		_, avail, err := s.room(ctx, node, path)
		if err != nil {
			return err
		}
		s.Note(history.Interval{Source: history.SourceDisk, Subject: node, State: state, From: from, To: s.Clock.Now(), Attrs: history.Attrs{
			history.AttrBytes: strconv.FormatInt(before[state]-avail, 10), history.AttrCount: strconv.Itoa(grownBytes)}})
	}
	return nil
}

// room is the size of the disk under a path of the node, and what is free of it.
func (s *Site) room(ctx context.Context, node, path string) (size, avail int64, err error) {
	out, err := s.Nodes.Exec(ctx, node, "df", "--block-size=1", "--output=size,avail", path)
	if err != nil {
		return 0, 0, err
	}
	if size, avail, err = parseDF(out); err != nil {
		return 0, 0, fmt.Errorf("size up %s of %s: %w", path, node, err)
	}
	return size, avail, nil
}

// moveBackScript undoes the move, however far it came. All that runs on the volume ends
// first: the kubelet starts it again on the old disk. What lies on top is asked of df:
// findmnt lists both disks, one mounted over the other.
const moveBackScript = `exec 9</run; flock 9
file=$1 dir=$2 smaller=$3 ballast=$4
rm -f "$ballast" "$smaller/$(basename "$ballast")"
[ -e "$file" ] || exit 0
systemctl stop kubelet
loop=$(losetup --noheadings --output NAME --associated "$file")
onVolume() { [ -n "$loop" ] && [ "$(df --output=source "$dir" | tail -n 1)" = "$loop" ]; }
if onVolume; then
	crictl --timeout 60s rmp --all --force >/dev/null 2>&1
	systemctl stop containerd
	umount --lazy "$dir"
fi
for at in /run/seatrial-bigger "$smaller"; do
	! mountpoint --quiet "$at" || umount --lazy "$at"
	[ ! -d "$at" ] || rmdir "$at"
done
systemctl start containerd kubelet || exit 1
if onVolume; then echo "$dir is on $loop still" >&2; exit 1; fi
rm -f "$file"`

func moveBack() []string {
	return []string{"bash", "-c", moveBackScript, "bash", biggerFile, runtimeDir, smallerMount, runtimeBallast}
}

// undoBigger puts the runtime of a node back on its own disk.
func undoBigger(ctx context.Context, nodes Nodes, args map[string]string) error {
	if _, err := nodes.Exec(ctx, args["node"], moveBack()...); err != nil {
		return fmt.Errorf("move the runtime's data back: %s", strings.TrimSpace(err.Error()))
	}
	return disarm(ctx, nodes, args["node"], args["timer"])
}
