package judge

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// LivenessAsModelled expects of every run of every pod's process that the liveness
// probe ended it where the pod's own log says that something went wrong which such
// a probe notices: after as many failures as the threshold says, inside the window,
// and started again in time. What the probe does not notice, and what is well, is
// left alone. Without names the pods that there were at the deed are judged. A record in
// which it ended nothing, or had no time to end what it noticed, proves nothing.
func LivenessAsModelled(pods ...string) Expectation {
	return expectation{"liveness-as-modelled", func(s *scene) (Finding, error) {
		judged, err := s.named(pods)
		if err != nil {
			return Finding{}, err
		}
		f, err := each(judged, s.livenessOf)
		if err == nil && f.Status == Pass {
			err = s.livenessShown(judged)
		}
		f.Want = "liveness ends what it notices, inside its window, and nothing else"
		return f, err
	}}
}

// livenessShown says why the record does not show that the probe ends what it notices.
func (s *scene) livenessShown(pods []pod) error {
	total := 0
	for _, p := range pods {
		_, c, err := s.of(p)
		if err != nil {
			return err
		}
		lives, err := s.lives(p)
		if err != nil {
			return err
		}
		noticed, ended := 0, 0
		for _, l := range lives {
			if _, _, notices := l.noticed(c.LivenessProbe, c); !notices {
				continue
			}
			noticed++
			if term, told := l.at(history.AppSIGTERM); told && term < p.leaving {
				ended++
			}
		}
		if noticed > 0 && ended == 0 {
			return fmt.Errorf("pod %s was in trouble for too short a time for its liveness probe to end it", p.name)
		}
		total += ended
	}
	if total == 0 {
		return fmt.Errorf("no liveness probe had anything to notice")
	}
	return nil
}

func (s *scene) livenessOf(p pod) (Finding, error) {
	spec, c, err := s.of(p)
	if err != nil {
		return Finding{}, err
	}
	if c.LivenessProbe == nil {
		return found(false, "judged by liveness", "it has no liveness probe", "the pod's spec"), nil
	}
	lives, err := s.lives(p)
	if err != nil {
		return Finding{}, err
	}
	var all []Finding
	before := time.Duration(0)
	for _, l := range lives {
		f := s.livenessIn(p, spec, c, l, before)
		f.Got = fmt.Sprintf("run %d %s", l.n, f.Got)
		all = append(all, f)
		told, _ := l.at(history.AppSIGTERM)
		if end, ok := s.ended(p, l, told); ok {
			before = end
		}
	}
	f := together(all)
	f.Got += s.told(p)
	return f, nil
}

func (s *scene) livenessIn(p pod, spec *model.PodSpec, c *model.Container, l life, before time.Duration) Finding {
	bad, how, notices := l.noticed(c.LivenessProbe, c)
	term, told := l.at(history.AppSIGTERM)
	told = told && term < p.leaving // else it was deleted
	if !notices {
		return leftAlone(p, l, told)
	}
	w := model.Decision(c.LivenessProbe, how).Plus(model.Terminated(spec, c, model.LivenessFailed))
	if !told {
		if min(bad.to, s.end)-bad.from <= w.To {
			return found(true, "SIGTERM after "+w.Range(), fmt.Sprintf("%s, not for long enough to be ended", bad), w.Reasons())
		}
		return never(w, "SIGTERM", fmt.Sprintf("%s, never told to stop", bad))
	}
	f := timed(w, instant(bad.from), term, "SIGTERM")
	f.Got = fmt.Sprintf("%s: %s", bad, f.Got)
	f = counted(f, l, c, bad, term)
	return s.thenRestarted(f, p, l, term, before)
}

// leftAlone is the finding about a life in which liveness had nothing to notice.
func leftAlone(p pod, l life, told bool) Finding {
	const want = "left alone"
	from := "the liveness probe passes"
	var said []string
	for _, w := range l.wrongs() {
		said = append(said, w.String())
	}
	unnoticed := "well"
	if len(said) > 0 {
		unnoticed = strings.Join(said, ", ") + ", which this probe does not notice"
		from = "what such a probe asks (kubelet/prober/prober.go runProbe)"
	}
	switch {
	case told:
		return found(false, want, unnoticed+", and told to stop", from)
	case l.next != history.Open && l.next < p.leaving:
		return found(false, want, unnoticed+", and ended by itself", from)
	}
	return found(true, want, unnoticed+", left alone", from)
}

// counted adds how many failures the app saw until it was told to stop: as many as
// the threshold says. Those of a port that is closed, or jammed, nobody sees; a
// command that looks may not come to say so.
func counted(f Finding, l life, c *model.Container, bad wrong, term time.Duration) Finding {
	p := c.LivenessProbe
	if p.TCPSocket != nil || bad.What == "port" || shares(p, c.ReadinessProbe) || shares(p, c.StartupProbe) {
		return f
	}
	timeout := time.Duration(p.TimeoutSeconds) * time.Second
	n, want := len(failed(l.asked(p), bad.from-timeout, term)), int(p.FailureThreshold)
	f.Got += fmt.Sprintf(", %d failures counted", n)
	if n > want || n < want && p.Exec == nil {
		f.Status = Fail
		f.Got += fmt.Sprintf(" (want %d)", want)
	}
	return f
}

// shares reports whether another probe asks the same, so that the app cannot tell
// them apart.
func shares(p, other *model.Probe) bool {
	return other != nil && p.HTTPGet != nil && other.HTTPGet != nil && p.HTTPGet.Path == other.HTTPGet.Path ||
		other != nil && p.Exec != nil && other.Exec != nil
}

// told is what Event objects said of the pod's liveness, for people: they are
// aggregated and rate-limited, and nothing is judged by them.
func (s *scene) told(p pod) string {
	count := map[string]int{}
	for _, i := range s.intervals(history.SourceEvent, "Pod/"+p.name) {
		message := i.Attrs[history.AttrMessage]
		if i.State == "Killing" || i.State == "Unhealthy" && strings.HasPrefix(message, "Liveness") {
			n, _ := strconv.Atoi(i.Attrs["count"])
			count[i.State+" "+message] = max(count[i.State+" "+message], n)
		}
	}
	sum := map[string]int{}
	for what, n := range count {
		reason, _, _ := strings.Cut(what, " ")
		sum[reason] += n
	}
	if len(sum) == 0 {
		return ""
	}
	return fmt.Sprintf(" (events: Unhealthy %d, Killing %d)", sum["Unhealthy"], sum["Killing"])
}
