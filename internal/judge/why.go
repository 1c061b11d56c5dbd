package judge

import (
	"fmt"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// whyNotReady says of each of the Deployment's pods that is not ready at the end
// what is known of the reason: what the API says it waits for, and the last probe
// that it did not answer well. "" if all are ready.
//
//	; web-9f-x: the pod is Running, web-9f-x/web waiting CrashLoopBackOff
//	; web-9f-x: the pod is Running, web-9f-x/web running, its probe of /ready was answered 503
func (s *scene) whyNotReady(d *model.Deployment) string {
	var all []string
	for _, p := range s.podsAt(s.end) {
		if name, _ := s.deploymentOf(p); name != d.Name || s.readyAt(p, s.end) {
			continue
		}
		why := p.name + ": " + s.stateOf(p)
		if probe, ok := s.lastBadProbe(p); ok {
			why += fmt.Sprintf(", its probe of %s was answered %s", probe.Attrs[history.AttrPath], probe.Attrs[history.AttrCode])
		}
		all = append(all, why)
	}
	if len(all) == 0 {
		return ""
	}
	return "; " + strings.TrimSpace(few(all))
}

// lastBadProbe is the last probe of the pod that it did not answer well.
func (s *scene) lastBadProbe(p pod) (last history.Interval, ok bool) {
	for _, i := range s.app(p, history.AppProbe, p.from) {
		if tells(i) && i.From < s.end {
			last, ok = i, true
		}
	}
	return last, ok
}
