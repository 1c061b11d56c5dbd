package judge

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
)

// The kubelet takes 200 to 399 for healthy, and no answer for none.
func TestHealthyProbe(t *testing.T) {
	for code, want := range map[string]bool{"200": true, "302": true, "399": true, "404": false, "500": false, history.CodeNone: false, "": false} {
		if got := healthy(history.Interval{Attrs: history.Attrs{history.AttrCode: code}}); got != want {
			t.Errorf("code %q: %t, want %t", code, got, want)
		}
	}
}
