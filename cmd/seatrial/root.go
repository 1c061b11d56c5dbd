package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/seatrial/seatrial/internal/stop"
	"github.com/seatrial/seatrial/internal/suggest"
	"github.com/seatrial/seatrial/reports"
)

// global holds the flags that every command has.
type global struct {
	output  string
	noColor bool
	quiet   bool
}

// root is the command line.
func root() *cobra.Command {
	g := &global{}
	c := &cobra.Command{
		Use:           "seatrial",
		Short:         "Take a Kubernetes cluster out on a sea trial: break it under load and judge it",
		Version:       reports.Tool(),
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(_ *cobra.Command, args []string) error {
			return unknown(args)
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if g.output != "table" && g.output != "json" {
				return usage("--output %q: there are table and json", g.output)
			}
			return nil
		},
	}
	flags := c.PersistentFlags()
	flags.StringVarP(&g.output, "output", "o", "table", "how to print data: table or json")
	flags.BoolVar(&g.noColor, "no-color", os.Getenv("NO_COLOR") != "", "no colours")
	flags.BoolVarP(&g.quiet, "quiet", "q", false, "no progress")
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage("%w (%s --help)", err, c.CommandPath())
	})
	for _, command := range []*cobra.Command{
		runCommand(g), measureCommand(g), mutateCommand(g), injectCommand(g), rejudgeCommand(g), compareCommand(g), pictureCommand(g), labCommand(g), listCommand(g),
		clusterCommand(g), imageCommand(g), rbacCommand(g), doctorCommand(g), recoverCommand(g),
	} {
		c.AddCommand(command)
	}
	checkArgs(c)
	return c
}

// checkArgs has every command's complaint about its arguments end as wrong usage.
func checkArgs(c *cobra.Command) {
	for _, sub := range c.Commands() {
		checkArgs(sub)
		check := sub.Args
		if check == nil {
			continue
		}
		sub.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usage("%w (%s --help)", err, c.CommandPath())
			}
			return nil
		}
	}
}

// unknown is the error of a command that does not exist.
func unknown(args []string) error {
	if len(args) == 0 {
		return nil
	}
	names := []string{"run", "inject", "measure", "mutate", "rejudge", "compare", "picture", "lab", "list", "cluster", "image", "rbac", "doctor", "recover"}
	if near := suggest.Nearest(args[0], names); near != "" {
		return usage("no command %q: did you mean %q? (seatrial --help)", args[0], near)
	}
	return usage("no command %q (seatrial --help)", args[0])
}

// print writes data as JSON, or by the table function.
func (g *global) print(w io.Writer, data any, table func(io.Writer) error) error {
	if g.output != "json" {
		return table(w)
	}
	text, err := json.MarshalIndent(data, "", "  ")
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	_, err = fmt.Fprintln(w, string(text))
	return err
}

// finish prints the result of what was run, and has the program exit with the code, unless
// err says that the tool or the machine failed. A run that was stopped may have failed before.
func (g *global) finish(c *cobra.Command, data any, table func(io.Writer) error, code int, err error) error {
	if printErr := g.print(c.OutOrStdout(), data, table); printErr != nil || err != nil {
		if printErr == nil && stop.Is(err) && code == 1 {
			return &codeError{code, err}
		}
		return errors.Join(err, printErr)
	}
	if code != 0 {
		return &codeError{code, errQuiet}
	}
	return nil
}

// array is a list that is an array in JSON also when nothing is in it.
func array[T any](list []T) []T { return append([]T{}, list...) }

// terminal is who is told how things go on: on stderr, results go to stdout.
func (g *global) terminal() *reports.Terminal {
	return reports.NewTerminal(os.Stderr, reports.TerminalOptions{NoColor: g.plain(os.Stderr), Quiet: g.quiet})
}

// plain reports whether nothing that is written there is to be coloured: it was
// asked for, or nobody looks at it.
func (g *global) plain(out *os.File) bool {
	return g.noColor || !term.IsTerminal(int(out.Fd()))
}
