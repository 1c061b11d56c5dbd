package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
)

// A Trouble is what goes wrong with one pod of several: a knob and its value.
type Trouble struct{ Says, Knob, Value string }

// The troubles that a probe may notice or not, each until the container restarts.
var (
	Sound      = Trouble{Says: "sound"}
	Deadlocked = Trouble{"deadlocked", workloads.KnobDeadlock, ""}
	Hanging    = Trouble{"hanging", workloads.KnobHang, untilUndone}
	FileGone   = Trouble{"its file gone", workloads.KnobReadyFile, "false"}
	FileHangs  = Trouble{"its file hanging", workloads.KnobReadyFile, untilUndone}
	PortShut   = Trouble{"its port shut", workloads.KnobPort, "shut"}
	PortJammed = Trouble{"its port jammed", workloads.KnobPort, "jam"}
	NotServing = Trouble{"not serving", workloads.KnobServing, "false"}
)

// Troubles gives each of the app's pods a trouble of its own, in the order of their
// names: side by side one trial shows what a probe makes of each. There must be as
// many ready pods as troubles.
func Troubles(each ...Trouble) Fault { return troubles{each} }

type troubles struct{ each []Trouble }

func (troubles) Card() Card {
	return Card{
		Name:     "app/troubles",
		Breaks:   "pods of the app fail, each in a way of its own",
		ShowsAs:  "what the probes notice of it: some pods are unready or restarted, some are not",
		UndoneBy: "nothing: a restart of the container ends it",
		Look:     "kubectl get pods --watch; kubectl get events --field-selector reason=Unhealthy",
	}
}

func (troubles) Needs() []kindconfigs.Trait { return nil }

func (f troubles) Inject(ctx context.Context, s *Site) error {
	pods, err := s.AppPods(ctx)
	if err != nil {
		return err
	}
	if len(pods) < len(f.each) {
		return fmt.Errorf("%d ready pods of %s, %d needed: one for each trouble", len(pods), s.App.Name, len(f.each))
	}
	of := map[string]Trouble{}
	var said []string
	for i, t := range f.each {
		of[pods[i].Name] = t
		said = append(said, pods[i].Name+" "+t.Says)
	}
	pods = slices.DeleteFunc(pods, func(p corev1.Pod) bool { return of[p.Name].Knob == "" })
	targets, before := names(pods), s.Clock.Now()
	err = s.Deed(strings.Join(said, ", "), targets, func() error {
		return each(pods, func(pod corev1.Pod) error { return s.Knob(ctx, pod.Name, of[pod.Name].Knob, of[pod.Name].Value) })
	})
	if err != nil {
		return err
	}
	return s.untilEach(ctx, "trouble", targets, func(pod string, i history.Interval) bool {
		return i.Subject == pod && i.From >= before && shows(i)
	})
}

// shows reports whether something that was seen of a pod tells of trouble: its own
// log, or that Kubernetes calls it unready.
func shows(i history.Interval) bool {
	switch i.Source {
	case history.SourceReady:
		return i.State == "False"
	case history.SourceApp:
		return i.State == history.AppStuck || i.State == history.AppProbe && !i.Answered()
	}
	return false
}
