package main

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/internal/suggest"
)

// pick picks from all by names and patterns, in the order of all. A pattern that picks
// none is wrong usage; what it may have meant is said, and where all are listed.
func pick[T any](what, list string, patterns []string, all []T, name func(T) string) ([]T, error) {
	is := func(pattern string) func(T) bool {
		return func(x T) bool { ok, _ := path.Match(pattern, name(x)); return ok }
	}
	var names []string
	for _, x := range all {
		names = append(names, name(x))
	}
	for _, pattern := range patterns {
		if slices.ContainsFunc(all, is(pattern)) {
			continue
		}
		if near := suggest.Nearest(pattern, names); near != "" {
			return nil, usage("no %s %q: did you mean %q? (seatrial list %s shows all)", what, pattern, near, list)
		}
		return nil, usage("no %s %q (seatrial list %s shows all)", what, pattern, list)
	}
	return slices.DeleteFunc(slices.Clone(all), func(x T) bool {
		return !slices.ContainsFunc(patterns, func(pattern string) bool { return is(pattern)(x) })
	}), nil
}

// oneOf checks that each argument is one of those.
func oneOf(what string, known []string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		for _, given := range args {
			if slices.Contains(known, given) {
				continue
			}
			hint := ""
			if near := suggest.Nearest(given, known); near != "" {
				hint = fmt.Sprintf("did you mean %q? ", near)
			}
			return fmt.Errorf("no %s %q: %sthere are %s", what, given, hint, strings.Join(known, ", "))
		}
		return nil
	}
}
