package faults

import "github.com/seatrial/seatrial/workloads"

// BadImage rolls out an image that nobody can pull. Its undo is a rollback to
// the revision before.
func BadImage() Fault {
	return badRollout{
		card: Card{
			Name:     "rollout/bad-image",
			Breaks:   "a version is rolled out whose image cannot be pulled",
			ShowsAs:  "ErrImagePull, ImagePullBackOff; the rollout stands still",
			UndoneBy: "kubectl rollout undo",
			Look:     "kubectl rollout status deployment/web; kubectl get pods",
		},
		changes: []workloads.Change{func(o *workloads.Objects) {
			o.Deployments[0].Spec.Template.Spec.Containers[0].Image = absentImage
		}},
		sign:  "ErrImagePull in a pod",
		shows: podWaits("ErrImagePull", "ImagePullBackOff"),
	}
}

// absentImage is under a top-level domain that never resolves (RFC 2606), so
// that pulling it fails everywhere, and at once.
const absentImage = "registry.invalid/seatrial/absent:1"
