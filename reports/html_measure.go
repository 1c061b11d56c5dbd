package reports

import (
	"fmt"
	"html/template"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/measure"
)

// columnsMost is how many columns the picture of a measurement has at most; a
// longer one has several spans in each.
const columnsMost = 240

// A measurePage is what the page of a measurement shows.
type measurePage struct {
	measure.Result
	Told    string
	Command string
	Lanes   []measureLane
	Columns []column
	Per     float64 // milliseconds in a column
	Most    int     // requests of the fullest column
	Slowest float64 // milliseconds
	Ticks   []axisTick
	RunFrom float64 // percent of the axis: when the command ran
	RunTo   float64
	Meter   string
	WayIn   string
}

// A measureLane is a lane with where its outages lie, in percent of the axis.
type measureLane struct {
	judge.Lane
	Name    string
	Latency measure.Latency
	Shown   []shownWindow
	LeftOut int
}

type shownWindow struct {
	judge.Window
	X, Width float64
	Kinds    string
}

// A column is a span of the load; heights and places in percent.
type column struct {
	X, Width, Good, Failed, Slow float64
	Says                         string
}

type axisTick struct {
	X    float64
	Text string
}

// MeasureHTML is the page of a measurement: one file that needs nothing else.
func MeasureHTML(r measure.Result) ([]byte, error) {
	p := measurePage{Result: r, Told: verdictWords(r), Meter: strings.TrimSpace(testerWords(r.Tester)), WayIn: strings.TrimSpace(strings.TrimPrefix(wayInWords(r.WayIn), "way in"))}
	length := float64(max(len(r.Spans), 1)) * r.SpanMs
	if c := r.Command; c != nil {
		p.Command = strings.TrimSpace(strings.TrimPrefix(commandWords(*c), "command"))
		p.RunFrom, p.RunTo = percent(c.FromMs, length), percent(c.ToMs, length)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Lanes)) {
		l := measureLane{Lane: r.Lanes[name], Name: name, Latency: r.Latency[name]}
		shown := longestOf(l.Windows)
		l.LeftOut = len(l.Windows) - len(shown)
		for _, w := range shown {
			l.Shown = append(l.Shown, shownWindow{w, percent(w.FromMs, length), max(percent(w.ToMs-w.FromMs, length), 0.15), classWords(w.Classes) + remarks(r, w)})
		}
		p.Lanes = append(p.Lanes, l)
	}
	p.columns(r.Spans)
	p.ticks(length)
	return render("measure.html", nil, p)
}

// columns puts the spans into columns.
func (p *measurePage) columns(spans []measure.Span) {
	each := max(1, int(math.Ceil(float64(len(spans))/columnsMost)))
	p.Per = float64(each) * p.SpanMs
	var all []measure.Span
	for chunk := range slices.Chunk(spans, each) {
		var sum measure.Span
		for _, s := range chunk {
			sum.Good, sum.Failed, sum.Skipped, sum.Longest = sum.Good+s.Good, sum.Failed+s.Failed, sum.Skipped+s.Skipped, max(sum.Longest, s.Longest)
		}
		all = append(all, sum)
		p.Most = max(p.Most, sum.Good+sum.Failed)
		p.Slowest = max(p.Slowest, sum.Longest)
	}
	length := float64(max(len(spans), 1))
	for i, s := range all {
		most := float64(max(p.Most, 1))
		p.Columns = append(p.Columns, column{
			X: percent(float64(i*each), length), Width: percent(float64(each), length) * 0.92,
			Good: percent(float64(s.Good), most), Failed: percent(float64(s.Failed), most), Slow: percent(s.Longest, max(p.Slowest, 1)),
			Says: fmt.Sprintf("from %s: %d good, %d failed, %d not sent, longest answer %s", second(float64(i)*p.Per), s.Good, s.Failed, s.Skipped, fine(s.Longest)),
		})
	}
}

// ticks are round instants, not too many of them.
func (p *measurePage) ticks(length float64) {
	step := 1000.0
	for _, s := range []float64{1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 18e5} {
		if step = s; length/s <= 10 {
			break
		}
	}
	for t := 0.0; t <= length*0.97; t += step {
		p.Ticks = append(p.Ticks, axisTick{percent(t, length), fmt.Sprintf("%g s", t/1000)})
	}
}

// Under is where a bar of that height begins, from above, in percent.
func (column) Under(heights ...float64) float64 {
	under := 100.0
	for _, h := range heights {
		under -= h
	}
	return math.Round(100*under) / 100
}

// Row is the table row of a spread.
func (measurePage) Row(name string, s measure.Spread) template.HTML {
	cells := fmt.Sprintf("<th scope=row>%s</th>", template.HTMLEscapeString(name))
	for _, v := range []float64{s.P50, s.P90, s.P99, s.P999, s.Max} {
		cells += "<td>" + fine(v) + "</td>"
	}
	return template.HTML("<tr>" + cells + "</tr>") //nolint:gosec // figures, and a name that is escaped
}

// Second is an instant in words.
func (measurePage) Second(ms float64) string { return second(ms) }

// Fine is a short length of time in words.
func (measurePage) Fine(ms float64) string { return fine(ms) }

// Length is how long a window is.
func (w shownWindow) Length() float64 { return w.ToMs - w.FromMs }

func percent(part, whole float64) float64 { return math.Round(10000*part/whole) / 100 }
