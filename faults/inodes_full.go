package faults

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// InodesFull makes empty files on the disk of the kubelet on the node of the app's first
// pod until fewer inodes are free than any eviction threshold allows. Of its bytes the disk
// loses next to none.
func InodesFull() Fault { return inodesFull{} }

type inodesFull struct{}

const (
	inodesDir = kubeletDir + "/seatrial-inodes"
	// inodesFree is the share of the inodes that stays free: under the kubelet's default
	// nodefs.inodesFree threshold of 5 %.
	inodesFree = 0.02
)

func (inodesFull) Card() Card {
	return Card{
		Name:     "pressure/inodes-full",
		Breaks:   "the inodes of a node's disk are used up by empty files; its bytes are not",
		ShowsAs:  "condition DiskPressure, with most of the disk free",
		UndoneBy: "the files are removed",
		Look:     "kubectl describe node NODE | grep -A8 Conditions",
	}
}

func (inodesFull) Needs() []kindconfigs.Trait {
	return []kindconfigs.Trait{kindconfigs.SmallDisk, kindconfigs.Machines}
}

// filesScript makes a folder ($1) with so many empty files ($2).
const filesScript = `mkdir -p "$1" && cd "$1" && seq "$2" | xargs touch`

func (inodesFull) Inject(ctx context.Context, s *Site) error {
	pods, err := s.AppPods(ctx)
	if err != nil {
		return err
	}
	node, name := pods[0].Spec.NodeName, "inodes-"+s.Namespace
	out, err := s.Nodes.Exec(ctx, node, "df", "--output=itotal,iavail", kubeletDir)
	if err != nil {
		return fmt.Errorf("count the inodes of %s: %w", node, err)
	}
	total, avail, err := parseDF(out)
	if err != nil {
		return err
	}
	if err := s.Undo(s.step(UndoRemoveFile, "remove "+inodesDir+" on "+node, "node", node, "path", inodesDir, "timer", name)); err != nil {
		return err
	}
	if err := s.arm(ctx, node, name, "rm", "-rf", inodesDir); err != nil {
		return err
	}
	files := strconv.FormatInt(max(0, avail-int64(inodesFree*float64(total))), 10)
	err = s.Deed("make "+files+" empty files on "+node, []string{node}, func() error {
		_, err := s.Nodes.Exec(ctx, node, slices.Concat(inNode("seatrial-"+name), []string{"sh", "-c", filesScript, "sh", inodesDir, files})...)
		return err
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, "DiskPressure on "+node, func(seen []history.Interval) bool {
		return underPressure(seen, node, corev1.NodeDiskPressure)
	})
}
