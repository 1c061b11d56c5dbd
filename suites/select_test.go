package suites

import (
	"strings"
	"testing"
)

var three = []Scenario{
	{Name: "probes/deadlock", Tier: Smoke}, {Name: "probes/timing", Tier: Certify}, {Name: "nodes/zone-lost", Tier: Nightly},
}

func TestSelect(t *testing.T) {
	for _, c := range []struct {
		selectors []string
		tier      Tier
		want      string
	}{
		{nil, Smoke, "probes/deadlock"},
		{nil, Certify, "probes/deadlock probes/timing"},
		{nil, "", "probes/deadlock probes/timing nodes/zone-lost"},
		{[]string{"probes/*"}, "", "probes/deadlock probes/timing"},
		{[]string{"probes"}, "", "probes/deadlock probes/timing"},
		{[]string{"probes/*"}, Smoke, "probes/deadlock"},
		{[]string{"nodes/zone-lost", "probes/deadlock"}, "", "probes/deadlock nodes/zone-lost"},
	} {
		got, err := Select(three, c.selectors, c.tier)
		if err != nil {
			t.Errorf("Select(%v, %q): %v", c.selectors, c.tier, err)
		}
		var names []string
		for _, s := range got {
			names = append(names, s.Name)
		}
		if strings.Join(names, " ") != c.want {
			t.Errorf("Select(%v, %q) = %v, want %s", c.selectors, c.tier, names, c.want)
		}
	}
}

func TestSelectSuggests(t *testing.T) {
	for selector, want := range map[string]string{
		"probes/deadlok": `did you mean "probes/deadlock"`,
		"deadlock":       `did you mean "probes/deadlock"`,
		"xyz/unheard-of": "seatrial list scenarios",
		"[":              "syntax error",
	} {
		if _, err := Select(three, []string{selector}, ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Select(%q): %v, want %q", selector, err, want)
		}
	}
}
