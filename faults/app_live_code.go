package faults

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// LiveCodes makes /live of the app's pods answer with the codes, the first pod
// in the order of their names with the first code, and so on. There must be as
// many ready pods as codes.
func LiveCodes(codes ...int) Fault { return liveCodes{codes} }

type liveCodes struct{ codes []int }

func (liveCodes) Card() Card {
	return Card{
		Name:     "app/live-code",
		Breaks:   "/live answers with another HTTP status",
		ShowsAs:  "the app answers requests as ever; only its liveness endpoint says otherwise",
		UndoneBy: "nothing: a restart of the container ends it",
		Look:     "kubectl get events --field-selector reason=Unhealthy",
	}
}

func (liveCodes) Needs() []kindconfigs.Trait { return nil }

func (f liveCodes) Inject(ctx context.Context, s *Site) error {
	pods, err := s.AppPods(ctx)
	if err != nil {
		return err
	}
	if len(pods) < len(f.codes) {
		return fmt.Errorf("%d ready pods of %s, %d needed: one for each code", len(pods), s.App.Name, len(f.codes))
	}
	pods = pods[:len(f.codes)]
	code := map[string]string{}
	said := make([]string, len(pods))
	for i, pod := range pods {
		code[pod.Name] = strconv.Itoa(f.codes[i])
		said[i] = pod.Name + "=" + code[pod.Name]
	}
	err = s.Deed("/live answers "+strings.Join(said, " "), names(pods), func() error {
		return each(pods, func(pod corev1.Pod) error {
			return s.Knob(ctx, pod.Name, workloads.KnobLiveCode, code[pod.Name])
		})
	})
	if err != nil {
		return err
	}
	for _, pod := range pods {
		s.Look(ctx, pod.Name, web.Live)
		if err := s.UntilApp(ctx, []string{pod.Name}, history.AppProbe, history.AttrPath, web.Live, history.AttrCode, code[pod.Name]); err != nil {
			return err
		}
	}
	return nil
}
