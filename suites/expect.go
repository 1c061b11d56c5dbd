package suites

import "github.com/seatrial/seatrial/internal/judge"

// The expectations, so that the author of a scenario imports suites, faults and
// workloads only. Each is documented in package judge.
var (
	// What traffic felt.
	DowntimeAsModelled = judge.DowntimeAsModelled
	NoLoss             = judge.NoLoss
	NoOutage           = judge.NoOutage
	LossAtRestarts     = judge.LossAtRestarts
	NoNewConnections   = judge.NoNewConnections
	NotBeforeReady     = judge.NotBeforeReady
	NoRetries          = judge.NoRetries
	NamesHeal          = judge.NamesHeal
	LateOnNode         = judge.LateOnNode

	// What became of pods.
	Healed              = judge.Healed
	RestartedBy         = judge.RestartedBy
	OOMKilled           = judge.OOMKilled
	Replaced            = judge.Replaced
	ReplacedElsewhere   = judge.ReplacedElsewhere
	SameOwner           = judge.SameOwner
	NoRestart           = judge.NoRestart
	OthersUntouched     = judge.OthersUntouched
	CompanionsUntouched = judge.CompanionsUntouched
	NeverPlaced         = judge.NeverPlaced
	OwnedComeBack       = judge.OwnedComeBack
	LeftEndpoints       = judge.LeftEndpoints
	LiveCodes           = judge.LiveCodes
	BackInEndpoints     = judge.BackInEndpoints
	FollowsDependency   = judge.FollowsDependency
	CrashLoops          = judge.CrashLoops

	// What probes did, by the app's own log.
	LivenessAsModelled = judge.LivenessAsModelled
	ReadyAsModelled    = judge.ReadyAsModelled
	HeaderArrives      = judge.HeaderArrives
	StartupGivesUp     = judge.StartupGivesUp
	BootedUndisturbed  = judge.BootedUndisturbed
	StartupFirst       = judge.StartupFirst
	ProbePeriod        = judge.ProbePeriod
	ProbeInitialDelay  = judge.ProbeInitialDelay
	ProbeTimeout       = judge.ProbeTimeout
	ProbeThresholds    = judge.ProbeThresholds
	SeenThroughService = judge.SeenThroughService
	SeenByKubelet      = judge.SeenByKubelet
	Flooded            = judge.Flooded

	// What became of containers, and of what they printed.
	RestartedInPlace = judge.RestartedInPlace
	BackedOff        = judge.BackedOff
	SiblingUntouched = judge.SiblingUntouched
	VolumeKept       = judge.VolumeKept
	ContainersGone   = judge.ContainersGone
	PreviousLog      = judge.PreviousLog
	GoneRefused      = judge.GoneRefused
	EvidenceKept     = judge.EvidenceKept

	// What a ReplicaSet takes for its own.
	Released       = judge.Released
	SurplusRemoved = judge.SurplusRemoved

	// What became of rollouts.
	RolledOut         = judge.RolledOut
	VersionsAlternate = judge.VersionsAlternate
	BothComplete      = judge.BothComplete
	SurgeKept         = judge.SurgeKept
	AvailabilityKept  = judge.AvailabilityKept
	RolloutStalls     = judge.RolloutStalls
	NoRollback        = judge.NoRollback
	UndoRestores      = judge.UndoRestores
	Switched          = judge.Switched
	RolloverRetires   = judge.RolloverRetires
	RolloutBlocked    = judge.RolloutBlocked
	RolloutUnready    = judge.RolloutUnready
	VersionsApart     = judge.VersionsApart
	OutageAvoided     = judge.OutageAvoided
	CanaryShare       = judge.CanaryShare
	CanaryAborted     = judge.CanaryAborted
	Conditions        = judge.Conditions
	RolloutStatus     = judge.RolloutStatus
	StopsAtFirst      = judge.StopsAtFirst
	ErrorsEnd         = judge.ErrorsEnd
	RevisionRises     = judge.RevisionRises
	Revisions         = judge.Revisions
	PodsKept          = judge.PodsKept
	BroughtByRestart  = judge.BroughtByRestart
	HistoryKept       = judge.HistoryKept
	UndoneTo          = judge.UndoneTo
	SurgeSpeed        = judge.SurgeSpeed

	SharedInProportion = judge.SharedInProportion
	OnlyReplacedAreNew = judge.OnlyReplacedAreNew
	RolledOutElsewhere = judge.RolledOutElsewhere
	StuckUntilAdded    = judge.StuckUntilAdded
	RolledOutOnceAdded = judge.RolledOutOnceAdded
	KubectlSays        = judge.KubectlSays

	// What became of nodes.
	NodeNotReady           = judge.NodeNotReady
	Evicted                = judge.Evicted
	GoneOnReturn           = judge.GoneOnReturn
	BackInPlace            = judge.BackInPlace
	LossAsModelled         = judge.LossAsModelled
	Undone                 = judge.Undone
	WritesKept             = judge.WritesKept
	LandedBeside           = judge.LandedBeside
	TrafficUnharmed        = judge.TrafficUnharmed
	RestartedWithoutAPI    = judge.RestartedWithoutAPI
	Drained                = judge.Drained
	BudgetKept             = judge.BudgetKept
	PendingUntilUndone     = judge.PendingUntilUndone
	MissingUntilUndone     = judge.MissingUntilUndone
	RestartWaited          = judge.RestartWaited
	FirstRolledOut         = judge.FirstRolledOut
	OpenConnectionsGoOn    = judge.OpenConnectionsGoOn
	Throttled              = judge.Throttled
	APIAnswersWithin       = judge.APIAnswersWithin
	Burned                 = judge.Burned
	LatencyWithin          = judge.LatencyWithin
	ReplacedMeanwhile      = judge.ReplacedMeanwhile
	NoPressure             = judge.NoPressure
	MemoryPressureSeen     = judge.MemoryPressureSeen
	EvictedForDisk         = judge.EvictedForDisk
	EvictedInOrder         = judge.EvictedInOrder
	PressureSeen           = judge.PressureSeen
	PressureTaint          = judge.PressureTaint
	StaysPending           = judge.StaysPending
	TaintReturns           = judge.TaintReturns
	PressurePasses         = judge.PressurePasses
	PressureClears         = judge.PressureClears
	MovedForGood           = judge.MovedForGood
	GrowsApart             = judge.GrowsApart
	ReplacedDespiteWebhook = judge.ReplacedDespiteWebhook

	// What became of the tester.
	StallFlagged = judge.StallFlagged
)
