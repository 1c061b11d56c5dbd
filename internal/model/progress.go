package model

// ProgressReasons lists the reasons that a Deployment's condition Progressing can
// have, one after the other, while a new template is rolled out and until it has
// the reason end: "NewReplicaSetAvailable" of a rollout that completes,
// "ProgressDeadlineExceeded" of one that is stuck (controller/deployment/sync.go
// getNewReplicaSet, progress.go syncRolloutStatus).
//
// A count that rises is progress. The first new pod may be missed: counts are
// compared with those of the status before, in which all pods were new ones
// (util/deployment_util.go DeploymentProgressing). Of a rollout of two pods or
// more that completes, a later one is not.
//
//	end NewReplicaSetAvailable == NewReplicaSetCreated, ReplicaSetUpdated, NewReplicaSetAvailable
func ProgressReasons(end string) [][]string {
	ways := [][]string{{"NewReplicaSetCreated", "ReplicaSetUpdated", end}}
	if end == "ProgressDeadlineExceeded" {
		ways = append(ways, []string{"NewReplicaSetCreated", end})
	}
	return ways
}
