package faulttest

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/journal"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// complaints is a reporter that remembers what it is told.
type complaints struct {
	ctx context.Context
	all []string
}

func (c *complaints) Context() context.Context          { return c.ctx }
func (c *complaints) Error(args ...any)                 { c.all = append(c.all, fmt.Sprint(args...)) }
func (c *complaints) Errorf(format string, args ...any) { c.Error(fmt.Sprintf(format, args...)) }
func (c *complaints) Fatal(args ...any)                 { c.Error(args...); runtime.Goexit() }
func (c *complaints) Fatalf(format string, args ...any) { c.Fatal(fmt.Sprintf(format, args...)) }

// of is what the contract complains of.
func of(t *testing.T, check func(reporter)) string {
	c, ended := &complaints{ctx: t.Context()}, make(chan struct{})
	go func() { defer close(ended); check(c) }()
	<-ended
	return strings.Join(c.all, "\n")
}

// bad is a fault that keeps to the contract but for what is planted.
type bad struct {
	card    func(*faults.Card)
	late    bool // the undo is journalled after the change
	unmoved bool // nothing is changed
	mute    bool // the deed is not marked
	deaf    bool // it does not wait for a sensor
	kind    string
	poor    bool // it does not say what it needs of machines
	greedy  bool // it asks for what it has no right to
	dead    bool // the guardian's deadline has passed already
}

func (b bad) Card() faults.Card {
	card := faults.Card{Name: "test/bad", Breaks: "a label", ShowsAs: "a label", UndoneBy: "no label", Look: "kubectl get nodes"}
	if b.card != nil {
		b.card(&card)
	}
	return card
}

func (b bad) Needs() []kindconfigs.Trait {
	if b.poor {
		return nil
	}
	return []kindconfigs.Trait{kindconfigs.NodePower}
}

func (b bad) Inject(ctx context.Context, s *faults.Site) error {
	kind, deadline := faults.UndoNodeStart, time.Now().Add(time.Minute)
	if b.kind != "" {
		kind = b.kind
	}
	if b.dead {
		deadline = time.Now()
	}
	write := func() error {
		return s.Undo(journal.Step{Kind: kind, Says: "start worker", Deadline: deadline,
			Args: map[string]string{"kubeconfig": s.Kubeconfig, "cluster": s.Cluster, "node": "worker"}})
	}
	if !b.late {
		if err := write(); err != nil {
			return err
		}
	}
	act := func() error {
		if b.greedy {
			_, err := s.Client.CoreV1().Secrets("kube-system").List(ctx, metav1.ListOptions{})
			return err
		}
		if b.unmoved {
			return nil
		}
		return s.Nodes.Kill(ctx, "worker")
	}
	if b.mute {
		_ = act()
	} else if err := s.Deed("kill worker", []string{"worker"}, act); err != nil {
		return err
	}
	if b.late {
		if err := write(); err != nil {
			return err
		}
	}
	if b.deaf {
		return nil
	}
	return s.Until(ctx, "worker gone", func(seen []history.Interval) bool { return len(seen) > 0 })
}

func tried() Case {
	return Case{
		Sees: func(w *World, deed history.Mark, _ int) {
			w.Record.State(history.Interval{Source: history.SourceNode, Subject: deed.Targets[0], State: "Unknown"})
		},
		Undone: func(w *World) error {
			if w.Nodes.Down("worker") {
				return fmt.Errorf("worker is down still")
			}
			return nil
		},
	}
}

// The contract finds each breach of it, and none where there is none.
func TestBreachesAreFound(t *testing.T) {
	blank := func(c *faults.Card) { c.ShowsAs = "" }
	for want, check := range map[string]func(reporter){
		"ShowsAs of the card":        func(r reporter) { card(r, bad{card: blank}, true) },
		"is not family/verb":         func(r reporter) { card(r, bad{card: func(c *faults.Card) { c.Name = "Bad" }}, true) },
		"which is no source":         func(r reporter) { card(r, bad{card: func(c *faults.Card) { c.Blinds = []string{"ears"} }}, true) },
		"no command that a student":  func(r reporter) { card(r, bad{card: func(c *faults.Card) { c.Look = "look" }}, true) },
		"and the card says":          func(r reporter) { card(r, bad{}, false) },
		"came before the journal":    func(r reporter) { seen(r, bad{late: true}, tried()) },
		"its undo was never written": func(r reporter) { journalFull(r, bad{late: true}, tried()) },
		"nothing was changed":        func(r reporter) { seen(r, bad{unmoved: true}, tried()) },
		"no deed is marked":          func(r reporter) { seen(r, bad{mute: true, deaf: true}, tried()) },
		"nobody saw it, and it says": func(r reporter) { unseen(r, bad{deaf: true}, tried()) },
		"there is no undoer of":      func(r reporter) { seen(r, bad{kind: "test/none"}, tried()) },
		"worker is down still":       func(r reporter) { seen(r, bad{kind: faults.UndoNamespace}, tried()) },
		"the guardian does it in":    func(r reporter) { seen(r, bad{dead: true}, tried()) },
		"list secrets":               func(r reporter) { seen(r, bad{greedy: true}, tried()) },
		"machines and does not need": func(r reporter) { seen(r, bad{poor: true}, tried()) },
		"the test expects some":      func(r reporter) { seen(r, bad{}, Case{Sees: tried().Sees}) },
	} {
		if got := of(t, check); !strings.Contains(got, want) {
			t.Errorf("complaints %q, want %q", got, want)
		}
	}
	Check(t, bad{}, tried())
}

// The world's API server answers as the real one does where faults ask it.
func TestWorld(t *testing.T) {
	w := Case{}.world()
	if got := strings.Join(w.Pods(), " "); got != "web-1-a web-1-b web-1-c" {
		t.Errorf("pods %s", got)
	}
	scale, err := w.Client().AppsV1().Deployments(Namespace).GetScale(t.Context(), "web", metav1.GetOptions{})
	if err != nil || scale.Spec.Replicas != 3 {
		t.Errorf("scale %+v, %v", scale, err)
	}
	site := w.site(func(history.Mark, int) {})
	if err := site.Knob(t.Context(), "web-1-a", "spin", "2"); err != nil || w.Knob("web-1-a", "spin") != "2" {
		t.Errorf("knob %q, %v", w.Knob("web-1-a", "spin"), err)
	}
	if err := site.Knob(t.Context(), "web-1-z", "spin", "2"); err == nil || !strings.Contains(err.Error(), "turn knob spin of pod web-1-z") {
		t.Errorf("a pod that is not there: %v", err)
	}
}
