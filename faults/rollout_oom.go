package faults

import (
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
)

// OutOfMemory rolls out a version, the changes, that is killed for its memory before
// it is ready. Its undo is a rollback to the revision before.
func OutOfMemory(changes ...workloads.Change) Fault {
	return badRollout{
		card: Card{
			Name:     "rollout/oom",
			Breaks:   "a version is rolled out that eats more memory than its limit",
			ShowsAs:  "OOMKilled, CrashLoopBackOff; the rollout stands still",
			UndoneBy: "kubectl rollout undo",
			Look:     "kubectl rollout status deployment/web; kubectl get pods --watch",
		},
		changes: changes,
		sign:    "an OOMKilled container",
		shows:   func(seen []history.Interval, fresh string) bool { return oomKilled(seen, fresh+"-") },
	}
}
