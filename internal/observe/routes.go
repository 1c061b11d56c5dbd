package observe

import (
	"errors"
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
// It knows kube-proxy's mode nftables, of IPv4, alone (k8s.io/kubernetes/pkg/proxy/nftables/proxier.go:
// writeServiceToEndpointDNATs, and writeServiceToEndpointJumps where there is session affinity).
var Routes = Tap{
	name: "routes", source: history.SourceRoute,
	command: tapped("nft monitor"),
	mark:    `nft add table ip "$1" && nft delete table ip "$1"`,
	read: func(node string, clock history.Clock) reader {
		r := routes{changed: map[string][]string{}}
		return func(line string) ([]history.Interval, string, error) { return r.take(line, node, clock) }
	},
}

// routes collects what a transaction changes.
type routes struct{ changed map[string][]string } // the addresses, by namespace/service/protocol/port

var (
	newTable    = regexp.MustCompile(`^add table ip (\S+)$`)
	serviceRule = regexp.MustCompile(`^(add|delete) rule ip kube-proxy service-[A-Z2-7]{8}-(\S+) (.*)$`)
	// One endpoint is written as it is, several as the values of a map, those of a Service
	// with session affinity as chains of their own.
	destination = regexp.MustCompile(`\bdnat (?:ip )?to (\d+\.\d+\.\d+\.\d+):|: (\d+\.\d+\.\d+\.\d+) \. \d+|__(\d+\.\d+\.\d+\.\d+)/`)
)

// lostEvents begins the line that says that the kernel had more to tell than was read
// (nftables, src/mnl.c mnl_nft_event_listener): the monitor goes on after it.
const lostEvents = "# ERROR"

// take reads a line. A transaction empties the chain of a Service and fills it anew where
// there is something to send to, and ends with its number.
//
//	delete rule ip kube-proxy service-ULMVA6XW-shop/web/tcp/http handle 4
//	add rule ip kube-proxy service-ULMVA6XW-shop/web/tcp/http meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.244.1.5 . 8080, 1 : 10.244.2.6 . 8080 }
//	# new generation 3 by process 11514 (nft)
//
// A line that says that events were lost is an error.
func (r *routes) take(line, node string, clock history.Clock) (seen []history.Interval, mark string, err error) {
	if strings.HasPrefix(line, lostEvents) {
		return nil, "", errors.New(strings.TrimPrefix(line, "# "))
	}
	if m := newTable.FindStringSubmatch(line); m != nil {
		return nil, m[1], nil
	}
	if m := serviceRule.FindStringSubmatch(line); m != nil {
		to := destination.FindAllStringSubmatch(m[3], -1)
		if m[1] == "delete" || len(to) > 0 {
			r.changed[m[2]] = addresses(to)
		}
		return nil, "", nil
	}
	if !strings.HasPrefix(line, "# new generation") {
		return nil, "", nil
	}
	for _, port := range slices.Sorted(maps.Keys(r.changed)) {
		seen = append(seen, history.Interval{Source: history.SourceRoute, Subject: node, From: clock.Now(), State: strings.Join(r.changed[port], " "),
			Attrs: history.Attrs{history.AttrService: port}})
	}
	clear(r.changed)
	return seen, "", nil
}

func addresses(found [][]string) []string {
	var all []string
	for _, m := range found {
		all = append(all, m[1]+m[2]+m[3])
	}
	slices.Sort(all)
	return slices.Compact(all)
}
