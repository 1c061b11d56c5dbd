package suggest

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"deadlock", "live-404", "slow-start"}
	for given, want := range map[string]string{
		"deadlok": "deadlock", "live404": "live-404", "slow-starts": "slow-start",
		"quite-something-else": "", "": "",
	} {
		if got := Nearest(given, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", given, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"same", "same", 0}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
