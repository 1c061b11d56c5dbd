package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/file"
	"github.com/seatrial/seatrial/reports"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/catalogue"
)

func pictureCommand(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "picture DIR SCENARIO",
		Short: "Draw a scenario of a run, and its twin, on one time axis, as SVG",
		Long: `Draw a scenario of a run, and its twin, on one time axis: what users felt, whether the
pod that was hit was ready, its liveness probes, when its process ended and began.
The picture goes to standard output, for a README or a slide; the trial's page in
the run directory shows all there is.`,
		Example: "  seatrial picture seatrial-runs/20261101-020000-7f3a probes/deadlock > deadlock.svg",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if g.output == "json" {
				return usage("--output json: a picture is SVG; its data is in the trial's history.jsonl.zst")
			}
			svg, err := picture(args[0], args[1])
			if err != nil {
				return err
			}
			_, err = c.OutOrStdout().Write(svg)
			return err
		},
	}
}

func picture(dir, name string) ([]byte, error) {
	all := catalogue.All()
	n := slices.IndexFunc(all, func(s suites.Scenario) bool { return s.Name == name })
	if n < 0 {
		if _, err := suites.Select(all, []string{name}, ""); err != nil {
			return nil, usage("%w", err)
		}
		return nil, usage("%q is more than one scenario", name)
	}
	if all[n].Twin == nil {
		return nil, usage("%s has no twin to draw beside it", name)
	}
	main, err := recordOf(dir, name)
	if err != nil {
		return nil, err
	}
	twin, err := recordOf(dir, name+".twin")
	if err != nil {
		return nil, err
	}
	return reports.Picture(main, twin, all[n].Twin.Without)
}

func recordOf(dir, title string) (*history.History, error) {
	path := filepath.Join(dir, "trials", filepath.FromSlash(title), file.Name)
	h, err := file.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage("%s is no run directory with a record of %s", dir, title)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return h, nil
}
