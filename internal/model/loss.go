package model

import (
	"fmt"
	"math"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
)

// A Loss is what the callers of one lane may lose to a fault.
//
// When every endpoint is hit nothing answers: an outage, whose length is
// Longest. When some are, a share of the slots fails among good ones: a
// degradation, whose length is Span, in which runs of failures come by chance
// and are bounded by Longest.
type Loss struct {
	Span    Window  // from the first failed slot to the first good one after the last failed
	Longest Window  // the longest run of failed slots
	Share   float64 // of the slots that may fail meanwhile: the endpoints hit, of all
	// ByChance says that each slot picks its endpoint anew, so that no more than that share
	// of them may fail but by chance.
	ByChance bool
}

// Nothing reports whether nothing at all may be lost.
func (l Loss) Nothing() bool { return l.Span.To == 0 }

func (l Loss) String() string {
	switch {
	case l.Nothing():
		return "nothing lost: " + l.Span.Reasons()
	case l.Share >= 1:
		return "outage " + l.Longest.String()
	}
	return fmt.Sprintf("up to %.0f%% of the slots for %s, longest run %s", 100*l.Share, l.Span, l.Longest.Range())
}

func noLoss(because ...string) Loss { return Loss{Span: Between(0, 0, because...)} }

// A Situation is what is known of an app at the instant of the deed.
type Situation struct {
	Spec *corev1.PodSpec // of the pods that were hit; of rollout/switch: of those switched to
	// Deployment is the one that a rollout updates; nil for other faults.
	Deployment *appsv1.Deployment
	// Standby says that the pods which a rollout/switch turns to were ready.
	Standby   bool
	Rolling   bool   // the fault fell into a rollout; see faults.During
	Owned     bool   // they have an owner that replaces them
	Node      string // where they were
	Nodes     int    // nodes that were hit
	Endpoints int    // ready pods behind the Service
	Hit       int    // of these, those that were hit
}

func (s Situation) share() float64 { return float64(s.Hit) / float64(max(s.Endpoints, 1)) }

// chance is the probability with which a healthy system may miss a limit that
// follows from random choice: kube-proxy picks an endpoint per connection at random.
const chance = 1e-7

// Loss is what the lane may lose to the fault of that name (see its card). An
// error means that the model says nothing about it.
func (w *World) Loss(fault string, s Situation, lane history.LanePlan) (Loss, error) {
	if fault == "" {
		return noLoss("nothing was broken"), nil
	}
	if s.Endpoints == 0 {
		return Loss{}, fmt.Errorf("no endpoint was ready when %s was injected", fault)
	}
	if s.Hit == 0 && !rolls(fault) {
		return noLoss("no ready pod was hit"), nil
	}
	c := Serving(s.Spec)
	if c == nil {
		return Loss{}, fmt.Errorf("the objects say nothing about the pods that %s hit", fault)
	}
	if rolls(fault) {
		return w.rolloutLoss(fault, s, c, lane)
	}
	broken, err := w.broken(fault, s, c)
	if err != nil {
		return Loss{}, err
	}
	if s.Rolling {
		broken = broken.inRollout()
	}
	return broken.on(lane, s), nil
}

// broken is how long a fault breaks the pods that it hits.
type broken struct {
	left   Window // part hit: from the first harm to no new connection reaching a broken pod
	back   Window // all hit: from the first harm to an endpoint answering again
	polite bool   // the pods serve until nothing new reaches them and close connections themselves
	floor  bool   // all hit: at least one slot is lost for certain
	stays  bool   // the pods answer, badly: connections that are open stay with them
}

