package mutations

import (
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/pressure"
	"github.com/seatrial/seatrial/workloads/web"
)

// crowding: what one pod may take was not limited, or not to anything that helps.
var crowding = []Mutation{
	{
		Name: "no-cpu-limit", In: pressure.CPUHog, Finding: "latency",
		Why:    "A pod without a CPU limit takes its node's whole share.",
		Change: web.Of(web.Hog, web.Unlimited()),
	},
	{
		Name: "cpu-limit-too-high", In: pressure.CPUHog, Finding: "latency",
		Why:    "A limit of all that the node has limits nothing.",
		Change: web.Of(web.Hog, web.CPULimit("1"), web.RequestCPU("10m")), // more than its bound runc does not start, on cgroup v1
	},
	{
		Name: "memory-limit-too-high", In: pressure.MemoryHog, Finding: "no-pressure",
		Why: "A limit above what the node has puts the node under pressure before it stops anybody.",
		Change: suites.Changes(web.Of(web.Hog, web.MemoryLimit("64Gi"), web.MemoryAtLeast("800Mi")),
			web.Of(web.Name, web.MemoryAtLeast("4Mi"))),
	},
	{
		Name: "no-pid-limit", In: pressure.PIDExhaustion, Finding: "replaced-meanwhile",
		Why:    "On a node whose kubelet limits no pod's processes a fork bomb takes all of them.",
		Change: web.OnNodesWith(web.ForLabel, web.ForBatch),
	},
	{
		Name: "disk-limit-too-high", In: pressure.EphemeralLimit, Finding: "no-pressure",
		Why:    "A limit of ephemeral storage above what the disk has closes the node before it evicts the writer.",
		Change: web.Of(web.Hog, web.DiskLimit("64Gi"), web.DiskAtLeast("1Mi")),
	},
	{
		Name: "tolerates-disk-pressure", In: pressure.DiskFull, Finding: "stays-pending",
		Why:    "Pods that tolerate the taint of a full disk are sent to it, and refused there one after the other.",
		Change: web.Tolerates("node.kubernetes.io/disk-pressure"),
	},
}
