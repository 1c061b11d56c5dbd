package observe

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
)

// Routes tells where the nodes send the connections to Services (SourceRoute), as the
// kernel says it when kube-proxy has changed it there: nftables' own monitor. The
// instant is the arrival of the news here. Its mark is an empty table.
//
// It knows kube-proxy's mode nftables alone (k8s.io/kubernetes/pkg/proxy/nftables,
// writeServiceToEndpointDNAT, and writeServiceToEndpointJumps where there is session affinity).
var Routes = Tap{
	name: "routes", source: history.SourceRoute,
	command: tapped("nft monitor"),
	mark:    `nft add table ip "$1" && nft delete table ip "$1"`,
	read: func(node string, clock history.Clock) reader {
		r := routes{changed: map[string][]string{}}
		return func(line string) ([]history.Interval, string) { return r.take(line, node, clock) }
	},
}

// routes collects what a transaction changes.
type routes struct{ changed map[string][]string } // the addresses, by namespace/service/protocol/port

var (
	newTable    = regexp.MustCompile(`^add table ip (\S+)$`)
	serviceRule = regexp.MustCompile(`^(add|delete) rule ip6? kube-proxy service-[A-Z2-7]{8}-(\S+) (.*)$`)
	destination = regexp.MustCompile(`: (\d+\.\d+\.\d+\.\d+) \. \d+|__(\d+\.\d+\.\d+\.\d+)/`)
)

// take reads a line. A transaction empties the chain of a Service and fills it anew where
// there is something to send to, and ends with its number.
//
//	delete rule ip kube-proxy service-ULMVA6XW-shop/web/tcp/http handle 4
//	add rule ip kube-proxy service-ULMVA6XW-shop/web/tcp/http meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.244.1.5 . 8080, 1 : 10.244.2.6 . 8080 }
//	# new generation 3 by process 11514 (nft)
func (r *routes) take(line, node string, clock history.Clock) (seen []history.Interval, mark string) {
	if m := newTable.FindStringSubmatch(line); m != nil {
		return nil, m[1]
	}
	if m := serviceRule.FindStringSubmatch(line); m != nil {
		to := destination.FindAllStringSubmatch(m[3], -1)
		if m[1] == "delete" || len(to) > 0 {
			r.changed[m[2]] = addresses(to)
		}
		return nil, ""
	}
	if !strings.HasPrefix(line, "# new generation") {
		return nil, ""
	}
	for _, port := range slices.Sorted(maps.Keys(r.changed)) {
		seen = append(seen, history.Interval{Source: history.SourceRoute, Subject: node, From: clock.Now(), State: strings.Join(r.changed[port], " "),
			Attrs: history.Attrs{history.AttrService: port}})
	}
	clear(r.changed)
	return seen, ""
}

func addresses(found [][]string) []string {
	var all []string
	for _, m := range found {
		all = append(all, m[1]+m[2])
	}
	slices.Sort(all)
	return slices.Compact(all)
}
