package model

// A Harm is what a fault does to what it hits, as far as it makes a difference to a window:
// faults that do the same, each in its way, are judged by the same ones.
type Harm string

// What faults do.
const (
	PodGone         Harm = "pod gone"         // its pods are deleted, by whatever way
	PodLetGo        Harm = "pod let go"       // its pods run on and belong to nobody
	ProcessEnds     Harm = "process ends"     // and its container is started again
	AppHangs        Harm = "app hangs"        // it takes connections and gives no answer
	AppErrs         Harm = "app errs"         // it answers at once that it cannot
	LivenessFails   Harm = "liveness fails"   // the app says that it is dead, and serves on
	ReadinessFails  Harm = "readiness fails"  // the app says that it is not ready, and serves on
	BusinessFails   Harm = "business fails"   // no probe sees it
	NodeSilent      Harm = "node silent"      // with all pods on it
	KubeletStops    Harm = "kubelet stops"    // the node is given up, its pods go on
	RuntimeStops    Harm = "runtime stops"    // the same, and the kubelet says it itself
	NodeShut        Harm = "node shut"        // pods wait for a node that takes them
	LeaderStops     Harm = "leader stops"     // nobody makes pods, or places them
	APIStops        Harm = "API stops"        // and with it all who cannot do without
	DiskFills       Harm = "disk fills"       // the node evicts who is on it
	CutOff          Harm = "cut off"          // an app from the one that it depends on
	TrafficSwitches Harm = "traffic switches" // a Service selects other pods at once
	NoneReady       Harm = "none ready"       // the new version is never made, or never ready
	UnreadyIfAsked  Harm = "unready if asked" // the new version runs; only a readiness probe finds that it does not serve
)

// harms is what each fault does, by its name. Of one that is not in it the model knows nothing.
var harms = map[string]Harm{
	"pod/delete":     PodGone,
	"pod/delete-all": PodGone,
	"pod/evict":      PodGone,
	"pod/relabel":    PodLetGo,

	"app/oom":            ProcessEnds,
	"app/exit":           ProcessEnds,
	"container/kill":     ProcessEnds,
	"app/deadlock":       AppHangs,
	"app/infinite-loop":  AppHangs, // no answer is no answer
	"app/heap-exhausted": AppErrs,
	"app/live-code":      LivenessFails,
	"app/readiness-file": ReadinessFails,
	"app/unready":        ReadinessFails,
	"app/fail-business":  BusinessFails,

	"node/kill":            NodeSilent,
	"node/freeze":          NodeSilent,
	"node/partition":       NodeSilent,
	"zone/kill":            NodeSilent,
	"node/kubelet-stop":    KubeletStops,
	"node/containerd-stop": RuntimeStops,
	"node/taint":           NodeShut,
	"node/add":             NodeShut, // its undo is the node that they waited for

	"controlplane/scheduler-stop":          LeaderStops,
	"controlplane/controller-manager-stop": LeaderStops,
	"controlplane/apiserver-stop":          APIStops,
	"controlplane/etcd-stop":               APIStops,
	"controlplane/etcd-kill":               APIStops,

	"pressure/disk-full": DiskFills,
	"network/partition":  CutOff,

	"rollout/switch":          TrafficSwitches,
	"rollout/bad-image":       NoneReady,
	"rollout/quota":           NoneReady,
	"rollout/limit-range":     NoneReady,
	"rollout/permission":      NoneReady,
	"rollout/misconfig":       NoneReady,
	"rollout/crash-loop":      UnreadyIfAsked,
	"rollout/stuck-readiness": UnreadyIfAsked,
}

// HarmOf is what the fault of that name does, "" if the model knows nothing of it.
//
//	HarmOf("app/infinite-loop") == AppHangs
func HarmOf(fault string) Harm { return harms[fault] }
