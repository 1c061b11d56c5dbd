// Package catalogue is the explicit list of every scenario. A new one is one
// line here.
package catalogue

import (
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/canary"
	"github.com/seatrial/seatrial/suites/nodes"
	"github.com/seatrial/seatrial/suites/pressure"
	"github.com/seatrial/seatrial/suites/probes"
	"github.com/seatrial/seatrial/suites/rollout"
	"github.com/seatrial/seatrial/suites/selfcheck"
	"github.com/seatrial/seatrial/suites/selfheal"
)

// All lists every scenario, the null run first: nothing is believed before it is at zero.
func All() []suites.Scenario {
	return []suites.Scenario{
		selfcheck.NullRun,

		selfheal.PodDeleted,
		selfheal.OOMKilled,
		selfheal.HeapExhaustedAlive,
		selfheal.UnhandledException,
		selfheal.OneOfTwoContainers,
		selfheal.LogsOfTheGone,
		selfheal.PeriodicLeak,
		selfheal.CrashLoop,
		selfheal.ReplicaSetAdoption,

		probes.Deadlock,
		probes.Live404,
		probes.ReadinessFile,
		probes.SlowStart,
		probes.InfiniteLoop,
		probes.MidServiceUnready,
		probes.BlindSpot,
		probes.StartupHoldsOff,
		probes.StartupFails,
		probes.ExecCommand,
		probes.TCPSocket,
		probes.GRPCService,
		probes.AsPrinted,
		probes.Timing,
		probes.ProbePortApart,
		probes.ThroughTheService,
		probes.DependencyDown,

		rollout.RollingUpdate,
		rollout.GracefulTermination,
		rollout.BlueGreen,
		rollout.BadImage,
		rollout.Rollover,
		rollout.SingleReplica,
		rollout.Recreate,
		rollout.ManualReplace,
		rollout.CanaryShare,
		rollout.CrashLoopVersion,
		rollout.StuckReadiness,
		rollout.StuckQuota,
		rollout.StuckLimitRange,
		rollout.StuckPermission,
		rollout.StuckMisconfig,
		rollout.Conditions,
		rollout.MinReadySeconds,
		rollout.UndoCompleted,
		rollout.PauseResume,
		rollout.ProportionalScaling,
		rollout.ScaleIsNoRollout,
		rollout.ConfigChange,
		rollout.SameTag,
		rollout.SurgeSpeed,
		rollout.RevisionHistory,
		rollout.BareReplicaSet,
		rollout.NodeLostMidRollout,
		rollout.OOMMidRollout,

		nodes.NodeKilled,

		pressure.DiskFull,

		canary.NoOpFault,
		canary.StarvedLoad,
		canary.LostWatch,
		canary.TesterStall,
		canary.NeverSteady,
		canary.SilentRetry,
		canary.LeakyFault,
		canary.GreenTwin,
		canary.PanickingJudge,
	}
}
