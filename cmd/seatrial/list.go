package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/faults"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/catalogue"
	"github.com/seatrial/seatrial/suites/mutations"
)

// listed is one row of any list.
type listed struct {
	Name  string `json:"name"`
	Tier  string `json:"tier,omitempty"`
	Blast string `json:"blast,omitempty"`
	Twin  string `json:"twin,omitempty"` // what the twin lacks
	Lab   bool   `json:"lab,omitempty"`
	Why   string `json:"why"`
}

func listCommand(g *global) *cobra.Command {
	lists := []string{"scenarios", "faults", "mutations", "places", "workloads"}
	return &cobra.Command{
		Use:       "list [scenarios|faults|mutations|places|workloads]",
		Short:     "Show the catalogue",
		Example:   "  seatrial list\n  seatrial list scenarios -o json",
		Args:      cobra.MatchAll(cobra.MaximumNArgs(1), oneOf("list", lists)),
		ValidArgs: lists,
		RunE: func(c *cobra.Command, args []string) error {
			what := "scenarios"
			if len(args) == 1 {
				what = args[0]
			}
			rows := rowsOf(what)
			return g.print(c.OutOrStdout(), rows, func(w io.Writer) error { return printRows(w, rows) })
		},
	}
}

func rowsOf(what string) []listed {
	var rows []listed
	switch what {
	case "faults":
		for _, f := range faults.All() {
			card := f.Card()
			rows = append(rows, listed{Name: card.Name, Why: card.Breaks})
		}
	case "mutations":
		for _, m := range mutations.All() {
			rows = append(rows, listed{Name: m.Name, Why: m.Why})
		}
	case "places":
		for _, p := range kindconfigs.Places() {
			rows = append(rows, listed{Name: p.Name, Why: p.About})
		}
	case "workloads":
		known := map[string]bool{}
		for _, s := range catalogue.All() {
			if !known[s.App.Name] {
				known[s.App.Name] = true
				rows = append(rows, listed{Name: s.App.Name, Why: s.App.About})
			}
		}
	default:
		for _, s := range catalogue.All() {
			rows = append(rows, row(s))
		}
	}
	return rows
}

func row(s suites.Scenario) listed {
	r := listed{Name: s.Name, Tier: string(s.Tier), Blast: string(s.Blast), Why: s.Why, Lab: s.Lab != nil}
	if s.Twin != nil {
		r.Twin = s.Twin.Without
	}
	return r
}

func printRows(w io.Writer, rows []listed) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, r := range rows {
		if r.Tier == "" {
			fmt.Fprintf(t, "%s\t%s\n", r.Name, r.Why)
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", r.Name, r.Tier, r.Blast, r.Why)
	}
	return t.Flush()
}
