package judge

import (
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// turning is an instant at which a Service began, or ceased, to send its traffic to a pod,
// as the API says it.
type turning struct {
	at               time.Duration
	in               bool
	service, address string
}

// turnings lists them for a pod.
func (s *scene) turnings(p pod) []turning {
	var all []turning
	in := false
	for _, i := range s.spells(history.SourceEndpoint, p.name) {
		if !sameUID(i, p) {
			continue
		}
		t := turning{i.From, i.State == "ready", i.Attrs[history.AttrService], i.Attrs[history.AttrAddress]}
		if t.in || in {
			all, in = append(all, t), t.in
		}
		if in && i.To != history.Open {
			t.at, t.in = i.To, false
			all = append(all, t)
		}
	}
	return all
}

// endpointOf lists what the API said of the pod as an endpoint, and when the node that the
// load comes from had followed.
func (s *scene) endpointOf(p pod) []observation {
	turns := s.turnings(p)
	var all []observation
	for n, t := range turns {
		is, leads := "is no endpoint", "lead no longer to "+p.name
		if t.in {
			is, leads = "is an endpoint", "lead to "+p.name
		}
		all = append(all, observation{at: t.at, what: "the API: " + p.name + " " + is, wait: "until it " + is, then: untilRoutes})
		until := s.end
		if n+1 < len(turns) {
			until = turns[n+1].at
		}
		if i, ok := s.followed(t, until); ok {
			all = append(all, observation{at: max(i.From, t.at), what: "the routes of " + i.Subject + " " + leads, wait: untilRoutes, then: untilTaken})
		}
	}
	return all
}

// followed is when a node's routes to the Service followed the API: they had the address, or
// had it no longer, and before they had not so. Nothing is known of them while their sensor
// was blind, and of the routes by which a pod reaches the Service: it is its own node's that
// count, and another one's that are watched.
func (s *scene) followed(t turning, until time.Duration) (history.Interval, bool) {
	if t.address == "" || s.fromPod() {
		return history.Interval{}, false
	}
	to := s.h.Meta.Namespace + "/" + t.service + "/"
	since := map[string]bool{} // whether the routes of a port agreed with the API when last heard of
	for _, i := range s.intervals(history.SourceRoute, "") {
		port := i.Attrs[history.AttrService]
		if i.From >= until || !strings.HasPrefix(port, to) {
			continue
		}
		agrees := slices.Contains(strings.Fields(i.State), t.address) == t.in
		if agrees && !since[port] && i.From >= t.at-history.RouteSlack {
			return i, !s.blind(history.SourceRoute, t.at, i.From)
		}
		since[port] = agrees
	}
	return history.Interval{}, false
}

// fromPod reports whether the load came from a pod, ours or another.
func (s *scene) fromPod() bool {
	return slices.ContainsFunc(s.h.Meta.Load, func(p history.LanePlan) bool { return p.Via == history.ViaPod || p.Via == history.ViaAgent })
}

// blind reports whether a sensor was, at any time between the two.
func (s *scene) blind(source string, from, to time.Duration) bool {
	return slices.ContainsFunc(s.h.Gaps, func(g history.Interval) bool { return g.Source == source && g.Overlaps(from, to) })
}
