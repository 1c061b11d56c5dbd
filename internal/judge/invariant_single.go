package judge

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// A stay is the time for which a container ran, by its runtime's own word.
type stay struct {
	id       string
	from, to time.Duration
}

// keepsSingle: of a StatefulSet's ordinal no second pod runs while the first still does.
// The API cannot show it, for it has one pod of a name at a time; the runtimes can.
func (s *scene) keepsSingle() Finding {
	const want = "no second pod of a StatefulSet's ordinal while the first still runs, but for 1s"
	of := map[string][]pod{}
	for _, p := range s.pods() {
		if strings.HasPrefix(p.owner, "StatefulSet/") {
			of[p.name] = append(of[p.name], p)
		}
	}
	n := 0
	var broken []string
	for _, name := range slices.Sorted(maps.Keys(of)) {
		for at := 1; at < len(of[name]); at++ {
			both, known := s.together(of[name][at-1], of[name][at])
			if !known {
				continue
			}
			n++
			if both.to-both.from > watchSlack {
				broken = append(broken, fmt.Sprintf("two pods %s ran at once %s", name, both))
			}
		}
	}
	return kept(want, n, "pods made anew", broken, "controller/statefulset/stateful_set_control.go; a pod is gone when its kubelet says that its containers have ended")
}

// together is the longest span in which a container of either pod ran. It is not known
// where a runtime was out of sight, or where the first pod may have been deleted by
// force, which promises nothing.
func (s *scene) together(was, is pod) (both span, known bool) {
	if s.unseen(was.to, history.SourcePod, history.SourceContainer) || s.forced(was) {
		return span{}, false
	}
	for _, b := range s.stays(is) {
		for _, a := range s.stays(was) {
			if a.to == history.Open && s.blindOn(was.node, a.from) || b.to == history.Open && s.blindOn(is.node, b.from) {
				return span{}, false
			}
			known = true
			if o := (span{max(a.from, b.from), min(a.to, b.to, s.end)}); o.to-o.from > both.to-both.from {
				both = o
			}
		}
	}
	return both, known
}

// stays are those of the pod's containers whose start a runtime told of.
func (s *scene) stays(p pod) []stay {
	ours := map[string]bool{}
	for _, i := range s.containers(p) {
		ours[i.Attrs[history.AttrContainerID]] = true
	}
	delete(ours, "")
	var all []stay
	for _, i := range s.intervals(history.SourceRuntime, "") {
		id := i.Attrs[history.AttrContainerID]
		switch n := slices.IndexFunc(all, func(a stay) bool { return a.id == id }); {
		case !ours[id]:
		case i.State == "start" && n < 0:
			all = append(all, stay{id, i.From, history.Open})
		case (i.State == "exit" || i.State == "delete") && n >= 0:
			all[n].to = min(all[n].to, i.From)
		}
	}
	return all
}

// blindOn reports whether the node's runtime was out of sight at t or later: the end of
// what began then may not have been told.
func (s *scene) blindOn(node string, t time.Duration) bool {
	return slices.ContainsFunc(s.h.Gaps, func(g history.Interval) bool {
		return g.Source == history.SourceRuntime && (g.Subject == node || g.Subject == "") && g.To > t-watchSlack && g.From < s.end
	})
}

// forced reports whether somebody may have taken the pod out of the API by force: a deed
// was done to it or to its node, and it went while the API still called one of its
// containers running. A kubelet says that they have ended before it lets a pod go.
func (s *scene) forced(p pod) bool {
	return s.struck(p) && slices.ContainsFunc(s.containers(p), func(i history.Interval) bool {
		return i.State == "running" && i.To >= p.to
	})
}
