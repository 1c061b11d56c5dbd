package judge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/model"
)

// A life is one run of a pod's process, as its own log tells it: from a line
// AppStart to the next.
type life struct {
	n           int // 1: the first in its pod
	start, next time.Duration
	lines       []history.Interval // of the log, its start included
}

// lives are those of a pod, in order. An error says that its log tells of none.
func (s *scene) lives(p pod) ([]life, error) {
	var all []life
	for _, i := range s.intervals(history.SourceApp, p.name) {
		if i.From >= s.end {
			break
		}
		if i.State == history.AppStart {
			if n := len(all); n > 0 {
				all[n-1].next = i.From
			}
			all = append(all, life{n: len(all) + 1, start: i.From, next: history.Open})
		}
		if n := len(all); n > 0 {
			all[n-1].lines = append(all[n-1].lines, i)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("the log of pod %s does not say when it started", p.name)
	}
	return all, nil
}

// at is when the log first has the state.
func (l life) at(state string) (t time.Duration, ok bool) {
	i, ok := first(l.lines, 0, inState(state))
	return i.From, ok
}

// A wrong is a trouble of the app's for as long as it lasted.
type wrong struct {
	model.Trouble
	from, to time.Duration
}

func (w wrong) String() string { return strings.TrimSpace(w.What + " " + w.Value) }

// wrongs are the troubles that the log tells of, in order. The turn of a knob ends
// what an earlier turn of it began.
func (l life) wrongs() []wrong {
	var all []wrong
	for _, i := range l.lines {
		switch i.State {
		case history.AppStuck:
			all = append(all, wrong{model.Trouble{What: model.Stuck}, i.From, history.Open})
		case history.AppKnob:
			what := i.Attrs["knob"]
			for n := range all {
				if all[n].What == what {
					all[n].to = min(all[n].to, i.From)
				}
			}
			w := wrong{model.Trouble{What: what, Value: i.Attrs["value"]}, i.From, history.Open}
			if lasts := w.Lasts(); lasts != model.Forever {
				w.to = i.From + lasts
			}
			all = append(all, w)
		}
	}
	return all
}

// noticed is the first trouble of the life that a probe notices, and how it fails of it.
func (l life) noticed(p *model.Probe, c *model.Container) (wrong, model.Failing, bool) {
	for _, w := range l.wrongs() {
		if how, ok := model.Notices(p, c, w.Trouble); ok && w.to > w.from {
			return w, how, true
		}
	}
	return wrong{}, 0, false
}

// asked are the lines of the log about a probe, in the order of their arrival.
func (l life) asked(p *model.Probe) []history.Interval {
	return slices.DeleteFunc(slices.Clone(l.lines), func(i history.Interval) bool {
		return i.State != history.AppProbe || !isOf(p, i)
	})
}

// isOf reports whether a line of an app's log is about that probe.
func isOf(p *model.Probe, i history.Interval) bool {
	kind, path := i.Attrs[history.AttrKind], i.Attrs[history.AttrPath]
	switch {
	case p.HTTPGet != nil:
		return kind == history.ProbeKubelet && path == p.HTTPGet.Path
	case p.GRPC != nil:
		return kind == history.ProbeKubelet && strings.HasPrefix(path, "/grpc.health.")
	case p.Exec != nil:
		return kind == history.ProbeExec && slices.Contains(p.Exec.Command, path)
	}
	return p.TCPSocket != nil && kind == history.ProbeTCP
}

// failed are those that were not answered well, from one instant to another.
func failed(asked []history.Interval, from, to time.Duration) []history.Interval {
	return slices.DeleteFunc(slices.Clone(asked), func(i history.Interval) bool {
		return i.Answered() || i.From < from || i.From > to
	})
}

// took is how long a probe had to wait for its answer, or waited in vain.
func took(i history.Interval) time.Duration {
	n, _ := strconv.Atoi(i.Attrs[history.AttrMillis])
	return time.Duration(n) * time.Millisecond
}

// ended is when the life that was told to stop had ended.
func (s *scene) ended(p pod, l life, told time.Duration) (time.Duration, bool) {
	if t, ok := l.at(history.AppExit); ok {
		return t, true
	}
	t, ok := s.exit(p, told)
	return t, ok && t <= l.next
}

// thenRestarted adds to the finding about a life that its probe ended whether the
// next one began in time. before is when the life before it had ended.
func (s *scene) thenRestarted(f Finding, p pod, l life, told, before time.Duration) Finding {
	end, ok := s.ended(p, l, told)
	if !ok {
		return f
	}
	w := s.w.RestartedAfterKill(p.node, l.n, end-before)
	switch {
	case l.next == history.Open && s.end-end <= w.To:
		return f // there was no time for it
	case l.next == history.Open:
		f.Status, f.Got = Fail, f.Got+", never restarted"
	default:
		g := timed(w, instant(end), l.next, "restarted")
		if g.Status == Fail {
			f.Status = Fail
		}
		f.Got += ", restarted after " + short(l.next-end)
	}
	f.LimitFrom += "; " + w.Reasons()
	return f
}

// of is what the objects say about a pod.
func (s *scene) of(p pod) (*model.PodSpec, *model.Container, error) {
	spec := s.w.Spec(p.name, p.owner)
	if c := model.Serving(spec); c != nil {
		return spec, c, nil
	}
	return nil, nil, fmt.Errorf("the objects say nothing about pod %s", p.name)
}

// named are the pods of these names; without names, those that there were at the deed.
func (s *scene) named(names []string) ([]pod, error) {
	if len(names) == 0 {
		return s.podsAt(s.deed.Earliest), nil
	}
	var all []pod
	for _, name := range names {
		n := slices.IndexFunc(s.pods(), func(p pod) bool { return p.name == name })
		if n < 0 {
			return nil, fmt.Errorf("the record has no pod %s", name)
		}
		all = append(all, s.pods()[n])
	}
	return all, nil
}
