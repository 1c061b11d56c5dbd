package suites

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/seatrial/seatrial/internal/suggest"
)

var tiers = []Tier{Smoke, Certify, Nightly}

// ParseTier reads a tier's name.
func ParseTier(name string) (Tier, error) {
	for _, t := range tiers {
		if string(t) == name {
			return t, nil
		}
	}
	return "", fmt.Errorf("no tier %q: there are smoke, certify and nightly", name)
}

// Includes reports whether a run of this tier runs scenarios of the other.
func (t Tier) Includes(other Tier) bool {
	return slices.Index(tiers, other) <= slices.Index(tiers, t)
}

// Select picks scenarios by selectors: names ("probes/deadlock"), topics
// ("probes") or patterns of path.Match ("probes/*"). Without a selector all of
// the tier are picked; with selectors the tier is not looked at unless it is
// given. A selector that matches nothing is an error that suggests what does.
func Select(all []Scenario, selectors []string, tier Tier) ([]Scenario, error) {
	var names []string
	for _, s := range all {
		names = append(names, s.Name)
	}
	picked := map[string]bool{}
	for _, selector := range selectors {
		found, err := matching(names, selector)
		if err != nil {
			return nil, err
		}
		for _, name := range found {
			picked[name] = true
		}
	}
	var out []Scenario
	for _, s := range all {
		if (len(selectors) == 0 || picked[s.Name]) && (tier == "" || tier.Includes(s.Tier)) {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no scenario of tier %s matches %s", tier, strings.Join(selectors, " "))
	}
	return out, nil
}

func matching(names []string, selector string) ([]string, error) {
	var found []string
	for _, name := range names {
		ok, err := path.Match(selector, name)
		if err != nil {
			return nil, fmt.Errorf("selector %q: %w", selector, err)
		}
		if ok || strings.HasPrefix(name, strings.TrimSuffix(selector, "/")+"/") {
			found = append(found, name)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	if near := nearest(selector, names); near != "" {
		return nil, fmt.Errorf("no scenario matches %q: did you mean %q? (seatrial list scenarios shows all)", selector, near)
	}
	return nil, fmt.Errorf("no scenario matches %q (seatrial list scenarios shows all)", selector)
}

// nearest looks for the whole name first, then for the name after the topic.
func nearest(selector string, names []string) string {
	_, short, _ := strings.Cut(selector, "/")
	if short == "" {
		short = selector
	}
	best := suggest.Nearest(selector, names)
	var shorts []string
	for _, name := range names {
		_, s, _ := strings.Cut(name, "/")
		shorts = append(shorts, s)
	}
	if near := suggest.Nearest(short, shorts); best == "" && near != "" {
		return names[slices.Index(shorts, near)]
	}
	return best
}
