package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/internal/lab"
	"github.com/seatrial/seatrial/internal/suggest"
	"github.com/seatrial/seatrial/reports"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/catalogue"
)

func labCommand(g *global) *cobra.Command {
	s := &lab.Session{}
	var language string
	c := &cobra.Command{
		Use:   "lab [NAME]",
		Short: "Learn by breaking: predict, break, observe, explain",
		Long: `Learn by breaking. A lab is a scenario on a real cluster, held before the break for
as long as you think. You predict what will happen, watch it happen, and see what
was measured. Without a name the labs are listed.`,
		Example: "  seatrial lab\n  seatrial lab probes/deadlock --lang ko",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			labs := withLab()
			var known bool
			if s.Language, known = lab.Language(language, cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"))); !known {
				return usage("--lang %q: there are en and ko", language)
			}
			if len(args) == 0 {
				rows := make([]listed, len(labs))
				for i, of := range labs {
					rows[i] = listed{Name: of.Name, Why: of.Lab.Text[s.Language].Title}
				}
				return g.print(c.OutOrStdout(), rows, func(w io.Writer) error { return printRows(w, rows) })
			}
			n := slices.IndexFunc(labs, func(s suites.Scenario) bool { return s.Name == args[0] })
			if n < 0 {
				return usage("%s", noLab(args[0], labs))
			}
			s.Scenario, s.In, s.Out = labs[n], c.InOrStdin(), c.OutOrStdout()
			s.Options.CommandLine = again(c, args)
			// The live view would fight with the question for the screen.
			view := (&global{noColor: g.noColor, quiet: true}).terminal()
			defer view.Close()
			s.View = view
			lines := reports.NewTerminal(struct{ io.Writer }{os.Stderr}, reports.TerminalOptions{NoColor: true, Quiet: g.quiet})
			defer lines.Close()
			s.Preparing = lines
			if g.output == "json" {
				s.Out = c.ErrOrStderr()
			}
			result, err := s.Run(c.Context())
			if err == nil && g.output == "json" {
				err = g.print(c.OutOrStdout(), result, nil)
			}
			if err == nil && result.Right == 0 {
				err = &codeError{exitUnproven, errQuiet} // nothing was measured, which it has said
			}
			return err
		},
	}
	c.Flags().StringVar(&language, "lang", "", "en or ko (default by the locale)")
	c.Flags().StringVar(&s.Options.Cluster, "cluster", "", "use this cluster made by seatrial cluster create, and keep it")
	c.Flags().Int64Var(&s.Options.Seed, "seed", 0, "seed of all that is left to chance (default from the clock)")
	c.Flags().StringVar(&s.Options.Out, "out", "", "the run directory (default one under seatrial-runs)")
	return c
}

func withLab() []suites.Scenario {
	return slices.DeleteFunc(catalogue.All(), func(s suites.Scenario) bool { return s.Lab == nil })
}

func noLab(name string, labs []suites.Scenario) string {
	var names []string
	for _, s := range labs {
		names = append(names, s.Name)
	}
	if near := suggest.Nearest(name, names); near != "" {
		return fmt.Sprintf("no lab %q: did you mean %q?", name, near)
	}
	return fmt.Sprintf("no lab %q (seatrial lab lists them)", name)
}
