package judge

import (
	"fmt"

	"github.com/seatrial/seatrial/internal/history"
)

// OpenConnectionsGoOn expects of every pod that was hit, and left the EndpointSlice for it,
// that it went on answering on connections which were open before: kube-proxy picks a pod
// for new ones only. It counts those answers.
func OpenConnectionsGoOn() Expectation {
	return expectation{"open-connections-go-on", func(s *scene) (Finding, error) {
		hit, err := s.mustHit()
		if err != nil {
			return Finding{}, err
		}
		return each(hit, s.openGoOn)
	}}
}

func (s *scene) openGoOn(p pod) (Finding, error) {
	left, ok, err := s.left(p)
	if err != nil {
		return Finding{}, err
	}
	if !ok {
		return Finding{}, fmt.Errorf("pod %s never left the EndpointSlice", p.name)
	}
	if before, _ := answers(s.lane(history.LaneReused, 0, s.deed.Earliest), p); before == 0 {
		return Finding{}, fmt.Errorf("no connection to pod %s was open before", p.name)
	}
	n, _ := answers(s.lane(history.LaneReused, left, s.back(p, left)), p)
	return found(n > 0, "requests on connections that were open before are answered",
		fmt.Sprintf("%d requests answered on them from %s on", n, offset(left)),
		"kube-proxy balances connections, not requests (proxy/nftables)").counted(n), nil
}
