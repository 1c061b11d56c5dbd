package run

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/history/file"
	"github.com/seatrial/seatrial/internal/trial/kube"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/suites"
)

// steps are those of several trials as somebody sees them who looks on.
type steps struct {
	t                  *testing.T
	mu                 sync.Mutex
	changing, measured int
	most               int // measured at once
	log                []string
}

func (s *steps) add(what string, changing, measured int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changing, s.measured = s.changing+changing, s.measured+measured
	s.most = max(s.most, s.measured)
	s.log = append(s.log, what)
	if s.changing > 0 && s.measured > 0 {
		s.t.Errorf("%d change something while %d are measured: %s", s.changing, s.measured, strings.Join(s.log, ", "))
	}
}

// trial goes all the way.
func (s *steps) trial(ctx context.Context, i *inStep, name string, deploy, load, remove time.Duration) {
	i.enter(ctx)
	s.add(name+" deploys", 1, 0)
	time.Sleep(deploy)
	s.add(name+" stands", -1, 0)
	i.measure(ctx)
	s.add(name+" loaded", 0, 1)
	time.Sleep(load)
	s.add(name+" done", 0, -1)
	i.enter(ctx)
	s.add(name+" removes", 1, 0)
	time.Sleep(remove)
	s.add(name+" gone", -1, 0)
	i.leave()
	i.leave() // twice is once
}

func slowSession(t *testing.T) *session {
	s, _ := bareSession(t)
	s.room.slow = true
	return s
}

// The worked example: a and b are measured together, c comes late.
func TestLockstep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, seen := slowSession(t), &steps{t: t}
		var all sync.WaitGroup
		all.Go(func() { seen.trial(t.Context(), s.step("a"), "a", time.Second, 20*time.Second, time.Second) })
		all.Go(func() {
			time.Sleep(500 * time.Millisecond)
			seen.trial(t.Context(), s.step("b"), "b", 3*time.Second, 10*time.Second, 2*time.Second)
		})
		all.Go(func() {
			time.Sleep(10 * time.Second)
			seen.trial(t.Context(), s.step("c"), "c", time.Second, time.Second, 0)
		})
		all.Wait()
		got := strings.Join(seen.log, ", ")
		for _, order := range [][]string{
			{"a deploys", "b deploys", "a stands", "b stands", "loaded", "loaded", "b done", "a done"},
			{"a done", "b removes", "b gone", "c loaded"}, {"a done", "c deploys", "c loaded"},
		} {
			rest := got
			for _, what := range order {
				_, after, found := strings.Cut(rest, what)
				if !found {
					t.Errorf("no %q in this order in: %s", what, got)
				}
				rest = after
			}
		}
	})
}

// Whatever they do, nobody is measured beside a change, all of them get on, and as many
// at once as there are.
func TestLockstepOfMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, seen := slowSession(t), &steps{t: t}
		chance := rand.New(rand.NewPCG(1, 2))
		upTo := func(d time.Duration) time.Duration { return time.Duration(chance.Int64N(int64(d))) }
		var all sync.WaitGroup
		for slot := range 3 {
			var trials [20][3]time.Duration
			for n := range trials {
				trials[n] = [3]time.Duration{upTo(5 * time.Second), upTo(40 * time.Second), upTo(3 * time.Second)}
			}
			all.Go(func() {
				for n, of := range trials {
					seen.trial(t.Context(), s.step("x"), fmt.Sprintf("%d/%d", slot, n), of[0], of[1], of[2])
				}
			})
		}
		all.Wait()
		if seen.most != 3 || len(seen.log) != 3*20*6 {
			t.Errorf("at most %d at once, %d events", seen.most, len(seen.log))
		}
		if s.lockstep.wanting != 0 || s.lockstep.changing != 0 || s.lockstep.measured != 0 {
			t.Errorf("somebody is still there: %+v", &s.lockstep)
		}
	})
}

// Who has asked is waited for, though it has not entered yet: the quiet app of a trial.
func TestLockstepWaitsForWhoHasAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slowSession(t)
		quiet, begun := s.step("witness").ask(), time.Now()
		go func() {
			time.Sleep(5 * time.Second)
			quiet.enter(t.Context())
			time.Sleep(5 * time.Second)
			quiet.leave()
		}()
		a := s.step("a")
		a.measure(t.Context())
		if waited := time.Since(begun); waited < 10*time.Second+lockstepRest || waited > 10*time.Second+lockstepRest+lockstepLook {
			t.Errorf("measured after %s", waited)
		}
		a.leave()
	})
}

