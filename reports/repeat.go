package reports

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/seatrial/seatrial/internal/judge"
)

// RepeatTable returns what prints several runs of the same scenarios: how often
// each came out how, and below which share of runs its verdict flips, with 95 %
// confidence.
func RepeatTable(runs []judge.Run, opts TerminalOptions) func(io.Writer) error {
	return func(w io.Writer) error {
		var order []string
		came := map[string]map[judge.Status]int{}
		for _, r := range runs {
			for _, t := range r.Trials {
				if came[t.Name] == nil {
					came[t.Name] = map[judge.Status]int{}
					order = append(order, t.Name)
				}
				came[t.Name][t.Status]++
			}
		}
		var b strings.Builder
		for _, name := range order {
			n, most := 0, 0
			var parts []string
			for _, s := range []judge.Status{judge.Pass, judge.Fail, judge.Invalid, judge.Skipped} {
				if k := came[name][s]; k > 0 {
					n, most = n+k, max(most, k)
					parts = append(parts, fmt.Sprintf("%d %s", k, s))
				}
			}
			fmt.Fprintf(&b, "%-32s %-28s flips in less than %.0f %% of runs\n", name, strings.Join(parts, ", "), 100*flipBound(n-most, n))
		}
		worst := slices.MaxFunc(runs, func(a, b judge.Run) int { return grave[a.Status] - grave[b.Status] })
		fmt.Fprintf(&b, "\n%s %d runs\n", opts.status(worst.Status), len(runs))
		_, err := io.WriteString(w, b.String())
		return err
	}
}

// grave orders the verdicts of runs.
var grave = map[judge.Status]int{judge.Pass: 0, judge.Skipped: 1, judge.Invalid: 2, judge.Fail: 3}

// flipBound is the upper end of the one-sided 95 % Clopper-Pearson interval for
// the share of flips, k of them having been seen in n runs.
//
//	flipBound(0, 20) == 0.139  (the "rule of three" says 3/20 = 0.15)
func flipBound(k, n int) float64 {
	if k >= n {
		return 1
	}
	low, high := 0.0, 1.0
	for range 60 { // bisection to well below any figure that is printed
		p := (low + high) / 2
		if atMost(k, n, p) > 0.05 {
			low = p
		} else {
			high = p
		}
	}
	return high
}

// atMost is the chance of at most k flips in n runs if each flips with chance p.
func atMost(k, n int, p float64) float64 {
	sum, term := 0.0, math.Pow(1-p, float64(n))
	for i := 0; i <= k; i++ {
		sum += term
		term *= float64(n-i) / float64(i+1) * p / (1 - p)
	}
	return sum
}
