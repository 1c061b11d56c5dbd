package reports

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// takeRoutes puts to each pod when the node that the load comes from led connections to
// it: what the API calls an endpoint is none for the kernel before, and still is one after.
func (w *weaver) takeRoutes(h *history.History) {
	changes := slices.DeleteFunc(slices.Clone(h.Intervals), func(i history.Interval) bool {
		return i.Source != history.SourceRoute || !strings.HasPrefix(i.Attrs[history.AttrService], h.Meta.Namespace+"/")
	})
	slices.SortStableFunc(changes, func(a, b history.Interval) int { return int(a.From - b.From) })
	ports, since := map[string][]string{}, map[string]history.Interval{}
	for _, i := range changes {
		ports[i.Subject+" "+i.Attrs[history.AttrService]] = strings.Fields(i.State)
		now := slices.Concat(slices.Collect(maps.Values(ports))...)
		for address, began := range since {
			if !slices.Contains(now, address) {
				w.routed(h, address, began, i.From)
				delete(since, address)
			}
		}
		for _, address := range now {
			if _, known := since[address]; !known {
				since[address] = i
			}
		}
	}
	for address, began := range since {
		w.routed(h, address, began, history.Open)
	}
}

// routed notes that a node led connections to an address for a while. Whose it was the
// API's endpoints say: it goes to the next pod when one is gone.
func (w *weaver) routed(h *history.History, address string, began history.Interval, to time.Duration) {
	var owner string
	var latest time.Duration
	for _, i := range h.Intervals {
		if i.Source == history.SourceEndpoint && i.Attrs[history.AttrAddress] == address && i.From <= began.From+history.RouteSlack && i.From >= latest {
			owner, latest = i.Subject, i.From
		}
	}
	if p := w.pods[owner]; p != nil {
		p.Routed = append(p.Routed, spellOf(history.Interval{State: "routed", From: began.From, To: to, Detail: "by the kernel of " + began.Subject}))
	}
}
