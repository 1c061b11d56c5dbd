package main

import (
	"github.com/spf13/pflag"

	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/internal/stop"
	"github.com/seatrial/seatrial/suites"
)

// foreignFlags are the flags that name a cluster that Seatrial did not make.
type foreignFlags struct {
	run.Foreign
	flags *pflag.FlagSet
}

func (f *foreignFlags) add(flags *pflag.FlagSet) {
	f.flags = flags
	flags.StringVar(&f.Context, "context", "", "use the cluster of this kubeconfig context, which seatrial did not make")
	flags.StringVar(&f.Kubeconfig, "kubeconfig", "", "use the cluster of this kubeconfig")
	flags.StringVar(&f.Image, "image", "", "with --context: the app's image, where its nodes can pull it (seatrial image export)")
	flags.StringVar(&f.AgentImage, "agent-image", "", "with --context: the image of the agent that sends the load, likewise")
	flags.StringSliceVar(&f.Allow, "allow", nil, "with --context: node-faults, cluster-faults (repeatable; without: its own namespace only)")
	flags.StringVar(&f.StopIf, "stop-if", "", "with --context: stop and undo if this address does not answer well twice in a row")
}

// chosen is the cluster that was named, nil if none was. It is wrong usage to name two, to
// say something of none, or to choose what may not be done there.
func (f *foreignFlags) chosen(o run.Options, scenarios []suites.Scenario) (*run.Foreign, error) {
	if !f.flags.Changed("context") && !f.flags.Changed("kubeconfig") {
		for _, name := range []string{"image", "agent-image", "allow", "stop-if"} {
			if f.flags.Changed(name) {
				return nil, usage("--%s is about a cluster that seatrial did not make: --context or --kubeconfig names it", name)
			}
		}
		return nil, nil
	}
	for name, given := range map[string]bool{"cluster": o.Cluster != "", "place": o.Place != "", "version": o.Version != "", "keep": o.Keep, "keep-failed": o.KeepFailed, "parallel": o.Parallel != 0} {
		if given {
			return nil, usage("--%s is about clusters that seatrial makes, --context names another", name)
		}
	}
	if err := f.Permit(scenarios); err != nil {
		return nil, usage("%w", err)
	}
	if f.StopIf != "" {
		if _, err := stop.URL(f.StopIf); err != nil {
			return nil, usage("--stop-if: %w", err)
		}
	}
	return &f.Foreign, nil
}