func (w *World) broken(fault string, s Situation, c *corev1.Container) (broken, error) {
	switch HarmOf(fault) {
	case PodGone:
		return w.brokenByDelete(s, c), nil
	case ProcessEnds:
		return w.brokenByExit(s, c), nil
	case AppHangs:
		return w.brokenUntilSeen(s, c, Hanging), nil
	case AppErrs:
		return w.brokenUntilSeen(s, c, AtOnce), nil
	case LivenessFails:
		return w.brokenByLiveness(s, c), nil
	case ReadinessFails, PodLetGo:
		// The app answers throughout; only its being sent traffic is at stake.
		left := Between(0, 0, "the app answers although it is not ready")
		return broken{left: left, back: Between(0, Forever, "until it is ready again"), polite: true}, nil
	case NodeSilent:
		back := w.ReplacedElsewhere(fault, s.Node, s.Spec, s.Owned, s.Nodes).Plus(w.Propagated())
		return broken{left: w.NodeLeft(s.Node), back: back, floor: true}, nil
	case KubeletStops, RuntimeStops:
		on := Between(0, 0, "its containers go on by themselves")
		return broken{left: on, back: on, polite: true}, nil
	case BusinessFails:
		return w.brokenByBusiness(c), nil
	}
	return broken{}, fmt.Errorf("the model says nothing about what callers lose to %s", fault)
}

func (w *World) brokenByDelete(s Situation, c *corev1.Container) broken {
	drains := Drains(c)
	left := w.Propagated()
	left = Between(0, left.To-drains, append(left.Because, fmt.Sprintf("the pod serves on for %s", drains))...)
	ready := Replaced(c, s.Owned).Plus(w.Propagated())
	back := Between(0, ready.To, ready.Because...)
	if ready.From == Forever {
		back = ready
	} else if grace, _ := Grace(s.Spec, c, Deleted); ready.From > grace+minimumGrace {
		back.From = ready.From - grace - minimumGrace
	}
	return broken{left: left, back: back, polite: w.DrainsGracefully(s.Spec, c), floor: drains == 0}
}

func (w *World) brokenByExit(s Situation, c *corev1.Container) broken {
	start := w.Restarted(s.Node, 1)
	answers := start.Plus(Boot(c))
	ready := start.Plus(Started(c, Boot(c)), w.Propagated())
	return broken{left: w.ExitLeft(), back: Between(answers.From, ready.To, ready.Because...), floor: true}
}

// brokenUntilSeen: a process that lives and serves nobody is broken until a probe
// that asks it sees that, whether by its silence or by its answer.
func (w *World) brokenUntilSeen(s Situation, c *corev1.Container, how Failing) broken {
	left := Endless("no probe sees it")
	if SeesHang(c.ReadinessProbe) {
		left = w.UnreadyLeft(c, how)
	}
	back := Endless("no liveness probe sees it")
	if SeesHang(c.LivenessProbe) {
		ended := Decision(c.LivenessProbe, how).Plus(Stopped(s.Spec, c, LivenessFailed))
		left = left.OrSooner(ended.Plus(w.ExitLeft()))
		start := ended.Plus(w.RestartedAfterKill(s.Node, 1, 0))
		ready := start.Plus(Started(c, Boot(c)), w.Propagated())
		back = Between(start.Plus(Boot(c)).From, ready.To, ready.Because...)
	}
	return broken{left: left, back: back, floor: true}
}

// brokenByBusiness: the pods answer with errors, until a readiness probe that asks
// for business takes them out. Liveness that asks for it is no business of ours here.
func (w *World) brokenByBusiness(c *corev1.Container) broken {
	left := Endless("no readiness probe asks for business")
	if how, ok := Notices(c.ReadinessProbe, c, Trouble{"fail-business", "true"}); ok {
		left = w.UnreadyLeft(c, how)
	}
	return broken{left: left, back: Between(0, Forever, "until it is undone"), floor: true, stays: true}
}

