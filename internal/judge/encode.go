package judge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
)

// Encode writes a run as verdict.json: the same bytes for the same verdict, maps
// in the order of their keys, milliseconds to a tenth, seconds to a thousandth.
func Encode(r Run) []byte {
	trials := make([]Trial, 0, len(r.Trials))
	for _, t := range r.Trials {
		trials = append(trials, tidy(t))
	}
	r.Trials = trials
	return encode(r)
}

// EncodeTrial writes the verdict on one trial, in the same way.
func EncodeTrial(t Trial) []byte { return encode(tidy(t)) }

func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // people read it: "<= 2s"
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		// Strings and finite figures only: encoding/json has no way to fail on these types.
		panic(fmt.Sprintf("encode verdict: %v", err))
	}
	return b.Bytes()
}

// tidy returns a copy with rounded figures and with empty lists for missing ones.
func tidy(t Trial) Trial {
	t.Seconds = round(t.Seconds, 1000)
	t.Findings, t.Lanes = tidyFindings(t.Findings), tidyLanes(t.Lanes)
	if t.Twin != nil {
		twin := *t.Twin
		twin.Seconds = round(twin.Seconds, 1000)
		twin.Findings, twin.Lanes = tidyFindings(twin.Findings), tidyLanes(twin.Lanes)
		t.Twin = &twin
	}
	if t.Planted != nil {
		planted := *t.Planted
		planted.Findings = tidyFindings(planted.Findings)
		t.Planted = &planted
	}
	return t
}

func tidyFindings(findings []Finding) []Finding {
	all := make([]Finding, 0, len(findings))
	for _, f := range findings {
		f.Measured, f.From, f.To = tenth(f.Measured), tenth(f.From), tenth(f.To)
		all = append(all, f)
	}
	return all
}

func tidyLanes(lanes map[string]Lane) map[string]Lane {
	all := make(map[string]Lane, len(lanes))
	for name, l := range lanes {
		l.TotalMs, l.LongestMs, l.ResolutionMs = round(l.TotalMs, 10), round(l.LongestMs, 10), round(l.ResolutionMs, 10)
		l.Windows, l.Degradations = tidyWindows(l.Windows), tidyWindows(l.Degradations)
		all[name] = l
	}
	return all
}

func tidyWindows(windows []Window) []Window {
	all := make([]Window, 0, len(windows))
	for _, w := range windows {
		w.FromMs, w.ToMs, w.UncertaintyMs = round(w.FromMs, 10), round(w.ToMs, 10), round(w.UncertaintyMs, 10)
		if w.Classes == nil {
			w.Classes = map[string]int{}
		}
		all = append(all, w)
	}
	return all
}

// tenth rounds a figure to a tenth; what is no number is left out.
func tenth(figure *float64) *float64 {
	if figure == nil || math.IsNaN(*figure) || math.IsInf(*figure, 0) {
		return nil
	}
	x := round(*figure, 10)
	return &x
}
