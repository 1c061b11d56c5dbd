// Package catalogue is the explicit list of every scenario. A new one is one
// line here.
package catalogue

import (
	"slices"

	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/canary"
	"github.com/seatrial/seatrial/suites/controlplane"
	"github.com/seatrial/seatrial/suites/network"
	"github.com/seatrial/seatrial/suites/nodes"
	"github.com/seatrial/seatrial/suites/pressure"
	"github.com/seatrial/seatrial/suites/probes"
	"github.com/seatrial/seatrial/suites/rollout"
	"github.com/seatrial/seatrial/suites/selfcheck"
	"github.com/seatrial/seatrial/suites/selfheal"
)

// All lists every scenario, the null run first: nothing is believed before it is at zero.
func All() []suites.Scenario {
	return slices.Concat([]suites.Scenario{selfcheck.NullRun}, inThePod(), ofRollouts(), underThePod(), onTrial())
}

// inThePod asks what becomes of pods and containers, and what probes do for them.
func inThePod() []suites.Scenario {
	return []suites.Scenario{
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
	}
}

// ofRollouts asks what updates cost.
func ofRollouts() []suites.Scenario {
	return []suites.Scenario{
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
	}
}

// underThePod asks what becomes of a service whose nodes, network or control plane fail.
func underThePod() []suites.Scenario {
	return []suites.Scenario{
		nodes.NodeKilled,
		nodes.NodeFrozen,
		nodes.NodeRebooted,
		nodes.KubeletStopped,
		nodes.ContainerdStopped,
		nodes.NetworkPartitioned,
		nodes.DrainWithBudget,
		nodes.ZoneLost,
		nodes.Roomiest,
		nodes.TaintedByHand,
		nodes.BatchApart,
		nodes.AntiAffinityStuck,

		pressure.DiskFull,
		pressure.EphemeralLimit,
		pressure.ImageBloat,
		pressure.BiggerDisk,
		pressure.MemoryEviction,
		pressure.PIDExhaustion,
		pressure.CPUHog,
		pressure.MemoryHog,
		pressure.ControlPlaneCrowded,

		network.Partition,
		network.PacketLoss,
		network.DNSOutage,
		network.KubeProxyKilled,

		controlplane.APIServerDown,
		controlplane.EtcdRestart,
		controlplane.SchedulerDown,
		controlplane.ControllerManagerDown,
		controlplane.WebhookOutage,
	}
}

// onTrial puts the suite itself on trial.
func onTrial() []suites.Scenario {
	return []suites.Scenario{
		canary.NeverSteady, // the two that take long first: nothing is left to run beside the last
		canary.StarvedLoad,
		canary.NoOpFault,
		canary.LostWatch,
		canary.TesterStall,
		canary.SilentRetry,
		canary.LeakyFault,
		canary.GreenTwin,
		canary.PanickingJudge,
	}
}
