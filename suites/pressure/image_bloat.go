package pressure

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// ImageBloat fills the disk of a node's images with some that nobody uses. They may be
// collected at any age there; see the place "small-disk".
var ImageBloat = suites.Scenario{
	Name:  "pressure/image-bloat",
	Why:   "Images that nobody uses fill a node's disk; the kubelet collects them before it evicts anybody, unless it may not.",
	App:   web.App(web.Replicas(2)),
	Load:  suites.Steady(50),
	Fault: faults.ImageBloat(false),
	Hold:  suites.Hold{For: 65 * time.Second, Settle: 90 * time.Second},
	Expect: suites.All(
		suites.PressurePasses(), suites.NoRestart(), suites.NoLoss(),
	),
	Twin:  suites.WithoutCare("collection of images", faults.ImageBloat(true), suites.PressurePasses()),
	Lab:   imageBloatLab,
	Blast: suites.Node,
	Tier:  suites.Nightly,
}
