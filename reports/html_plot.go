package reports

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"github.com/seatrial/seatrial/internal/judge"
)

// plot draws a finding's length of time against its window: the window as a
// band, the measured value as a tick, on a scale of its own from 0. "" if the
// finding is not about a length of time.
func plot(f judge.Finding) template.HTML {
	if f.From == nil && f.To == nil {
		return ""
	}
	top := scaleOf(f)
	at := func(ms float64) float64 { return math.Round(ms/top*10000) / 100 }
	from, to := 0.0, 100.0
	if f.From != nil {
		from = at(*f.From)
	}
	if f.To != nil {
		to = at(*f.To)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="plot plot-%s" viewBox="0 0 100 14" preserveAspectRatio="none" role="img" aria-label="%s">`,
		strings.ToLower(string(f.Status)), template.HTMLEscapeString(plotWords(f)))
	b.WriteString(`<line class="plot-axis" x1="0" x2="100" y1="7" y2="7"/>`)
	fmt.Fprintf(&b, `<rect class="plot-window" x="%g" width="%g" y="2.5" height="9"/>`, from, max(to-from, 0.6))
	if f.Measured != nil {
		x := min(at(*f.Measured), 99.2)
		fmt.Fprintf(&b, `<rect class="plot-halo" x="%g" width="2.2" y="0" height="14"/><rect class="plot-tick" data-measured-ms="%g" x="%g" width="1.2" y="0" height="14"/>`,
			max(x-1.1, 0), *f.Measured, max(x-0.6, 0))
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // figures, and words that are escaped
}

// scaleOf is the right end of a plot: a round figure with some air behind the
// last thing that is drawn.
//
//	0 to 7 s, measured 4.2 s -> 8 s
func scaleOf(f judge.Finding) float64 {
	last := 1.0
	for _, v := range []*float64{f.From, f.To, f.Measured} {
		if v != nil {
			last = max(last, *v)
		}
	}
	unit := math.Pow(10, math.Floor(math.Log10(last)))
	for _, step := range []float64{1.2, 1.6, 2, 2.5, 3, 4, 5, 6, 8, 10} {
		if step*unit >= last*1.08 {
			return step * unit
		}
	}
	return 12 * unit
}

// plotWords says what a plot shows.
func plotWords(f judge.Finding) string {
	words := "modelled " + windowWords(f)
	if f.Measured == nil {
		return words + ", never measured"
	}
	return words + ", measured " + milliseconds(*f.Measured)
}

// windowWords is a finding's window for people: "3.00 s to 7.00 s".
func windowWords(f judge.Finding) string {
	switch {
	case f.From == nil && f.To == nil:
		return "nothing"
	case f.To != nil && *f.To == 0:
		return "none at all"
	case f.To == nil:
		return "at least " + milliseconds(*f.From)
	case f.From == nil || *f.From == 0 && *f.To > 0:
		return "at most " + milliseconds(*f.To)
	}
	return milliseconds(*f.From) + " to " + milliseconds(*f.To)
}
