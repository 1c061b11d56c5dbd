package arch

import (
	"fmt"
	"slices"
)

// A Rule is one rule of the house.
type Rule struct {
	Name   string
	Reason string
	// Check returns where the rule is broken, each "file:line: what".
	Check func(t *Tree) []string
}

// Rules lists all rules.
func Rules() []Rule {
	return slices.Concat(importRules(), shapeRules(), contentRules())
}

// Check applies the rules to a tree. Each violation ends with its rule and reason.
func Check(t *Tree, rules []Rule) []string {
	var out []string
	for _, r := range rules {
		for _, v := range r.Check(t) {
			out = append(out, fmt.Sprintf("%s [%s: %s]", v, r.Name, r.Reason))
		}
	}
	return out
}
