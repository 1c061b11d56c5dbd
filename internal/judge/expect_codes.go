package judge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seatrial/seatrial/internal/model"
)

// LiveCodes expects that pods whose liveness endpoint answers with a healthy
// status (200 to 399) are never restarted for it, and that all others are,
// inside the window.
func LiveCodes() Expectation { return expectation{"live-codes", judgeLiveCodes} }

func judgeLiveCodes(s *scene) (Finding, error) {
	hit, err := s.mustHit()
	if err != nil {
		return Finding{}, err
	}
	var all []Finding
	codes := map[bool][]int{}
	again := 0 // pods that were restarted
	for _, p := range hit {
		code, ok := s.liveCode(p)
		if !ok {
			return Finding{}, fmt.Errorf("the log of pod %s does not say which status its liveness endpoint was given", p.name)
		}
		healthy := model.HealthyCode(code)
		codes[healthy] = append(codes[healthy], code)
		f, err := s.restartedBy("liveness", p)
		if healthy {
			f, err = s.notRestarted(p)
		}
		if err != nil {
			return Finding{}, err
		}
		n, err := s.restarted(p, s.deed.Earliest, s.end)
		if err != nil {
			return Finding{}, err
		}
		if n > 0 {
			again++
		}
		f.Got = fmt.Sprintf("%d: %s", code, f.Got)
		all = append(all, f)
	}
	if len(codes[true]) == 0 || len(codes[false]) == 0 {
		return Finding{}, fmt.Errorf("the deed gave no status of each kind: %v", codes)
	}
	joined := together(all)
	joined.Want = fmt.Sprintf("%s never restarted; %s restarted as decided by the probe", list(codes[true]), list(codes[false]))
	joined.LimitFrom = "200 <= code < 400 is healthy (probe/http/http.go DoHTTPProbe)"
	return joined.counted(again), nil
}

func (s *scene) notRestarted(p pod) (Finding, error) {
	restarts, err := s.restarted(p, s.deed.Earliest, s.end)
	if err != nil {
		return Finding{}, err
	}
	return found(restarts == 0, "never restarted", fmt.Sprintf("%d restarts", restarts), ""), nil
}

func list(codes []int) string {
	slices.Sort(codes)
	words := make([]string, len(codes))
	for i, code := range codes {
		words[i] = strconv.Itoa(code)
	}
	return strings.Join(words, ", ")
}
