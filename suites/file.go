package suites

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/seatrial/seatrial/workloads"
)

// A trialFile is what ReadFile reads. Durations are written as Go does: 900ms, 1m30s.
type trialFile struct {
	Scenario string
	Load     struct {
		Rate    int
		Timeout time.Duration
		Path    string
	}
	Hold    struct{ For, Heal, Settle time.Duration }
	Patches []yaml.Node
}

// ReadFile reads a trial file: a scenario of the catalogue with its manifest, load
// or hold changed. What is expected stays as it is, for the limits follow from the
// manifest; the twin has the same changes, and then lacks its protection. Errors
// name the file, the line and the field.
//
//	scenario: probes/deadlock
//	load: {rate: 100}
//	hold: {heal: 90s}
//	patches: # strategic merge patches of the app's objects, as in a kustomization
//	- kind: Deployment
//	  spec: {template: {spec: {containers: [{name: web, livenessProbe: {periodSeconds: 3}}]}}}
func ReadFile(path string, all []Scenario) (Scenario, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Scenario{}, fmt.Errorf("read the trial file: %w", err)
	}
	s, err := parseFile(text, all)
	if err != nil {
		return Scenario{}, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func parseFile(text []byte, all []Scenario) (Scenario, error) {
	var f trialFile
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&f); err != nil {
		return Scenario{}, readable(err)
	}
	s, err := f.scenario(all)
	if err != nil {
		return Scenario{}, err
	}
	if err := f.limits(); err != nil {
		return Scenario{}, err
	}
	s.Load = Load{
		Rate: orThat(f.Load.Rate, s.Load.Rate), Timeout: orThat(f.Load.Timeout, s.Load.Timeout), Path: orThat(f.Load.Path, s.Load.Path), Named: s.Load.Named, From: s.Load.From,
	}
	s.Hold = Hold{For: orThat(f.Hold.For, s.Hold.For), Heal: orThat(f.Hold.Heal, s.Hold.Heal), Settle: orThat(f.Hold.Settle, s.Hold.Settle)}
	changes, err := f.changes()
	if err != nil {
		return Scenario{}, err
	}
	for _, change := range changes { // each is tried, so that none fails later
		if err := change(s.App.Objects("trial-file")); err != nil {
			return Scenario{}, err
		}
		s.App = s.App.With(func(o *workloads.Objects) { _ = change(o) })
	}
	return s, nil
}

// scenario is the one of the catalogue that the file names.
func (f trialFile) scenario(all []Scenario) (Scenario, error) {
	if f.Scenario == "" {
		return Scenario{}, errors.New("scenario: says nothing; name one of the catalogue (seatrial list)")
	}
	found, err := Select(all, []string{f.Scenario}, "")
	if err != nil {
		return Scenario{}, fmt.Errorf("scenario: %w", err)
	}
	if found[0].Name != f.Scenario {
		return Scenario{}, fmt.Errorf("scenario: %q is no name of a single scenario", f.Scenario)
	}
	return found[0], nil
}

func (f trialFile) limits() error {
	if f.Load.Rate < 0 {
		return fmt.Errorf("load.rate: %d requests per second", f.Load.Rate)
	}
	if f.Load.Path != "" && !strings.HasPrefix(f.Load.Path, "/") {
		return fmt.Errorf("load.path: %q does not begin with /", f.Load.Path)
	}
	if least := slices.Min([]time.Duration{f.Load.Timeout, f.Hold.For, f.Hold.Heal, f.Hold.Settle}); least < 0 {
		return fmt.Errorf("load and hold: %s is no time to wait", least)
	}
	return nil
}

func (f trialFile) changes() ([]func(*workloads.Objects) error, error) {
	var all []func(*workloads.Objects) error
	for i := range f.Patches {
		p, err := newPatch(&f.Patches[i])
		if err != nil {
			return nil, fmt.Errorf("patches[%d]: %w", i, err)
		}
		all = append(all, func(o *workloads.Objects) error {
			if err := p.apply(o); err != nil {
				return fmt.Errorf("patches[%d]: %w", i, err)
			}
			return nil
		})
	}
	return all, nil
}

// readable takes out of the decoder's error what only we understand.
func readable(err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text = strings.TrimPrefix(text, "unmarshal errors:\n  ")
	return errors.New(strings.ReplaceAll(text, " in type suites.trialFile", ""))
}

// orThat is what the file says, or where it says nothing, what the scenario does.
func orThat[T comparable](said, that T) T {
	if said == *new(T) {
		return that
	}
	return said
}
