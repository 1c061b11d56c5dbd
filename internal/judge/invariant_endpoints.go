package judge

import (
	"fmt"
	"slices"

	"github.com/seatrial/seatrial/internal/history"
)

// keepsToEndpoints: a new connection reaches a pod only while, or shortly after,
// it is a ready endpoint, or one that still serves while it terminates. Pods
// that were never seen as endpoints belong to no Service that was watched.
func (s *scene) keepsToEndpoints() Finding {
	limit := s.w.Propagated()
	want := fmt.Sprintf("no new connection to a pod later than %s after it ceased to be a ready endpoint", short(limit.To))
	serving := s.servingSpans()
	in := s.counted()
	var broken []string
	n := 0
	for _, x := range s.fresh(in.from, in.to) {
		spans, known := serving[x.Pod]
		if x.Pod == "" || !known || s.unseen(x.Sent, history.SourceEndpoint) || s.unseen(x.Sent-limit.To, history.SourceEndpoint) {
			continue
		}
		n++
		if !slices.ContainsFunc(spans, func(e span) bool { return e.from <= x.Sent+watchSlack && e.to >= x.Sent-limit.To }) {
			broken = append(broken, fmt.Sprintf("%s answered a new connection at %s", x.Pod, offset(x.Sent)))
		}
	}
	return kept(want, n, "connections", broken, limit.Reasons())
}

// servingSpans are the spans in which each pod was an endpoint that gets new connections.
func (s *scene) servingSpans() map[string][]span {
	all := map[string][]span{}
	for _, i := range s.intervals(history.SourceEndpoint, "") {
		spans := all[i.Subject]
		if i.State == "ready" || i.State == "serving" {
			spans = append(spans, span{i.From, i.To})
		}
		all[i.Subject] = spans
	}
	return all
}
