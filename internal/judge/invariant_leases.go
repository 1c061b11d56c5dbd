package judge

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// statusUnknown is the reason that the node controller gives for what it says of a node
// that is silent (controller/nodelifecycle/node_lifecycle_controller.go).
const statusUnknown = "NodeStatusUnknown"

// keepsLeases: the node controller calls a node Unknown once its lease was not renewed
// for the grace period, and never before; and no silent node stays Ready, unless the
// fault is of the control plane, which then may not have looked. A fault that keeps the
// API server from answering in time keeps it from telling of renewals in time, too.
func (s *scene) keepsLeases() Finding {
	const want = "a node is called Unknown when its lease was not renewed for the grace period, and only then"
	n, broken := 0, []string(nil)
	if slices.Contains(s.h.Meta.Blinds, history.SourceLease) {
		return kept(want, n, "silences", broken, "")
	}
	renewals := map[string][]history.Interval{}
	for _, i := range s.intervals(history.SourceLease, "") {
		renewals[i.Subject] = append(renewals[i.Subject], i)
	}
	for _, node := range slices.Sorted(maps.Keys(renewals)) {
		checked, wrong := s.calledTooEarly(node, renewals[node])
		n, broken = n+checked, append(broken, wrong...)
		if !strings.HasPrefix(s.h.Meta.Fault, "controlplane/") {
			checked, wrong = s.calledTooLate(node, renewals[node])
			n, broken = n+checked, append(broken, wrong...)
		}
	}
	return kept(want, n, "silences", broken, s.w.LeaseSilent().Reasons())
}

// calledTooEarly lists when the node was called Unknown, its lease having been renewed.
func (s *scene) calledTooEarly(node string, renewals []history.Interval) (n int, broken []string) {
	in, w := s.counted(), s.w.LeaseSilent()
	for _, i := range s.spells(history.SourceNode, node) {
		if i.State != "Unknown" || i.Attrs[history.AttrReason] != statusUnknown || !in.holds(i.From) || s.unseen(i.From, history.SourceNode) {
			continue
		}
		at := slices.IndexFunc(renewals, func(r history.Interval) bool { return r.From > i.From }) - 1
		if at == -2 {
			at = len(renewals) - 1
		}
		if at < 0 || s.unseenSince(renewals[at].From, i.From, history.SourceLease) {
			continue
		}
		n++
		if silent := i.From - renewals[at].From; silent+watchSlack < w.From {
			broken = append(broken, fmt.Sprintf("%s was called Unknown at %s, %s after its lease was renewed", node, offset(i.From), short(silent)))
		}
	}
	return n, broken
}

// calledTooLate lists when the node was called Ready still, its lease not having been renewed.
func (s *scene) calledTooLate(node string, renewals []history.Interval) (n int, broken []string) {
	in, w := s.counted(), s.w.LeaseSilent()
	for k, r := range renewals {
		until, due := s.end, r.From+w.To+watchSlack
		if k+1 < len(renewals) {
			until = renewals[k+1].From
		}
		if due >= until || !in.holds(due) || s.unseenSince(r.From, due, history.SourceLease, history.SourceNode) {
			continue
		}
		n++
		if slices.ContainsFunc(s.intervals(history.SourceNode, node), func(i history.Interval) bool { return i.At(due) && i.State == "True" }) {
			broken = append(broken, fmt.Sprintf("%s was called Ready still at %s, %s after its lease was last renewed", node, offset(due), short(due-r.From)))
		}
	}
	return n, broken
}

// unseenSince reports whether one of the sources was out of sight at any time of the span.
func (s *scene) unseenSince(from, to time.Duration, sources ...string) bool {
	return slices.ContainsFunc(s.h.Gaps, func(g history.Interval) bool {
		return slices.Contains(sources, g.Source) && g.Overlaps(from, to)
	})
}
