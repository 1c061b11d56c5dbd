package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/access"
	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/catalogue"
	"github.com/seatrial/seatrial/suites/drills"
)

func rbacCommand(g *global) *cobra.Command {
	var account, name string
	c := &cobra.Command{
		Use:   "rbac [SELECTOR...]",
		Short: "Print the least rights that a run needs on a cluster that seatrial did not make",
		Long: `Print the roles, and their bindings to a service account, that give the least rights
that scenarios or faults need on a cluster that Seatrial did not make.

A selector is a scenario, a fault, or a pattern of either: probes/deadlock, pod/delete,
'rollout/*'. Without one: all scenarios that can be run there at all, which is those
that need no access to machines.

Namespaces of trials have other names each time, so rights in them are rights in all
namespaces: where that is too much, use a cluster of its own.`,
		Example: "  seatrial rbac 'pod/*' --account ops/seatrial | kubectl apply -f -\n  seatrial rbac probes/deadlock",
		RunE: func(c *cobra.Command, args []string) error {
			namespace, of, ok := strings.Cut(account, "/")
			if !ok || namespace == "" || of == "" {
				return usage("--account %q: NAMESPACE/NAME is wanted", account)
			}
			scenarios, err := needy(args)
			if err != nil {
				return err
			}
			roles := access.Roles(name, access.Subject{Namespace: namespace, Name: of}, run.RightsOf(scenarios))
			return g.print(c.OutOrStdout(), access.List(roles), func(w io.Writer) error {
				text, err := access.YAML(roles)
				if err != nil {
					return err
				}
				_, err = w.Write(text)
				return err
			})
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return append(scenarioNames(), faultNames()...), cobra.ShellCompDirectiveNoFileComp
		},
	}
	c.Flags().StringVar(&account, "account", "default/seatrial", "the service account that gets them, NAMESPACE/NAME")
	c.Flags().StringVar(&name, "name", "seatrial", "what the roles and bindings are called")
	return c
}

// needy are the scenarios, and the drills of the faults, that were asked for.
func needy(args []string) ([]suites.Scenario, error) {
	if len(args) == 0 {
		return run.Abroad(catalogue.All()), nil
	}
	all := catalogue.All()
	for _, f := range faults.All() {
		drill := drills.Of(f, 0) // as a run that was denied calls it
		all = append(all, drill)
		drill.Name = f.Card().Name
		all = append(all, drill)
	}
	return pick("scenario or fault", "scenarios and seatrial list faults", args, all, func(s suites.Scenario) string { return s.Name })
}