// Once the run is over nobody waits for anybody, and all are counted all the same.
func TestLockstepIsNotWaitedForInVain(t *testing.T) {
	s := slowSession(t)
	ctx, cancel := context.WithCancel(t.Context())
	a, b := s.step("a"), s.step("b")
	a.enter(ctx)
	a.leave()
	cancel()
	a.measure(ctx)
	b.enter(ctx)
	b.measure(ctx)
	b.enter(ctx)
	if s.lockstep.changing != 1 || s.lockstep.measured != 1 || s.lockstep.wanting != 0 {
		t.Errorf("%+v, want one that changes and one that is measured", &s.lockstep)
	}
	a.leave()
	b.leave()
	if s.lockstep.changing != 0 || s.lockstep.measured != 0 {
		t.Errorf("somebody is still there: %+v", &s.lockstep)
	}
}

// On a quick machine, and where a trial has the machine for itself, nobody keeps step.
func TestWhoKeepsStep(t *testing.T) {
	small, large := scenario("t/a"), scenario("t/b")
	large.Load.Rate = soleRate
	node := scenario("t/c")
	node.Blast = suites.Node
	rolls, twinRolls := scenario("t/d"), withTwin(scenario("t/e"))
	rolls.Fault, twinRolls.Twin.Fault = faults.Update(), faults.Update()
	for _, c := range []struct {
		of         suites.Scenario
		slow, keep bool
	}{{small, true, true}, {small, false, false}, {large, true, false}, {node, true, false}, {rolls, true, false}, {twinRolls, true, false}} {
		s := &session{}
		s.room.slow = c.slow
		step := s.inStep(Item{Scenario: c.of, In: kindconfigs.Place{Name: "fast"}})
		if (step != nil) != c.keep {
			t.Errorf("%s, slow %t: keeps step: %t", c.of.Name, c.slow, step != nil)
		}
		if step == nil {
			step.ask().enter(t.Context())
			step.leave()
		}
	}
}

// A trial that keeps step starts its pods when nobody is measured, and with the turn.
func TestTrialsEnterInStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slowSession(t)
		measured := s.lockstep.measure(t.Context())
		in := make(chan func())
		go func() {
			deployed, leave := s.admit(t.Context(), Item{Scenario: s.Scenarios[0]}, nil, s.step("a"))
			leave()
			in <- deployed
		}()
		time.Sleep(time.Minute)
		synctest.Wait()
		s.lockstep.mu.Lock()
		if s.lockstep.changing != 0 || s.lockstep.wanting != 1 || len(s.turn) != 0 {
			t.Errorf("beside one that is measured: %d change, %d want to, %d have the turn", s.lockstep.changing, s.lockstep.wanting, len(s.turn))
		}
		s.lockstep.mu.Unlock()
		measured()
		deployed := <-in
		if s.lockstep.changing != 1 || len(s.turn) != 1 {
			t.Errorf("then: %+v, %d have the turn", &s.lockstep, len(s.turn))
		}
		deployed()
	})
}

// A trial that comes to nothing keeps nobody waiting.
func TestATrialThatComesToNothingLeavesTheStep(t *testing.T) {
	s := slowSession(t)
	i := Item{Scenario: s.Scenarios[0], In: kindconfigs.Place{Name: "fast"}}
	ready := make(chan struct{})
	close(ready)
	s.clusters = map[string]*place{"fast": {cluster: &kube.Cluster{Name: "c", Foreign: true}, ready: ready}}
	if err := os.MkdirAll(filepath.Join(s.dir.Trial(i.Title()), file.Name), 0o755); err != nil { // where its record is to be
		t.Fatal(err)
	}
	s.runItem(t.Context(), i)
	if s.broken() == nil || s.lockstep.changed.IsZero() || s.lockstep.changing != 0 || s.lockstep.wanting != 0 {
		t.Errorf("%v, %+v", s.broken(), &s.lockstep)
	}
}

// A quiet app is asked for with the trial that needs it: nobody begins to be measured
// before it stands.
func TestTheWitnessIsWaitedFor(t *testing.T) {
	s := slowSession(t)
	ctx, cancel := context.WithCancel(t.Context())
	measured := s.lockstep.measure(ctx)
	w := s.callWitness(ctx, &place{cluster: &kube.Cluster{Name: "c", Place: "fast"}}, 1)
	s.lockstep.mu.Lock()
	if s.lockstep.wanting != 1 || s.lockstep.changing != 0 {
		t.Errorf("%+v", &s.lockstep)
	}
	s.lockstep.mu.Unlock()
	cancel()
	<-w.ended
	measured()
	if s.lockstep.wanting != 0 || s.lockstep.changing != 0 {
		t.Errorf("it is still there: %+v", &s.lockstep)
	}
}
