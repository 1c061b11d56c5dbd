package model

import (
	"fmt"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// ProxyBack is the window from a node's kube-proxy running again to the first answer of a
// new endpoint through that node: it reads the Services and their endpoints, writes its
// rules (proxy/nftables/proxier.go syncProxyRules, as soon as all is read), and picks an
// endpoint for each connection at random, which may leave one of so many out for a while,
// but for a chance of 1e-7.
//
//	minSyncPeriod 1s, one of 4, lane at 50/s == 0s..4.1s
func (w *World) ProxyBack(endpoints int, lane history.LanePlan) Window {
	streak := time.Duration(Streak(1-1/float64(max(endpoints, 1)), 1)) * lane.Interval()
	return w.Propagated().Late(streak, fmt.Sprintf("%s until one of %d is picked, by chance (1e-7)", streak, endpoints))
}
