package controlplane

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// WebhookOutage deletes a pod while an admission webhook for pods does not answer.
var WebhookOutage = suites.Scenario{
	Name:  "controlplane/webhook-outage",
	Why:   "A webhook that must be asked about every pod is a part of self-healing: when it is down and nobody may go on without it, nothing is replaced.",
	App:   web.App(web.Replicas(3)),
	Load:  suites.Steady(50),
	Fault: faults.WebhookOutage(faults.WebhookIgnore, faults.PodDelete(faults.OnePod)),
	Hold:  suites.Hold{For: 5 * time.Second, Heal: 45 * time.Second, Settle: 30 * time.Second},
	Expect: suites.All(
		suites.ReplacedDespiteWebhook(), suites.NoLoss(), suites.Healed(),
	),
	Twin: suites.WithoutCare("failurePolicy Ignore",
		faults.WebhookOutage(faults.WebhookFail, faults.PodDelete(faults.OnePod)), suites.ReplacedDespiteWebhook()),
	Blast: suites.Cluster,
	Tier:  suites.Nightly,
}
