package rollout

import (
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/workloads/web"
)

// BadImage rolls out an image that cannot be pulled.
var BadImage = suites.Scenario{
	Name: "rollout/bad-image",
	Why:  "A version that cannot start must not take the old one's place; nothing rolls back by itself either.",
	App:  web.App(web.Replicas(3), web.ProgressDeadline(10*time.Second)),
	Load: suites.Steady(50),
	// The deadline of 10 s, and a while in which a rollback by itself would show.
	Hold:  suites.Hold{For: 18 * time.Second, Settle: 30 * time.Second},
	Fault: faults.BadImage(),
	Expect: suites.All(
		suites.RolloutStalls("ErrImagePull"), suites.NoRollback(), suites.UndoRestores(), suites.NoLoss(), suites.Healed(),
	),
	Twin:  suites.Without("rolling update", web.Recreate(), suites.NoLoss()),
	Lab:   badImageLab,
	Blast: suites.Namespace,
	Tier:  suites.Smoke,
}
