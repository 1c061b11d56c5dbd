// Bench holds the meter against ground truth, beside stock vegeta and a poller of
// the kind that others measure downtime with, and writes what came out as a table.
//
//	go run ./bench                        all of it, into BENCHMARKS.md (about an hour)
//	go run ./bench -only edges,stalls     parts of it, on the terminal
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/seatrial/seatrial/bench/target"
	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/internal/self"
)

// roles are what this program is when it starts itself: each that is measured, and
// whatever it is measured against, is a process of its own.
var roles = map[string]func() error{
	"__target": func() error { return target.Main(os.Stdin, os.Stdout) },
	"__vegeta": vegetaMain,
	"__poller": pollerMain,
	"__hog":    hogMain,
}

func main() {
	if code, hidden := self.Main(os.Args, run.Undoers); hidden {
		os.Exit(code)
	}
	if len(os.Args) > 1 && roles[os.Args[1]] != nil {
		if err := roles[os.Args[1]](); err != nil {
			fmt.Fprintln(os.Stderr, os.Args[1]+": "+err.Error())
			os.Exit(1)
		}
		return
	}
	if err := bench(); err != nil {
		fmt.Fprintln(os.Stderr, "bench: "+err.Error())
		os.Exit(1)
	}
}

// A part is one question to the meter.
type part struct {
	name  string
	about string
	run   func(context.Context, *scale) (*table, error)
}

// parts are all of them, in the order of the table.
var parts = []part{
	{"edges", "scripted outages of 5 ms to 5 s at 500 requests/s", edges},
	{"lateness", "when requests leave, against when they were due", lateness},
	{"stalls", "the meter stopped from outside", stalls},
	{"latency", "a target that stands still at times, against the closed form", latency},
	{"cost", "processor and memory", cost},
	{"ceiling", "the highest rate on one core", ceiling},
	{"noise", "what fails where nothing is broken, through a cluster's service", noise},
	{"phases", "what downtime is made of, in trials on a real cluster", phases},
}

// scale is how much of everything is done.
type scale struct {
	seed    uint64
	outages int
	stalls  int
	repeats int
	self    string // this program
	say     func(format string, args ...any)
}

func (s *scale) role(name string) []string { return []string{s.self, name} }

func bench() error {
	out := flag.String("out", "", "write the table to this file instead of the terminal")
	only := flag.String("only", "", "only these parts, separated by commas; of the others a file keeps what it has")
	seed := flag.Uint64("seed", 7431, "where all chance comes from")
	outages := flag.Int("outages", 200, "scripted outages")
	stops := flag.Int("stalls", 1000, "injected stalls")
	repeats := flag.Int("repeats", 10, "repeats of what is repeated")
	flag.Parse()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s := &scale{seed: *seed, outages: *outages, stalls: *stops, repeats: *repeats, self: self,
		say: func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }}
	wanted := strings.FieldsFunc(*only, func(r rune) bool { return r == ',' })
	for _, name := range wanted {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			return fmt.Errorf("no part %q: there are %s", name, partNames())
		}
	}
	before, doc := "", head
	if len(wanted) > 0 && *out != "" {
		text, err := os.ReadFile(*out)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		before = string(text)
	}
	failed := 0
	for n, p := range parts {
		if len(wanted) > 0 && !slices.Contains(wanted, p.name) {
			doc += kept(before, p.name)
			continue
		}
		s.say("%s: %s", p.name, p.about)
		t, err := p.run(ctx, s)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		failed += t.broken()
		doc += t.markdown(p, circumstances(*seed))
		if *out != "" { // what is known so far is kept
			rest := ""
			for _, later := range parts[n+1:] {
				rest += kept(before, later.name)
			}
			if err := os.WriteFile(*out, []byte(doc+rest), 0o644); err != nil {
				return err
			}
		}
	}
	if *out == "" {
		fmt.Print(doc)
	}
	if failed > 0 {
		return fmt.Errorf("%d claims do not hold", failed)
	}
	return nil
}

func partNames() string {
	var names []string
	for _, p := range parts {
		names = append(names, p.name)
	}
	return strings.Join(names, ", ")
}
