package faults

import (
	"slices"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// CrashLoopVersion rolls out a version that dies at its start. Its undo is a
// rollback to the revision before.
func CrashLoopVersion() Fault {
	return badRollout{
		card: Card{
			Name:     "rollout/crash-loop",
			Breaks:   "a version is rolled out that dies at its start",
			ShowsAs:  "the new pod's container exits again and again: CrashLoopBackOff; the rollout stands still",
			UndoneBy: "kubectl rollout undo",
			Look:     "kubectl get pods --watch; kubectl logs --previous POD",
		},
		changes: []workloads.Change{web.CrashAtStart(crashCode)},
		sign:    "a container that exited",
		shows:   crashed,
	}
}

// crashCode is the exit status of the version that dies at its start: any but 0.
const crashCode = 1

func crashed(seen []history.Interval, fresh string) bool {
	return slices.ContainsFunc(seen, func(i history.Interval) bool {
		return i.Source == history.SourceContainer && strings.HasPrefix(i.Subject, fresh+"-") &&
			(i.Attrs[history.AttrExitCode] == "1" || i.Attrs[history.AttrLastExit] == "1")
	})
}
