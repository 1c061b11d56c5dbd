package judge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// RestartedBy expects that a probe ("liveness" or "startup") restarted the
// container of every pod that was harmed: decided inside the window that begins
// at the app's own "stuck" line, in the same pod, exactly once, and ready again in time.
func RestartedBy(probe string) Expectation {
	return expectation{"restarted-by-" + probe, func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		harmed := slices.DeleteFunc(hit, func(p pod) bool { return !slices.ContainsFunc(s.harmed(), p.is) })
		return each(harmed, func(p pod) (Finding, error) { return s.restartedBy(probe, p) })
	}}
}

func (p pod) is(o pod) bool { return p.name == o.name && p.uid == o.uid }

// trouble is when the app itself says that it turned bad, and how it fails since.
func (s *scene) trouble(p pod) (time.Duration, model.Failing, error) {
	if stuck := s.app(p, history.AppStuck, s.deed.Earliest-logSlack); len(stuck) > 0 {
		return stuck[0].From, model.Hanging, nil
	}
	for _, name := range []string{"live-code", "ready-file", "ready-code", "unready", "fail-business", "catch-oom"} {
		if i, ok := s.knob(p, name); ok {
			return i.From, model.AtOnce, nil
		}
	}
	return 0, 0, fmt.Errorf("the log of pod %s does not say when it turned bad", p.name)
}

func (s *scene) restartedBy(probe string, p pod) (Finding, error) {
	bad, how, err := s.trouble(p)
	if err != nil {
		return Finding{}, err
	}
	restarts, err := s.restarted(p, bad, s.end)
	if err != nil {
		return Finding{}, err
	}
	spec := s.w.Spec(p.name, p.owner)
	c := model.Serving(spec)
	if c == nil {
		return Finding{}, fmt.Errorf("the objects say nothing about pod %s", p.name)
	}
	asked, why := c.LivenessProbe, model.LivenessFailed
	if probe == "startup" {
		asked, why = c.StartupProbe, model.StartupFailed
	}
	if asked == nil && restarts > 0 {
		return Finding{}, fmt.Errorf("pod %s has no %s probe, and was restarted %d times", p.name, probe, restarts)
	}
	if asked == nil {
		return found(false, "restarted by "+probe, fmt.Sprintf("it has no %s probe; %d restarts", probe, restarts), "the pod's spec"), nil
	}
	decision := model.Decision(asked, how)
	if restarts == 0 {
		return never(decision, "decision to restart", "never restarted"), nil
	}
	f, ended := s.decided(p, spec, c, decision, why, bad)
	if restarts != 1 {
		f.Status, f.Got = Fail, f.Got+fmt.Sprintf("; %d restarts, want 1", restarts)
	}
	return s.backAgain(f, p, c, ended), nil
}

// decided finds the decision in the best evidence there is: SIGTERM in the app's
// own log, the exit that the node's runtime saw, or the pod's status. It
// returns when the container ended as well.
func (s *scene) decided(p pod, spec *model.PodSpec, c *model.Container, decision model.Window, why model.KillReason, bad time.Duration) (Finding, time.Duration) {
	exit, exited := s.exit(p, bad)
	if terms := s.app(p, history.AppSIGTERM, bad); len(terms) > 0 {
		term := terms[0].From
		f := timed(decision.Plus(model.Terminated(spec, c, why)), instant(bad), term, "SIGTERM")
		if exited {
			stop := model.Stopped(spec, c, why)
			g := timed(model.Between(0, stop.To, stop.Because...), instant(term), exit, "container ended")
			if g.Status == Fail {
				f.Status = Fail
			}
			f.Want, f.Got, f.LimitFrom = f.Want+", "+g.Want, f.Got+", "+g.Got, f.LimitFrom+"; "+g.LimitFrom
		}
		if !exited {
			exit = s.gone(p, term)
		}
		return f, max(term, exit)
	}
	stopped := decision.Plus(model.Stopped(spec, c, why))
	if exited {
		return timed(stopped, instant(bad), exit, "container ended"), exit
	}
	again, _ := first(s.containers(p), bad, inState("running"))
	return timed(stopped.Plus(s.w.RestartedAfterKill(p.node, 1, 0)), instant(bad), again.From, "container running again"), again.From
}

// exit is when the node's runtime saw a container of the pod end.
func (s *scene) exit(p pod, from time.Duration) (time.Duration, bool) {
	return s.runtimeSaw(p, "exit", from)
}

// runtimeSaw is when the node's runtime saw a container of the pod start, or end. It knows
// containers, not pods.
func (s *scene) runtimeSaw(p pod, state string, from time.Duration) (time.Duration, bool) {
	ours := map[string]bool{}
	for _, i := range s.containers(p) {
		ours[i.Attrs[history.AttrContainerID]] = true
	}
	delete(ours, "")
	i, ok := first(s.intervals(history.SourceRuntime, ""), from, func(i history.Interval) bool {
		return i.State == state && ours[i.Attrs[history.AttrContainerID]]
	})
	return i.From, ok
}

// gone is when the pod's status first told that its container had ended.
func (s *scene) gone(p pod, from time.Duration) time.Duration {
	i, _ := first(s.containers(p), from, func(history.Interval) bool { return true })
	return i.From
}

