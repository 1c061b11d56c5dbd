package judge

import (
	"fmt"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
)

// BothComplete expects that at each switch every one of the app's Deployments has as many
// ready pods as the largest asks for: blue and green stand side by side, twice the pods, so
// that either can take all of the traffic.
func BothComplete() Expectation { return expectation{"both-complete", judgeBoth} }

func judgeBoth(s *scene) (Finding, error) {
	deeds := marksOf(s.h, history.PhaseFault)
	if len(deeds) == 0 || len(s.w.Deployments) < 2 {
		return Finding{}, fmt.Errorf("the record has %d switches and %d Deployments: there is nothing to switch between", len(deeds), len(s.w.Deployments))
	}
	want, ok := 0, true
	var got []string
	for _, deed := range deeds {
		ready := map[string]int{} // by what the switch itself waits for
		for _, d := range s.w.Deployments {
			i, known := s.at(history.SourceReplicas, "Deployment/"+d.Name, deed.Earliest)
			asked, counted := number(i, history.AttrDesired)
			if !known || !counted {
				return Finding{}, fmt.Errorf("the record does not say how many pods Deployment %s asked for at %s", d.Name, offset(deed.Earliest))
			}
			want = max(want, asked)
			ready[d.Name], _ = number(i, history.AttrReadyCount)
		}
		var said []string
		for _, d := range s.w.Deployments {
			ok = ok && ready[d.Name] >= want
			said = append(said, fmt.Sprintf("%s %d", d.Name, ready[d.Name]))
		}
		got = append(got, "at "+offset(deed.Earliest)+" "+strings.Join(said, ", "))
	}
	return found(ok, fmt.Sprintf("%d ready pods of each at every switch", want), strings.Join(got, "; "),
		"whoever takes the traffic over must be complete before, and whoever may take it back must stay so"), nil
}
