package reports

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seatrial/seatrial/internal/judge"
)

// Summary is the run in Markdown. Its first line says what came out, modelled
// against measured where something is red, and how to repeat it.
func Summary(r judge.Run, info Info) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s** %s%s. Repeat: `%s`\n\n", r.Status, tally(r), worst(r), info.CommandLine)
	fmt.Fprintf(&b, "Kubernetes %s, seed %d, %s, started %s", info.Version, info.Seed, info.Tool, info.Start.Format("2006-01-02 15:04:05 UTC"))
	if info.Seconds > 0 {
		fmt.Fprintf(&b, ", %.0f s on the wall, %.0f s of trials", info.Seconds, info.TrialSeconds)
	}
	b.WriteString(".\n\n| | scenario | measured against modelled | twin |\n| --- | --- | --- | --- |\n")
	for _, t := range r.Trials {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", t.Status, t.Name, cell(figures(t)), cell(twinWords(t)))
	}
	for _, t := range r.Trials {
		if t.Status == judge.Pass {
			continue
		}
		fmt.Fprintf(&b, "\n## %s %s\n", t.Status, t.Name)
		if t.Reason != "" {
			fmt.Fprintf(&b, "\n%s\n", t.Reason)
		}
		if found := findings(t); found != "" {
			fmt.Fprintf(&b, "\n```\n%s```\n", found)
		}
	}
	b.WriteString(waited(r))
	if len(r.NotRun) > 0 {
		fmt.Fprintf(&b, "\n## Not run\n\n%s\n", strings.Join(r.NotRun, ", "))
	}
	return []byte(b.String())
}

// waited says where the downtime of the trials went, lane by lane.
func waited(r judge.Run) string {
	var b strings.Builder
	for _, t := range r.Trials {
		for _, lane := range slices.Sorted(maps.Keys(t.Lanes)) {
			if l := t.Lanes[lane]; len(l.Phases) > 0 {
				fmt.Fprintf(&b, "- %s, lane %s: %s\n", t.Name, lane, phaseWords(l))
			}
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "\n## What was waited for while requests failed\n\n" + b.String()
}

// phaseWords is where a lane's downtime went, in one line:
//
//	1.84 s: 1.02 s until liveness failure 2, 410 ms grace period, 410 ms boot
func phaseWords(l judge.Lane) string {
	var parts []string
	for _, p := range l.Phases {
		parts = append(parts, milliseconds(p.Ms)+" "+p.Name)
	}
	return milliseconds(l.TotalMs) + ": " + strings.Join(parts, ", ")
}

// worst names the first red scenario and its finding.
func worst(r judge.Run) string {
	for _, s := range []judge.Status{judge.Fail, judge.Invalid} {
		for _, t := range r.Trials {
			if t.Status == s {
				return fmt.Sprintf("; %s: %s", t.Name, headline(t))
			}
		}
	}
	return ""
}

// figures are the trial's lengths of time against their windows, or what is red.
func figures(t judge.Trial) string {
	if t.Reason != "" {
		return t.Reason
	}
	var parts []string
	for _, f := range t.Findings {
		if f.Measured != nil || f.Status != judge.Pass {
			parts = append(parts, f.Name+": "+measured(f))
		}
	}
	return strings.Join(parts, "; ")
}

// cell makes text fit into a table's cell.
func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ").Replace(text)
}
