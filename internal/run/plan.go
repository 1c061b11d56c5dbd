package run

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"text/tabwriter"
	"time"
)

// A Planned trial is what a dry run says of it.
type Planned struct {
	Name     string  `json:"name"`
	Place    string  `json:"place,omitempty"`
	Blast    string  `json:"blast"`
	Disturbs string  `json:"disturbs"`
	Seconds  float64 `json:"seconds"` // about how long it takes
	Skipped  string  `json:"skipped,omitempty"`
}

// A DryRun is what a run would do.
type DryRun struct {
	Trials  []Planned `json:"trials"`
	Times   int       `json:"times"`   // how often all of them are run
	Seconds float64   `json:"seconds"` // on the wall, all times, clusters included
}

// disturbs says in words what a blast radius means.
var disturbs = map[string]string{
	"ns": "its own namespace", "node": "nodes of its cluster; runs alone there", "cluster": "its whole cluster; runs alone there",
}

// creation is what creating and deleting a cluster takes, measured on two cores.
const creation = 35 * time.Second

// Plan says what a run with the options would do, without doing it. Somebody else's cluster
// is asked for its nodes.
func Plan(ctx context.Context, o Options) (DryRun, error) {
	items, err := (&session{Options: o}).list(ctx)
	if err != nil {
		return DryRun{}, err
	}
	parallel := o.Parallel
	if parallel == 0 {
		parallel = defaultParallel
	}
	if o.Foreign != nil {
		parallel = 1
	}
	d := DryRun{Times: max(1, o.Repeat)}
	there := o.Cluster != "" || o.Foreign != nil // no cluster is made
	perPlace := map[string]time.Duration{}
	for _, i := range items {
		p := Planned{Name: i.Title(), Place: i.In.Name, Blast: string(i.Scenario.Blast), Disturbs: disturbs[string(i.Scenario.Blast)], Skipped: i.Why}
		if i.Why == "" {
			p.Seconds = i.Estimate().Seconds()
			share := i.Estimate()
			if p.Blast == "ns" {
				share /= time.Duration(parallel)
			}
			perPlace[i.In.Name] += share
		}
		d.Trials = append(d.Trials, p)
	}
	var total time.Duration
	for _, wave := range waves(Places(items), runtime.NumCPU()) {
		var longest time.Duration
		for _, place := range wave {
			longest = max(longest, perPlace[place.Name])
		}
		total += longest
		if !there {
			total += time.Duration(len(wave)) * creation
		}
	}
	d.Seconds = total.Seconds() * float64(d.Times)
	return d, nil
}

// Table prints the plan.
func (d DryRun) Table(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "TRIAL\tPLACE\tABOUT\tDISTURBS")
	for _, p := range d.Trials {
		if p.Skipped != "" {
			fmt.Fprintf(t, "%s\t-\t-\tskipped: %s\n", p.Name, p.Skipped)
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%.0f s\t%s\n", p.Name, p.Place, p.Seconds, p.Disturbs)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	times := ""
	if d.Times > 1 {
		times = fmt.Sprintf(", %d times", d.Times)
	}
	_, err := fmt.Fprintf(w, "\n%d trials%s, about %.0f minutes once the images are there\n", len(d.Trials), times, d.Seconds/60)
	return err
}
