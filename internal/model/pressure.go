package model

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	evictionLoop = 10 * time.Second // kubelet/kubelet.go evictionMonitoringPeriod
	imageStats   = 10 * time.Second // containerd's CRI stats_collect_period: image file system figures are as old
)

// DiskThresholds returns the kubelet's hard thresholds about disks that can be
// crossed at all. kind sets them to 0%, which turns eviction off.
func DiskThresholds(evictionHard map[string]string) []string {
	var set []string
	for signal, value := range evictionHard {
		disk := strings.HasPrefix(signal, "nodefs.") || strings.HasPrefix(signal, "imagefs.")
		if disk && value != "" && strings.Trim(value, "0%") != "" {
			set = append(set, signal+"<"+value)
		}
	}
	slices.Sort(set)
	return set
}

// DiskPressure is the window from a node's disk being too full to its condition
// DiskPressure: seen by the kubelet's eviction loop, reported with the node's
// status (kubelet/eviction/eviction_manager.go).
//
//	defaults == 0s..31s
func (w *World) DiskPressure(node string) Window {
	k := w.Kubelet(node)
	limits := DiskThresholds(k.EvictionHard)
	if len(limits) == 0 {
		return Endless("evictionHard has no disk threshold above 0: eviction is off")
	}
	return w.reported(node, 0, evictionLoop+imageStats,
		fmt.Sprintf("evictionHard %s: eviction loop 10s + image file system figures 10s old", strings.Join(limits, " ")))
}

// PressureCleared is the window from space being freed to the condition being
// gone: the kubelet keeps it for the transition period after it last saw the
// threshold crossed, which was up to one loop before the freeing.
//
//	evictionPressureTransitionPeriod 20s == 10s..51s
func (w *World) PressureCleared(node string) Window {
	transition := w.Kubelet(node).PressureTransition
	return w.reported(node, transition-evictionLoop, transition+evictionLoop+imageStats,
		fmt.Sprintf("evictionPressureTransitionPeriod %s, eviction loop 10s, image file system figures 10s old", transition))
}

func (w *World) reported(node string, from, to time.Duration, because string) Window {
	every := w.Kubelet(node).StatusUpdateFrequency
	return Between(from, to+every+react, because, fmt.Sprintf("nodeStatusUpdateFrequency %s + 1s to arrive", every))
}

// PressurePasses is how long a condition lasts whose cause the kubelet itself takes
// away as soon as it sees it, as it does with unused images: the transition period after
// the threshold was last crossed. Both ends are reported with the node's status.
//
//	evictionPressureTransitionPeriod 20s == 10s..52s
func (w *World) PressurePasses(node string) Window {
	k := w.Kubelet(node)
	return Between(k.PressureTransition-k.StatusUpdateFrequency, k.PressureTransition+evictionLoop+imageStats+k.StatusUpdateFrequency+2*react,
		fmt.Sprintf("evictionPressureTransitionPeriod %s, eviction loop 10s, image file system figures 10s old", k.PressureTransition),
		fmt.Sprintf("either end reported every nodeStatusUpdateFrequency %s, 1s for the images to go + 1s to arrive", k.StatusUpdateFrequency))
}

// PressureMoved is the window from the kubelet's start on a disk with room to the condition
// being gone. It does not remember the pressure before (kubelet/eviction, the manager's
// thresholdsFirstObservedAt), but a threshold may have been crossed once more by figures of before.
//
//	evictionPressureTransitionPeriod 20s == 0s..51s
func (w *World) PressureMoved(node string) Window {
	late := w.PressureCleared(node)
	return Between(0, late.To, append(late.Because, "a kubelet that was started anew has seen no threshold crossed")...)
}

// PressureTainted is the window from the condition DiskPressure, or from its
// taint being removed by hand, to the taint: the node controller compares taints with
// conditions at every update of a node (controller/nodelifecycle
// doNoScheduleTaintingPass), which the kubelet's own updates repeat at the latest.
func (w *World) PressureTainted(node string) Window {
	every := w.Kubelet(node).StatusUpdateFrequency
	return Between(0, every+react, fmt.Sprintf("1s for the node controller, nodeStatusUpdateFrequency %s if it missed one", every))
}
