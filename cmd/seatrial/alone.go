package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// trialFlags are the flags that change what a trial is. The others say which trials
// there are, or what is kept of them; the seed is the run's to add.
var trialFlags = []string{
	"place", "version", "rate", "tier", "without-twin", "for", "target", "cluster",
	"context", "kubeconfig", "image", "agent-image", "allow", "stop-if",
}

// alone is the command line that repeats one trial of what c was called for: what
// names it, and of the flags that were given those that change what a trial is.
//
//	seatrial run 'probes/*' --rate 200 --out x
//	alone(c, "probes/deadlock") == "seatrial run probes/deadlock --rate 200"
func alone(c *cobra.Command, named ...string) string {
	line := []string{c.CommandPath()}
	for _, word := range named {
		line = append(line, quoted(word))
	}
	c.Flags().Visit(func(f *pflag.Flag) {
		if f.Name == "tier" && named[0] == "--file" {
			return // beside a file it would ask for all of the tier
		}
		if slices.Contains(trialFlags, f.Name) {
			line = append(line, given(f)...)
		}
	})
	return strings.Join(line, " ")
}

// notAgain are the flags that are no part of doing the same anew: where the record went
// (a directory holds one run), how often, and the seed, which the run adds.
var notAgain = []string{"out", "repeat", "seed"}

// again is the command line, in words, that does anew what c was called for.
//
//	seatrial run 'probes/*' --rate 200 --out x --repeat 3
//	again(c, args) == ["seatrial run", "'probes/*'", "--rate", "200"]
func again(c *cobra.Command, args []string) []string {
	line := []string{c.CommandPath()}
	for _, word := range args {
		line = append(line, quoted(word))
	}
	c.Flags().Visit(func(f *pflag.Flag) {
		if !slices.Contains(notAgain, f.Name) {
			line = append(line, given(f)...)
		}
	})
	return line
}

// given is a flag with its values, as a shell takes it.
func given(f *pflag.Flag) []string {
	values := []string{f.Value.String()}
	if list, ok := f.Value.(pflag.SliceValue); ok {
		values = list.GetSlice()
	}
	var words []string
	for _, v := range values {
		if f.Value.Type() == "bool" {
			words = append(words, "--"+f.Name+"="+v)
			continue
		}
		words = append(words, "--"+f.Name, quoted(v))
	}
	return words
}

// aloneOf is the line that repeats the trial of a scenario of this run: by its name,
// or by the trial file that it is from.
func (f *runFlags) aloneOf(c *cobra.Command, scenario string) string {
	if path := f.origin[scenario]; path != "" {
		return alone(c, "--file", path)
	}
	return alone(c, scenario)
}

// quoted is an argument as a shell takes it.
func quoted(arg string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_/.=,:", r)
	}
	if arg != "" && strings.IndexFunc(arg, func(r rune) bool { return !plain(r) }) < 0 {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}
