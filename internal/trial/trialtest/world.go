// Package trialtest runs trials without a cluster: a handful of pods that are
// values, a meter that asks them directly, sensors that report what they do, and
// a fault that toggles one of them.
//
// Nothing here touches the network or waits for another process, so that a trial
// runs in the bubble of testing/synctest: on a clock of its own, in milliseconds,
// with the engine's own limits. A goroutine that the engine forgets to stop keeps
// the bubble from ending and fails the test.
package trialtest

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/internal/trial"
)

// service and owner are what the pods of a World belong to; their names are those
// of historytest.Deployment.
const (
	service = "web"
	hash    = "7c"
	owner   = "ReplicaSet/web-" + hash
)

// propagation is how long a pod that is not ready still gets new connections.
const propagation = 200 * time.Millisecond

// A World is what a trial without a cluster happens in. Make it by NewWorld, in
// the bubble in which the trial runs.
type World struct {
	// RoutedLate is how long the pods but for the first get no connection after
	// they are ready.
	RoutedLate time.Duration
	// Heal is after how long a broken pod mends itself; 0 is never.
	Heal time.Duration
	// Fails holds an error for every method of the rig that shall fail, by name.
	Fails map[string]error
	// At is called when the method of that name begins, "Deploy" say: to cancel,
	// to panic, to hang.
	At map[string]func()

	mu        sync.Mutex
	rec       *history.Recorder
	pods      []*pod
	calls     []string
	journal   []journal.Step
	inventory map[string]string
	hidden    map[string]string // why a part of the inventory cannot be looked into
	namespace bool
	meters    int // at work now
	observers int // at work now
}

// A pod is good or broken, and gets new connections or not, from one instant to the next.
type pod struct {
	name   string
	good   timeline
	routed timeline
}

// A timeline is a switch and when it was turned, in order.
type timeline []turn

type turn struct {
	at time.Duration
	on bool
}

// on is how the switch stood at t.
func (l timeline) on(t time.Duration) bool {
	on := false
	for _, turn := range l {
		if turn.at <= t {
			on = turn.on
		}
	}
	return on
}

// NewWorld returns a world with so many pods to come.
func NewWorld(pods int) *World {
	w := &World{Fails: map[string]error{}, At: map[string]func(){}, inventory: map[string]string{"node/w1": "exists"}, hidden: map[string]string{}}
	for n := range pods {
		w.pods = append(w.pods, &pod{name: fmt.Sprintf("web-%s-%c", hash, 'a'+n)})
	}
	return w
}

// enter notes that a method of the rig begins and returns the error that it shall have.
func (w *World) enter(method string) error {
	w.mu.Lock()
	w.calls = append(w.calls, method)
	at, err := w.At[method], w.Fails[method]
	w.mu.Unlock()
	if at != nil {
		at()
	}
	return err
}

// Calls lists the methods of the rig in the order in which they were called.
func (w *World) Calls() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.calls)
}

// Count is how often a method of the rig was called.
func (w *World) Count(method string) int {
	n := 0
	for _, call := range w.Calls() {
		if call == method {
			n++
		}
	}
	return n
}

// Left lists what is still there that should be gone when a trial has ended.
func (w *World) Left() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var left []string
	note := func(is bool, what string) {
		if is {
			left = append(left, what)
		}
	}
	note(w.namespace, "the namespace")
	note(w.meters > 0, "a meter")
	note(w.observers > 0, "an observer")
	note(len(w.journal) > 0, "undo steps")
	for _, p := range w.pods {
		note(len(p.good) > 0 && !p.good[len(p.good)-1].on, "pod "+p.name+", broken")
	}
	return left
}

// Leave changes the inventory behind the engine's back; state "" takes the item out.
func (w *World) Leave(item, state string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inventory[item] = state
	if state == "" {
		delete(w.inventory, item)
	}
}

// Hide puts a part of the inventory out of reach from now on.
func (w *World) Hide(part, why string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hidden[part] = why
}

func (w *World) items() trial.Inventory {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := trial.Inventory{Items: maps.Clone(w.inventory), Parts: map[string]trial.Part{}}
	for part, why := range w.hidden {
		all.Parts[part] = trial.Part{Unseen: why}
	}
	return all
}

// First is the name of the pod that faults break.
func (w *World) First() string { return w.pods[0].name }

// Break makes the first pod fail every request, until it mends itself or is mended.
func (w *World) Break() {
	w.turn(w.pods[0], false)
	if w.Heal > 0 {
		time.AfterFunc(w.Heal, w.Mend)
	}
}

// Mend makes the first pod answer again. One that does already is left alone.
func (w *World) Mend() { w.turn(w.pods[0], true) }

// turn breaks a pod or mends it, and has the sensors see it.
func (w *World) turn(p *pod, good bool) {
	now := w.rec.Clock().Now()
	w.mu.Lock()
	if len(p.good) == 0 || p.good[len(p.good)-1].on == good {
		w.mu.Unlock()
		return
	}
	p.good = append(p.good, turn{now, good})
	p.routed = append(p.routed, turn{now + propagation, good})
	w.mu.Unlock()
	w.report(p, now, good)
	w.counts(now)
}
