package faults

import (
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// StuckReadiness rolls out a version that runs and is never ready. Its undo is a
// rollback to the revision before.
func StuckReadiness() Fault {
	return badRollout{
		card: Card{
			Name:     "rollout/stuck-readiness",
			Breaks:   "a version is rolled out whose readiness probe never passes",
			ShowsAs:  "the new pod runs and is not ready; the rollout stands still",
			UndoneBy: "kubectl rollout undo",
			Look:     "kubectl get pods; kubectl describe pod POD",
		},
		changes: []workloads.Change{web.WarmUp(time.Hour)}, // longer than any trial
		sign:    "a failed readiness probe in the log of a pod",
		shows:   neverReady,
	}
}

func neverReady(seen []history.Interval, fresh string) bool {
	return slices.ContainsFunc(seen, func(i history.Interval) bool {
		return i.Source == history.SourceApp && strings.HasPrefix(i.Subject, fresh+"-") && i.State == history.AppProbe &&
			i.Attrs[history.AttrPath] == web.Ready && i.Attrs[history.AttrCode] == "503"
	})
}
