package main

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/perf/benchmath"
)

// A table is what a part has found: rows of figures, and claims that hold or not.
type table struct {
	rows   []row
	claims []claim
}

// A row is one distribution.
type row struct {
	what, who, unit string
	values          []float64
}

// A claim is a promise about the figures.
type claim struct {
	text  string
	found string
	holds bool
}

func (t *table) add(what, who, unit string, values []float64) {
	t.rows = append(t.rows, row{what, who, unit, values})
}

// claim notes a promise: a format with its figures, and whether it holds.
func (t *table) claim(holds bool, text, format string, args ...any) {
	t.claims = append(t.claims, claim{text, fmt.Sprintf(format, args...), holds})
}

func (t *table) broken() int {
	n := 0
	for _, c := range t.claims {
		if !c.holds {
			n++
		}
	}
	return n
}

// markdown is the part as it goes into BENCHMARKS.md. The interval is that of the
// median at 95 % (benchmath: no distribution is assumed).
func (t *table) markdown(p part, circumstances string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n## %s: %s\n\n%s", p.name, p.about, circumstances)
	if len(t.rows) > 0 {
		b.WriteString("| what | who | n | median | 95 % interval | p95 | most | unit |\n| --- | --- | ---: | ---: | --- | ---: | ---: | --- |\n")
	}
	for _, r := range t.rows {
		if len(r.values) == 0 {
			fmt.Fprintf(&b, "| %s | %s | 0 | - | - | - | - | %s |\n", r.what, r.who, r.unit)
			continue
		}
		s := summary(r.values)
		fmt.Fprintf(&b, "| %s | %s | %d | %s | %s to %s | %s | %s | %s |\n", r.what, r.who, len(r.values), figure(s.Center),
			figure(s.Lo), figure(s.Hi), figure(quantile(r.values, 0.95)), figure(slices.Max(r.values)), r.unit)
	}
	if len(t.claims) > 0 {
		b.WriteString("\n| claim | found | |\n| --- | --- | --- |\n")
	}
	for _, c := range t.claims {
		verdict := "holds"
		if !c.holds {
			verdict = "**does not hold**"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", c.text, c.found, verdict)
	}
	return b.String()
}

// summary is the median and its interval at 95 %.
func summary(values []float64) benchmath.Summary {
	return benchmath.AssumeNothing.Summary(benchmath.NewSample(slices.Clone(values), &benchmath.DefaultThresholds), 0.95)
}

// median is what the table says, and the claims.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	return summary(values).Center
}

// figure has three digits that count.
func figure(v float64) string {
	switch {
	case math.IsInf(v, 0) || math.IsNaN(v):
		return "-"
	case v == 0:
		return "0"
	case math.Abs(v) >= 100:
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}

// quantile is the smallest value that a share q of all does not exceed.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(max(int(math.Ceil(q*float64(len(sorted))))-1, 0), len(sorted)-1)]
}

// head begins the file.
const head = `# Benchmarks of the meter

Written by ` + "`make bench`" + `. Everything in one part was measured in the same minutes on the same
machine; compare figures within a part, not between parts.
`

// circumstances say when and where a part was measured.
func circumstances(seed uint64) string {
	commit := "unknown"
	if out, err := exec.Command("git", "describe", "--always", "--dirty").Output(); err == nil {
		commit = strings.TrimSpace(string(out))
	}
	return fmt.Sprintf("%s, commit %s, %s %s/%s, %d processors (%s), seed %d.\n\n",
		time.Now().UTC().Format("2006-01-02"), commit, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), processor(), seed)
}

// kept is what a file that was written before says of a part, "" if nothing.
//
//	kept("# x\n\n## a: b\n\n1\n\n## c: d\n\n2\n", "a") == "\n## a: b\n\n1\n"
func kept(file, part string) string {
	_, rest, there := strings.Cut(file, "\n## "+part+":")
	if !there {
		return ""
	}
	text, _, _ := strings.Cut(rest, "\n## ")
	return "\n## " + part + ":" + text
}

// processor is the model name of the first one.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "model unknown"
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