// brokenByLiveness: the app serves on until it is told to stop. Pods hit
// together are stopped one after the other, as their probes' tickers stand.
func (w *World) brokenByLiveness(s Situation, c *corev1.Container) broken {
	if c.LivenessProbe == nil {
		return broken{left: Between(0, 0, "no liveness probe: nothing is stopped"), back: Between(0, 0, "no liveness probe: nothing is stopped")}
	}
	decision, stopped := Decision(c.LivenessProbe, AtOnce), Stopped(s.Spec, c, LivenessFailed)
	apart := Between(0, decision.To-decision.From, "pods decided on one after the other").Plus(Between(0, stopped.To-stopped.From, stopped.Because...))
	ready := w.RestartedAfterKill(s.Node, 1, 0).Plus(Started(c, Boot(c)), w.Propagated())
	return broken{
		left: apart.Plus(w.ExitLeft()),
		back: Between(Boot(c).From, ready.To, ready.Because...).Late(apart.To, "pods decided on one after the other"),
	}
}

// on turns how long pods are broken into what a lane loses.
func (b broken) on(lane history.LanePlan, s Situation) Loss {
	share := s.share()
	if share >= 1 {
		return b.outage(lane)
	}
	if b.left.To == 0 || b.polite {
		return noLoss(b.left.Because...)
	}
	if lane.Lane == history.LaneReused {
		return b.onReused(lane, share)
	}
	return b.onFresh(lane, share)
}

// outage: slots due within a time-out before its end may fail or not.
func (b broken) outage(lane history.LanePlan) Loss {
	if b.back.To == 0 {
		return noLoss(b.back.Because...)
	}
	w := b.back.Late(lane.Timeout, "a slot's time-out")
	if b.back.From != Forever {
		w.From = max(b.back.From-lane.Timeout, 0)
	}
	if b.floor {
		w.From = max(w.From, lane.Interval())
	}
	return Loss{Span: w, Longest: w, Share: 1}
}

// onFresh: each slot picks an endpoint at random, so the first and the last
// failed slot lie up to Streak(1-share) slots inside the time that pods are broken.
func (b broken) onFresh(lane history.LanePlan, share float64) Loss {
	interval := lane.Interval()
	edge := time.Duration(Streak(1-share, 1)) * interval
	span := b.left.Late(interval+lane.Timeout, "a slot's time-out")
	if b.left.From == Forever {
		span = b.left
	} else {
		span.From = max(b.left.From-2*edge, 0)
	}
	if span.From > 0 && span.From < Forever {
		span.Because = union(span.Because, []string{fmt.Sprintf("less %s at each end, in which no slot may meet the pod", edge)})
	}
	run := time.Duration(Streak(share, slots(span, lane))) * interval
	return Loss{Span: span, Longest: Between(0, run, "runs of failures by chance"), Share: share, ByChance: true}
}

// onReused: pinned connections to a broken pod fail once more each, in their
// turn, and are dialled again; nothing says in which order they come.
func (b broken) onReused(lane history.LanePlan, share float64) Loss {
	if b.stays {
		span := Between(0, Forever, "connections that are open stay with the pods that answer badly (kube-proxy leaves them alone): until it is undone")
		return Loss{Span: span, Longest: span, Share: share}
	}
	round := time.Duration(lane.Connections) * lane.Interval()
	span := Between(0, b.left.To, b.left.Because...)
	if b.left.To != Forever {
		span = span.Late(round+lane.Timeout, "one round of the pinned connections + a slot's time-out")
	}
	return Loss{Span: span, Longest: Between(0, span.To, span.Because...), Share: share}
}

func slots(w Window, lane history.LanePlan) int {
	if w.To == Forever {
		return math.MaxInt32
	}
	return int(w.To/lane.Interval()) + 1
}

// Streak is how many times in a row something of probability p may happen by
// chance somewhere in n tries: a longer streak has a probability below 1e-7.
//
//	p 1/3, 500 tries: 21; p 2/3, one try: 40
func Streak(p float64, n int) int {
	if p <= 0 {
		return 0
	}
	if p >= 1 {
		return n
	}
	return int(math.Ceil(math.Log(chance/float64(max(n, 1))) / math.Log(p)))
}
