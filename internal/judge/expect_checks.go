package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// SeenThroughService expects that who checks the app through its Service meets the
// bad pods only by chance: of the new connections, each a check, as many fail as a
// random choice of endpoints makes likely, so that it takes about endpoints/bad
// checks to meet one. The pods must stay endpoints meanwhile.
func SeenThroughService() Expectation {
	return expectation{"seen-through-service", judgeThroughService}
}

func judgeThroughService(s *scene) (Finding, error) {
	hit, err := s.mustHit()
	if err != nil {
		return Finding{}, err
	}
	endpoints := s.endpointsAt(s.deed.Earliest)
	bad, _, err := s.trouble(hit[0])
	if err != nil {
		return Finding{}, err
	}
	if len(endpoints) == 0 {
		return Finding{}, fmt.Errorf("the record has no endpoint that was ready at the deed")
	}
	for _, p := range hit {
		if left, ok, err := s.left(p); err != nil || ok && left < s.undone().Earliest {
			return Finding{}, fmt.Errorf("pod %s left the EndpointSlice: checks could not meet it any more", p.name)
		}
	}
	checks := s.fresh(bad, s.undone().Earliest)
	share := float64(len(hit)) / float64(len(endpoints))
	low, high := model.Binomial(len(checks), share)
	if _, half := model.Binomial(len(checks), share/2); low <= half {
		return Finding{}, fmt.Errorf("%d checks cannot tell %d of %d pods from half as many", len(checks), len(hit), len(endpoints))
	}
	saw, first, longest := met(checks)
	streak := model.Streak(1-share, len(checks))
	want := fmt.Sprintf("one in %.1f..%.1f checks meets a bad pod, at most %d in a row do not", per(len(checks), high), per(len(checks), low), streak)
	got := fmt.Sprintf("%d of %d checks met it, one in %.1f; the first was number %d, up to %d in a row did not", saw, len(checks), per(len(checks), saw), first, longest)
	return found(saw >= low && saw <= high && longest <= streak, want, got,
		"kube-proxy chooses one of the ready endpoints at random for each connection; two-sided error 1e-7"), nil
}

// met counts the checks that failed, and says which was the first and how many in a
// row did not fail at most.
func met(checks []history.Sample) (saw, first, longest int) {
	run := 0
	for n, x := range checks {
		if !x.Class.Failed() {
			run++
			longest = max(longest, run)
			continue
		}
		if saw++; saw == 1 {
			first = n + 1
		}
		run = 0
	}
	return saw, first, longest
}

func per(n, k int) float64 { return float64(n) / float64(max(k, 1)) }

// SeenByKubelet expects that the kubelet's own probe of every pod that was hit met
// the trouble at its next tick: it asks each pod, and leaves nothing to chance.
func SeenByKubelet() Expectation {
	return expectation{"seen-by-kubelet", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.seenByKubelet)
	}}
}

func (s *scene) seenByKubelet(p pod) (Finding, error) {
	_, c, err := s.of(p)
	if err != nil {
		return Finding{}, err
	}
	lives, err := s.lives(p)
	if err != nil {
		return Finding{}, err
	}
	n := slices.IndexFunc(lives, func(l life) bool { return l.next > s.deed.Latest })
	for _, probe := range []*model.Probe{c.ReadinessProbe, c.LivenessProbe} {
		bad, _, notices := lives[n].noticed(probe, c)
		if !notices {
			continue
		}
		w := model.FirstSight(probe)
		saw := failed(lives[n].asked(probe), bad.from, min(bad.to, s.end))
		if len(saw) == 0 {
			return never(w, "the first probe to meet it", fmt.Sprintf("%s since %s, and no probe met it", bad, offset(bad.from))), nil
		}
		f := timed(w, instant(bad.from), saw[0].From, "the first probe to meet it")
		f.Got += fmt.Sprintf("; by chance, a check every %s through the Service", short(time.Duration(probe.PeriodSeconds)*time.Second))
		f.Got += fmt.Sprintf(" would take %s on average", short(s.byChance(probe)))
		return f, nil
	}
	return Finding{}, fmt.Errorf("pod %s has no probe that notices what is wrong with it", p.name)
}

// byChance is how long checks through the Service at a probe's period take on
// average until one meets a bad pod.
func (s *scene) byChance(p *model.Probe) time.Duration {
	period := time.Duration(p.PeriodSeconds) * time.Second
	return period * time.Duration(len(s.endpointsAt(s.deed.Earliest))) / time.Duration(max(len(s.hit()), 1))
}