// backAgain adds whether the pod was ready again in time after its container ended.
func (s *scene) backAgain(f Finding, p pod, c *model.Container, ended time.Duration) Finding {
	w := s.w.RestartedAfterKill(p.node, 1, 0).Plus(model.Started(c, model.Boot(c)))
	spells := s.spells(history.SourceReady, p.name)
	n := slices.IndexFunc(spells, func(i history.Interval) bool { return i.At(s.end) && i.State == "True" && sameUID(i, p) })
	if n < 0 {
		f.Status, f.Got = Fail, f.Got+", not ready again"
		return f
	}
	if back := max(spells[n].From, ended); back-ended > w.To {
		f.Status = Fail
		f.Got += fmt.Sprintf(", ready again only %s after it ended (want %s)", short(back-ended), w.Range())
	} else {
		f.Got += ", ready again " + short(back-ended) + " after it ended"
	}
	return f
}

// oomKilled is how a runtime calls the end of a container that took too much memory.
const oomKilled = "OOMKilled"

// OOMKilled expects that the kernel killed the container of every pod hit for
// its memory, and that it was restarted in the same pod. The status says so by reason
// OOMKilled and exit code 137; where the runtime missed it (see observe.KernelLog) the
// reason is Error, and the kernel's own log says it.
func OOMKilled() Expectation {
	return expectation{"oom-killed", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.oomKilled)
	}}
}

func (s *scene) oomKilled(p pod) (Finding, error) {
	restarts, err := s.restarted(p, s.deed.Earliest, s.end)
	if err != nil {
		return Finding{}, err
	}
	reason, code, when, killed := "", "", time.Duration(0), s.killed(p)
	for _, i := range s.containers(p) {
		if i.To < s.deed.Earliest || i.From > s.end {
			continue
		}
		r, e := i.Attrs[history.AttrReason], i.Attrs[history.AttrExitCode]
		if i.State != "terminated" {
			r, e = i.Attrs[history.AttrLastReason], i.Attrs[history.AttrLastExit]
		}
		if r != "" && reason != oomKilled {
			reason, code, when = r, e, i.From
		}
	}
	ok := (reason == oomKilled || killed) && code == "137" && restarts == 1
	got := fmt.Sprintf("reason %s, exit code %s, seen at %s, %d restarts in the same pod",
		cmp.Or(reason, "none"), cmp.Or(code, "none"), offset(when), restarts)
	if killed {
		got += "; the kernel's log has it"
	}
	return found(ok, "killed for its memory (reason OOMKilled, or the kernel's log), exit code 137, 1 restart in the same pod", got,
		"the container's memory limit; restartPolicy (kubelet/kuberuntime)").counted(restarts), nil
}

// killed reports whether the kernel's log says since the deed that it killed a
// container of the pod for its memory.
func (s *scene) killed(p pod) bool {
	_, ok := first(s.intervals(history.SourceKernel, ""), s.deed.Earliest, func(i history.Interval) bool {
		return i.State == history.KernelOOM && i.Attrs[history.AttrUID] == p.uid && i.From < s.end
	})
	return ok
}

// NoRestart expects that no container of any pod that there was at the deed was
// restarted, and that none of these pods went.
func NoRestart() Expectation {
	return expectation{"no-restart", func(s *scene) (Finding, error) { return s.untouched(s.podsAt(s.deed.Earliest)) }}
}

// OthersUntouched expects that the pods which the deed was not done to are still
// the same at the end, and none of their containers was restarted.
func OthersUntouched() Expectation {
	return expectation{"others-untouched", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		others := slices.DeleteFunc(s.podsAt(s.deed.Earliest), func(p pod) bool { return slices.ContainsFunc(hit, p.is) })
		return s.untouched(others)
	}}
}

// CompanionsUntouched expects that pods of other apps on the nodes of those which the deed
// was done to are still the same at the end, and none of their containers was restarted.
// There must be such pods.
func CompanionsUntouched() Expectation {
	return expectation{"companions-untouched", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		companions := slices.DeleteFunc(s.podsAt(s.deed.Earliest), func(p pod) bool {
			return !slices.ContainsFunc(hit, func(h pod) bool { return h.node == p.node && h.owner != p.owner })
		})
		return s.untouched(companions)
	}}
}

// untouched judges that nothing became of the pods, and counts restarts and pods that went.
func (s *scene) untouched(pods []pod) (Finding, error) {
	if len(pods) == 0 {
		return Finding{}, fmt.Errorf("the record has no pod to compare")
	}
	var wrong []string
	all := 0
	for _, p := range pods {
		restarts, err := s.restarted(p, s.deed.Earliest, s.end)
		if err != nil {
			return Finding{}, err
		}
		all += restarts
		if restarts != 0 {
			wrong = append(wrong, fmt.Sprintf("%s restarted %d times", p.name, restarts))
		}
		if p.leaving < s.end || p.to < s.end {
			all++
			wrong = append(wrong, fmt.Sprintf("%s gone at %s", p.name, offset(min(p.leaving, p.to))))
		}
	}
	got := fmt.Sprintf("%d pods, none touched", len(pods))
	if len(wrong) > 0 {
		got = strings.Join(wrong, "; ")
	}
	return found(len(wrong) == 0, "no restart and no other pod", got, "nothing was done to them").counted(all), nil
}
