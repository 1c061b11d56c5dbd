package probes

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// AsPrinted applies the manifests that tutorials print, and the copy of one of them
// that has lost its command.
var AsPrinted = suites.Scenario{
	Name:  "probes/as-printed",
	Why:   "What everybody copies must do what the text beside it says.",
	App:   web.App(web.Replicas(1)),
	Load:  suites.NoLoad(),
	Fault: faults.CreatePods(web.PrintedExec(), web.PrintedHTTP(), web.PrintedTCP(), web.PrintedArgs()),
	// Thirty seconds until the file goes, three failures five seconds apart, and a while to start again.
	Hold: suites.Hold{For: 57 * time.Second},
	Expect: suites.All(
		suites.LivenessAsModelled(web.PrintedExecPod, web.PrintedHTTPPod, web.PrintedTCPPod),
		suites.ReadyAsModelled(web.PrintedTCPPod), suites.HeaderArrives(web.PrintedHTTPPod),
		suites.CrashLoops(web.PrintedArgsPod), suites.NoRestart(),
	),
	Lab:   asPrintedLab,
	Blast: suites.Namespace,
	Tier:  suites.Certify,
}
