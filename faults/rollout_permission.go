package faults

import "github.com/seatrial/seatrial/workloads"

// Permission rolls out a version whose pods run as an account that is not there:
// nobody may create them. Its undo is a rollback to the revision before.
func Permission() Fault {
	return badRollout{
		card: Card{
			Name:     "rollout/permission",
			Breaks:   "a version is rolled out whose pods run as a ServiceAccount that is not there",
			ShowsAs:  "no new pod: ReplicaFailure with reason FailedCreate, forbidden; the rollout stands still",
			UndoneBy: "kubectl rollout undo",
			Look:     "kubectl describe deployment web; kubectl describe replicaset",
		},
		changes: []workloads.Change{func(o *workloads.Objects) {
			o.Deployments[0].Spec.Template.Spec.ServiceAccountName = "absent"
		}},
		sign: "ReplicaFailure for the ServiceAccount",
		// plugin/pkg/admission/serviceaccount/admission.go Validate
		shows: podsRefused("error looking up service account"),
	}
}
