package faults

import "github.com/seatrial/seatrial/workloads"

// BadVersion rolls out a version that the changes make worse than the one before,
// in ways that show only once it serves. Its undo is a rollback to the revision
// before.
func BadVersion(changes ...workloads.Change) Fault {
	return badRollout{
		card: Card{
			Name:     "rollout/bad-version",
			Breaks:   "a version is rolled out that is worse than the one before",
			ShowsAs:  "a new ReplicaSet grows; what is wrong with it shows once it serves",
			UndoneBy: "kubectl rollout undo",
			Look:     "kubectl get replicasets --watch; kubectl get pods --watch",
		},
		changes: changes,
	}
}
