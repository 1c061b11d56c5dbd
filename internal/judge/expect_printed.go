package judge

import (
	"fmt"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// ReadyAsModelled expects that the pods of these names were ready inside the window
// that begins with the start of their process. Without names the pods that there
// were at the deed are judged.
func ReadyAsModelled(pods ...string) Expectation {
	return expectation{"ready-as-modelled", func(s *scene) (Finding, error) {
		judged, err := s.named(pods)
		if err != nil {
			return Finding{}, err
		}
		return each(judged, func(p pod) (Finding, error) {
			_, c, err := s.of(p)
			if err != nil {
				return Finding{}, err
			}
			lives, err := s.lives(p)
			if err != nil {
				return Finding{}, err
			}
			if len(s.intervals(history.SourceReady, p.name)) == 0 {
				return Finding{}, fmt.Errorf("the record does not say when pod %s was ready", p.name)
			}
			w := model.Started(c, model.Boot(c)).Early(time.Second, "the container was started a moment before its process could say so")
			ready, ok := s.ready(p, lives[0].start)
			if !ok || ready >= s.end {
				return never(w, "ready", "never ready"), nil
			}
			return timed(w, instant(lives[0].start), ready, "ready"), nil
		})
	}}
}

// HeaderArrives expects that every probe of these pods brought the header that its
// manifest asks for, by the app's own log.
func HeaderArrives(pods ...string) Expectation {
	return expectation{"header-arrives", func(s *scene) (Finding, error) {
		judged, err := s.named(pods)
		if err != nil {
			return Finding{}, err
		}
		return each(judged, s.headerArrives)
	}}
}

func (s *scene) headerArrives(p pod) (Finding, error) {
	_, c, err := s.of(p)
	if err != nil {
		return Finding{}, err
	}
	if c.LivenessProbe == nil || c.LivenessProbe.HTTPGet == nil || len(c.LivenessProbe.HTTPGet.HTTPHeaders) == 0 {
		return Finding{}, fmt.Errorf("the liveness probe of pod %s asks for no header", p.name)
	}
	lives, err := s.lives(p)
	if err != nil {
		return Finding{}, err
	}
	header := c.LivenessProbe.HTTPGet.HTTPHeaders[0]
	n, without := 0, 0
	for _, l := range lives {
		for _, i := range l.asked(c.LivenessProbe) {
			n++
			if i.Attrs[history.AttrHeader] != header.Value {
				without++
			}
		}
	}
	if n == 0 {
		return Finding{}, fmt.Errorf("the log of pod %s has no liveness probe", p.name)
	}
	return found(without == 0, fmt.Sprintf("%s: %s with every probe", header.Name, header.Value),
		fmt.Sprintf("%d probes, %d of them without it", n, without), "httpGet.httpHeaders (probe/http/request.go)"), nil
}

// CrashLoops expects that the containers of these pods end by themselves again and
// again, with a pause between that their status calls CrashLoopBackOff.
func CrashLoops(pods ...string) Expectation {
	return expectation{"crash-loops", func(s *scene) (Finding, error) {
		judged, err := s.named(pods)
		if err != nil {
			return Finding{}, err
		}
		return each(judged, s.crashLoops)
	}}
}

func (s *scene) crashLoops(p pod) (Finding, error) {
	n, err := s.restarts(p, s.end)
	if err != nil {
		return Finding{}, err
	}
	code, pauses := "", 0
	for _, i := range s.containers(p) {
		if i.State == "waiting" && i.Attrs[history.AttrReason] == "CrashLoopBackOff" && i.From < s.end {
			pauses++
		}
		for _, attr := range []string{history.AttrExitCode, history.AttrLastExit} {
			if v := i.Attrs[attr]; v != "" {
				code = v
			}
		}
	}
	return found(n >= 2 && pauses > 0 && code != "" && code != "0", "ended by an error and restarted, twice at least, CrashLoopBackOff between",
		fmt.Sprintf("%d restarts, exit code %q, %d times in CrashLoopBackOff", n, code, pauses),
		"restartPolicy Always (kubelet/kuberuntime/kuberuntime_manager.go doBackOff)").counted(n), nil
}
