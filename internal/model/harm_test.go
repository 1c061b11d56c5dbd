package model

import (
	"slices"
	"testing"

	"github.com/seatrial/seatrial/faults"
)

// A fault that was renamed would be one that the model knows nothing of.
func TestHarmsAreOfFaultsThatThereAre(t *testing.T) {
	var names []string
	for _, f := range faults.All() {
		names = append(names, f.Card().Name)
	}
	for name := range harms {
		if !slices.Contains(names, name) {
			t.Errorf("%s is no fault", name)
		}
	}
	if got := HarmOf("app/infinite-loop"); got != AppHangs {
		t.Errorf("app/infinite-loop: %q, want %q", got, AppHangs)
	}
	if got := HarmOf("pod/create"); got != "" {
		t.Errorf("pod/create: %q, the model knows nothing of it", got)
	}
}
