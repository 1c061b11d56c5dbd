package reports

import (
	"cmp"
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// The picture's measures, in pixels; its time axis begins shortly before the deed.
const (
	pictureWidth  = 960
	pictureLeft   = 150 // of the time axis
	pictureRight  = 940
	stripHeight   = 170
	pictureBefore = 4 * time.Second
	pictureMost   = 45 * time.Second // after the deed
	bucket        = 500 * time.Millisecond
)

// A strip is one trial in a picture.
type strip struct {
	title string
	h     *history.History
	deed  time.Duration
	pod   string
}

// Picture draws a trial and its twin on one time axis, from the deed on: requests
// per half second, good and failed; whether the pod that was hit was ready; its
// liveness probes; when its process ended and began. It is an SVG file for a README or
// a slide; the page of the trial shows all there is.
func Picture(main, twin *history.History, without string) ([]byte, error) {
	var strips []strip
	for _, s := range []strip{{title: "with " + without, h: main}, {title: "without " + without, h: twin}} {
		if s.h == nil {
			return nil, fmt.Errorf("draw %s: there is no record of it", s.title)
		}
		n := slices.IndexFunc(s.h.Marks, func(m history.Mark) bool { return m.Phase == history.PhaseFault })
		if n < 0 || len(s.h.Marks[n].Targets) == 0 {
			return nil, fmt.Errorf("draw %s: nothing was broken in it", s.title)
		}
		s.deed, s.pod = s.h.Marks[n].Earliest, s.h.Marks[n].Targets[0]
		if !slices.ContainsFunc(s.h.Intervals, func(i history.Interval) bool { return i.Source == history.SourceReady && i.Subject == s.pod }) {
			return nil, fmt.Errorf("draw %s: what was broken, %s, is no pod", s.title, s.pod)
		}
		strips = append(strips, s)
	}
	a := axis{until: min(pictureMost, max(strips[0].length(), strips[1].length()))}
	var b strings.Builder
	height := 70 + len(strips)*stripHeight
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="system-ui, sans-serif" font-size="12">`+"\n", pictureWidth, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", pictureWidth, height)
	text(&b, 10, 22, "bold", fmt.Sprintf("%s (%s, Kubernetes %s): %s", main.Meta.Scenario, main.Meta.Place, main.Meta.Version, cmp.Or(main.Meta.Fault, "nothing")+" at 0 s"))
	for i, s := range strips {
		s.draw(&b, a, 40+i*stripHeight)
	}
	a.draw(&b, 40, height-30)
	b.WriteString("</svg>\n")
	return []byte(b.String()), nil
}

// length is how long the trial went on after its deed.
func (s strip) length() time.Duration {
	for _, m := range s.h.Marks {
		if m.Phase == history.PhaseDrain {
			return m.Earliest - s.deed
		}
	}
	return 0
}

// axis is the time axis: seconds since the deed.
type axis struct{ until time.Duration }

func (a axis) x(since time.Duration) float64 {
	since = min(max(since, -pictureBefore), a.until)
	share := float64(since+pictureBefore) / float64(a.until+pictureBefore)
	return math.Round(10*(pictureLeft+share*(pictureRight-pictureLeft))) / 10
}

// draw draws the axis with a label each five seconds, and the deed through all strips.
func (a axis) draw(b *strings.Builder, top, bottom int) {
	for t := time.Duration(0); t <= a.until; t += 5 * time.Second {
		fmt.Fprintf(b, `<line x1="%g" x2="%g" y1="%d" y2="%d" stroke="#d0d7de" stroke-width="0.5"/>`+"\n", a.x(t), a.x(t), top, bottom)
		fmt.Fprintf(b, `<text x="%g" y="%d" text-anchor="middle" fill="#57606a">%.0f s</text>`+"\n", a.x(t), bottom+16, t.Seconds())
	}
	fmt.Fprintf(b, `<line x1="%g" x2="%g" y1="%d" y2="%d" stroke="#24292f" stroke-width="1.5"/>`+"\n", a.x(0), a.x(0), top, bottom)
}

func (s strip) draw(b *strings.Builder, a axis, top int) {
	text(b, 10, top+16, "bold", s.title)
	s.traffic(b, a, top+24, 70)
	s.ready(b, a, top+104)
	s.probes(b, a, top+126)
	s.turns(b, a, top+24, top+140)
}

// traffic draws the requests of all lanes, by half seconds.
func (s strip) traffic(b *strings.Builder, a axis, top, height int) {
	text(b, 10, top+40, "", "requests")
	good, failed, most := map[int]int{}, map[int]int{}, 1
	for i := range s.h.Samples {
		x := &s.h.Samples[i]
		since := x.Due - s.deed
		if x.Class.Skipped() || since < -pictureBefore || since >= a.until {
			continue
		}
		n := int(math.Floor(float64(since) / float64(bucket)))
		if x.Class.Failed() {
			failed[n]++
		} else {
			good[n]++
		}
		most = max(most, good[n]+failed[n])
	}
	for n := int(-pictureBefore / bucket); n < int(a.until/bucket); n++ {
		from, to := a.x(time.Duration(n)*bucket), a.x(time.Duration(n+1)*bucket)
		bar := func(base, count int, colour string) {
			if count > 0 {
				fmt.Fprintf(b, `<rect x="%g" width="%.1f" y="%.1f" height="%.1f" fill="%s"/>`+"\n", from, to-from-0.6,
					float64(top+height)-float64((base+count)*height)/float64(most), float64(count*height)/float64(most), colour)
			}
		}
		bar(0, failed[n], "#cf222e")
		bar(failed[n], good[n], "#8ccf9b")
	}
}

// ready draws when the pod that was hit was ready.
func (s strip) ready(b *strings.Builder, a axis, top int) {
	text(b, 10, top+11, "", "the pod is ready")
	for _, i := range s.h.Intervals {
		if i.Source == history.SourceReady && i.Subject == s.pod && i.To > s.deed-pictureBefore {
			colour := "#d0d7de"
			if i.State == "True" {
				colour = "#2da44e"
			}
			from, to := a.x(i.From-s.deed), a.x(min(i.To-s.deed, s.length())) // the record goes on a little after the load
			fmt.Fprintf(b, `<rect x="%g" width="%.1f" y="%d" height="14" fill="%s"/>`+"\n", from, max(to-from, 0), top, colour)
		}
	}
}

// probes draws a tick for each liveness probe, a cross for one without a good answer.
func (s strip) probes(b *strings.Builder, a axis, top int) {
	text(b, 10, top+11, "", "liveness probes")
	for _, i := range s.h.Intervals {
		since := i.From - s.deed
		if i.Source != history.SourceApp || i.Subject != s.pod || i.State != history.AppProbe ||
			i.Attrs[history.AttrPath] != "/live" || since < -pictureBefore || since > a.until {
			continue
		}
		colour, width := "#2da44e", 1.5
		if code := i.Attrs[history.AttrCode]; code == "" || code[0] != '2' && code[0] != '3' {
			colour, width = "#cf222e", 4
		}
		fmt.Fprintf(b, `<rect x="%.1f" width="%g" y="%d" height="14" fill="%s"/>`+"\n", a.x(since)-width/2, width, top, colour)
	}
}

// turns draws when the process of the pod was told to stop, and when it began again.
func (s strip) turns(b *strings.Builder, a axis, top, bottom int) {
	words := map[string]string{history.AppSIGTERM: "SIGTERM", history.AppStart: "starts again"}
	for _, i := range s.h.Intervals {
		word, known := words[i.State]
		since := i.From - s.deed
		if !known || i.Source != history.SourceApp || i.Subject != s.pod || since < 0 || since > a.until {
			continue
		}
		fmt.Fprintf(b, `<line x1="%g" x2="%g" y1="%d" y2="%d" stroke="#0969da" stroke-dasharray="3 2"/>`+"\n", a.x(since), a.x(since), top, bottom)
		anchor := map[string]string{"SIGTERM": "end", "starts again": "start"}[word]
		fmt.Fprintf(b, `<text x="%g" y="%d" text-anchor="%s" dx="%d" fill="#0969da">%s</text>`+"\n", a.x(since), top-4, anchor, 0, word)
	}
}

func text(b *strings.Builder, x, y int, weight, words string) {
	if weight != "" {
		weight = ` font-weight="` + weight + `"`
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" fill="#24292f"%s>%s</text>`+"\n", x, y, weight, html.EscapeString(words))
}
