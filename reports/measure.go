package reports

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/measure"
)

// windowsShown is how many outages of a lane the table shows, the longest of them.
const windowsShown = 20

// MeasureLine is how a measurement stands, in one line.
func MeasureLine(n measure.Now) string {
	line := fmt.Sprintf("%-8s %s  %d requests  %d errors", n.Phase, clock(n.Elapsed), n.Requests, n.Errors)
	if n.Outage > 0 {
		line += "  OUTAGE for " + milliseconds(float64(n.Outage.Milliseconds()))
	}
	return line
}

// MeasureTable returns what prints a measurement: each lane with its outages, how
// long good answers took, and what the meter says about itself.
func MeasureTable(r measure.Result, opts TerminalOptions) func(io.Writer) error {
	return func(w io.Writer) error {
		var b strings.Builder
		wide := 7
		for name := range r.Latency {
			wide = max(wide, len(name))
		}
		for _, name := range slices.Sorted(maps.Keys(r.Lanes)) {
			measuredLane(&b, fmt.Sprintf("%-*s", wide, name), r, r.Lanes[name])
		}
		for _, name := range slices.Sorted(maps.Keys(r.Latency)) {
			l := r.Latency[name]
			fmt.Fprintf(&b, "latency %-*s from due   %s\n", wide, name, percentiles(l.Corrected))
			fmt.Fprintf(&b, "        %-*s from sent  %s\n", wide, "", percentiles(l.Uncorrected))
		}
		b.WriteString(wayInWords(r.WayIn) + testerWords(r.Tester))
		if c := r.Command; c != nil {
			b.WriteString(commandWords(*c))
		}
		fmt.Fprintf(&b, "%s %s\n", opts.status(r.Verdict), verdictWords(r))
		_, err := io.WriteString(w, b.String())
		return err
	}
}

func percentiles(s measure.Spread) string {
	if s.Count == 0 {
		return "nothing was good"
	}
	return fmt.Sprintf("p50 %s  p99 %s  p99.9 %s  max %s", fine(s.P50), fine(s.P99), fine(s.P999), fine(s.Max))
}

// fine is a short length of time for people: 0.84 ms, 12 ms, 3.41 s.
func fine(ms float64) string {
	if ms < 10 {
		return fmt.Sprintf("%.2f ms", ms)
	}
	return milliseconds(ms)
}

func measuredLane(b *strings.Builder, name string, r measure.Result, l judge.Lane) {
	if len(l.Windows) == 0 {
		fmt.Fprintf(b, "lane %s %d requests, none failed (±%s)\n", name, l.Requests, fine(l.ResolutionMs))
		return
	}
	fmt.Fprintf(b, "lane %s %d requests, %d failed; down for %s in %s, the longest %s (±%s)\n",
		name, l.Requests, l.Errors, milliseconds(l.TotalMs), many(len(l.Windows), "outage"), milliseconds(l.LongestMs), fine(l.ResolutionMs))
	shown := longestOf(l.Windows)
	for _, w := range shown {
		fmt.Fprintf(b, "    from %s to %s  %9s ±%-7s %s%s\n", second(w.FromMs), second(w.ToMs), milliseconds(w.ToMs-w.FromMs),
			fine(w.UncertaintyMs), classWords(w.Classes), remarks(r, w))
	}
	if n := len(l.Windows) - len(shown); n > 0 {
		fmt.Fprintf(b, "    and %d shorter ones\n", n)
	}
	for _, d := range l.Degradations {
		fmt.Fprintf(b, "    degraded from %s to %s: %d of %d slots failed\n", second(d.FromMs), second(d.ToMs), d.Failed, d.Slots)
	}
}

// longestOf are the longest outages, in the order of time.
func longestOf(windows []judge.Window) []judge.Window {
	if len(windows) <= windowsShown {
		return windows
	}
	all := slices.Clone(windows)
	slices.SortStableFunc(all, func(a, b judge.Window) int { return int(100 * ((b.ToMs - b.FromMs) - (a.ToMs - a.FromMs))) })
	all = all[:windowsShown]
	slices.SortFunc(all, func(a, b judge.Window) int { return int(100 * (a.FromMs - b.FromMs)) })
	return all
}

// many counts things: "1 outage", "2 outages".
func many(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func second(ms float64) string { return fmt.Sprintf("%.3f s", ms/1000) }

func classWords(classes map[string]int) string {
	var words []string
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		words = append(words, fmt.Sprintf("%s %d", class, classes[class]))
	}
	return strings.Join(words, ", ")
}

func remarks(r measure.Result, w judge.Window) string {
	text := ""
	if r.Before(w) {
		text += "; before the command, not counted as its downtime"
	}
	if w.ServedAnew > 0 {
		text += fmt.Sprintf("; %d good when asked again on a fresh connection", w.ServedAnew)
	}
	if w.Stalled {
		text += "; the meter's own trouble touches it"
	}
	if w.OpenEnded {
		text += "; had not ended"
	}
	return text
}

// wayInWords says what the way in keeps from the meter, "" if nothing.
func wayInWords(way *measure.WayIn) string {
	if way == nil {
		return ""
	}
	return fmt.Sprintf("way in          %s accepts all connections itself: %s behind it show as resets or time-outs\n", way.Program, strings.Join(way.Hides, ", "))
}

func testerWords(t measure.Tester) string {
	text := fmt.Sprintf("meter           %.0f requests/s sent, 99 %% of them at most %s late, %d slots not sent", t.Achieved, fine(t.LatenessP99Ms), t.Skipped)
	if len(t.Why) > 0 {
		text += " (" + classWords(t.Why) + ")"
	}
	if n := len(t.Stalls); n > 0 {
		longest := 0.0
		for _, s := range t.Stalls {
			longest = max(longest, s.ToMs-s.FromMs)
		}
		text += fmt.Sprintf(", %s, the longest %s", many(n, "stall"), milliseconds(longest))
	}
	if t.BlindMs > 0 {
		text += "; for " + milliseconds(t.BlindMs) + " in all nobody looked"
	}
	if t.Ousted > 0 {
		text += fmt.Sprintf("; all connections of lane reused were busy for %d requests, which opened others: --connections takes more", t.Ousted)
	}
	if n := len(t.Clocks); n > 0 {
		worst := 0.0
		for _, c := range t.Clocks {
			worst = max(worst, c.ErrorMs)
		}
		text += fmt.Sprintf("; %s, the clocks known to %s", many(n, "agent"), fine(worst))
	}
	return text + "\n"
}

func commandWords(c measure.Command) string {
	if c.Error != "" {
		return fmt.Sprintf("command         %s: %s\n", strings.Join(c.Line, " "), c.Error)
	}
	return fmt.Sprintf("command         from %s to %s, exit code %d: %s\n", second(c.FromMs), second(c.ToMs), c.Code, strings.Join(c.Line, " "))
}

// verdictWords is the outcome in one line.
func verdictWords(r measure.Result) string {
	if r.Reason != "" {
		return r.Reason
	}
	worst, since := 0.0, ""
	for name, l := range r.Lanes {
		if worst = max(worst, r.Down(name)); r.Down(name) < l.TotalMs {
			since = " since the command began"
		}
	}
	text := fmt.Sprintf("%s of downtime at most on a lane%s, in %s", milliseconds(worst), since, milliseconds(r.DurationMs))
	if r.MaxMs != nil {
		text += ", " + milliseconds(*r.MaxMs) + " allowed"
	}
	return text
}
