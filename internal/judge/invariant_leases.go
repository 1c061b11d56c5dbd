package judge

import (
	"fmt"
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
	n, broken, reasons := 0, []string(nil), ""
	if slices.Contains(s.h.Meta.Blinds, history.SourceLease) {
		return kept(want, 0, "", nil, "")
	}
	for _, i := range s.spells(history.SourceNode, "") {
		if silent, ok := s.silentBefore(i); ok {
			n++
			if silent+watchSlack < s.w.LeaseSilent(i.Subject).From {
				broken = append(broken, fmt.Sprintf("%s was called Unknown at %s, %s after its lease was renewed", i.Subject, offset(i.From), short(silent)))
			}
		}
	}
	for _, lease := range s.intervals(history.SourceLease, "") {
		w := s.w.LeaseSilent(lease.Subject)
		due := lease.From + w.To + watchSlack
		reasons = w.Reasons()
		if strings.HasPrefix(s.h.Meta.Fault, "controlplane/") || !s.silentAt(lease, due) {
			continue
		}
		n++
		if node, ok := s.at(history.SourceNode, lease.Subject, due); ok && node.State == "True" {
			broken = append(broken, fmt.Sprintf("%s was called Ready still at %s, %s after its lease was last renewed", lease.Subject, offset(due), short(due-lease.From)))
		}
	}
	return kept(want, n, "silences", broken, reasons)
}

// silentBefore is how long the lease of a node had not been renewed when the node
// controller called it Unknown. False if it did not, or nobody saw either.
func (s *scene) silentBefore(node history.Interval) (time.Duration, bool) {
	if node.State != "Unknown" || node.Attrs[history.AttrReason] != statusUnknown || !s.counted().holds(node.From) {
		return 0, false
	}
	lease, ok := s.at(history.SourceLease, node.Subject, node.From)
	if !ok || s.unseenSince(lease.From, node.From, history.SourceLease) || s.unseen(node.From, history.SourceNode) {
		return 0, false
	}
	return node.From - lease.From, true
}

// silentAt reports whether the lease had not been renewed again at t, and all of that was seen.
func (s *scene) silentAt(lease history.Interval, t time.Duration) bool {
	return lease.At(t) && s.counted().holds(t) && !s.unseenSince(lease.From, t, history.SourceLease, history.SourceNode)
}

// unseenSince reports whether one of the sources was out of sight at any time of the span.
func (s *scene) unseenSince(from, to time.Duration, sources ...string) bool {
	return slices.ContainsFunc(s.h.Gaps, func(g history.Interval) bool {
		return slices.Contains(sources, g.Source) && g.Overlaps(from, to)
	})
}
