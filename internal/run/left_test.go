package run

import (
	"testing"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

func TestOnlyAPlaceThatOthersOutliveIsLeftEarly(t *testing.T) {
	var items []Item
	for _, place := range []string{"fast", "small-disk", "fast", "small-disk"} {
		items = append(items, Item{In: kindconfigs.Place{Name: place}})
	}
	var l left
	l.count(items)
	for n, step := range []struct {
		place string
		last  bool
	}{{"small-disk", false}, {"fast", false}, {"small-disk", true}, {"fast", false}} {
		if got := l.ended(step.place); got != step.last {
			t.Errorf("end %d, of %s: left early %t", n, step.place, got)
		}
	}
}

// A cluster that is to be kept, or is not ours to delete, stays.
func TestVacateKeepsWhatIsToBeKept(t *testing.T) {
	for name, change := range map[string]func(*session, *place){
		"kept":           func(s *session, _ *place) { s.Keep = true },
		"kept if failed": func(s *session, _ *place) { s.KeepFailed = true },
		"somebody's":     func(_ *session, p *place) { p.step = "" },
	} {
		s, _ := bareSession(t)
		p := &place{step: "1"}
		s.clusters = map[string]*place{"fast": p}
		change(s, p)
		s.left.trials = map[string]int{"fast": 1, "zones": 1}
		s.vacate(t.Context(), "fast") // would need the cluster's machines
		if p.left {
			t.Errorf("%s: it was left", name)
		}
	}
}
