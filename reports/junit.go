package reports

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/seatrial/seatrial/internal/judge"
)

// JUnit's elements, as CI systems read them.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string     `xml:"classname,attr"`
		Name    string     `xml:"name,attr"`
		Time    string     `xml:"time,attr"`
		Failure *junitSaid `xml:"failure,omitempty"`
		Error   *junitSaid `xml:"error,omitempty"`
		Skipped *junitSaid `xml:"skipped,omitempty"`
		Out     string     `xml:"system-out,omitempty"`
	}
	junitSaid struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit is the run as JUnit XML: a suite per topic, a case per scenario. FAIL is
// a failure, INVALID an error, SKIPPED skipped; what was not run is an error, since
// nothing is known of it. Names are stable.
func JUnit(r judge.Run) []byte {
	var all junitSuites
	at := map[string]int{}
	add := func(t judge.Trial) {
		topic, name, _ := strings.Cut(t.Name, "/")
		n, known := at[topic]
		if !known {
			n = len(all.Suites)
			at[topic] = n
			all.Suites = append(all.Suites, junitSuite{Name: topic})
		}
		all.Suites[n].add(caseOf(topic, name, t), t.Seconds)
	}
	for _, t := range r.Trials {
		add(t)
	}
	for _, name := range r.NotRun {
		add(judge.Trial{Name: name, Status: judge.Invalid, Reason: "not run"})
	}
	for _, s := range all.Suites {
		all.Tests, all.Failures, all.Errors, all.Skipped = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors, all.Skipped+s.Skipped
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return []byte(xml.Header + "<!-- " + err.Error() + " -->\n") // strings and numbers: cannot happen
	}
	return []byte(xml.Header + string(text) + "\n")
}

func (s *junitSuite) add(c junitCase, seconds float64) {
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	var sum float64
	_, _ = fmt.Sscan(s.Time, &sum)
	s.Time = fmt.Sprintf("%.1f", sum+seconds)
	s.Cases = append(s.Cases, c)
}

func caseOf(topic, name string, t judge.Trial) junitCase {
	c := junitCase{Class: topic, Name: name, Time: fmt.Sprintf("%.1f", t.Seconds)}
	said := &junitSaid{Message: headline(t), Text: findings(t)}
	switch t.Status {
	case judge.Fail:
		c.Failure = said
	case judge.Invalid:
		c.Error = said
	case judge.Skipped:
		c.Skipped = &junitSaid{Message: t.Reason}
	default:
		c.Out = findings(t)
	}
	return c
}

// headline is the trial's outcome in one line: the first finding that is red.
func headline(t judge.Trial) string {
	if t.Reason != "" {
		return t.Reason
	}
	for _, f := range t.Findings {
		if f.Status == t.Status && f.Status != judge.Pass {
			return fmt.Sprintf("%s: want %s, got %s", f.Name, f.Want, f.Got)
		}
	}
	return ""
}

// findings lists what was found, a line each.
func findings(t judge.Trial) string {
	var b strings.Builder
	for _, f := range t.Findings {
		fmt.Fprintf(&b, "%-7s %s: want %s, got %s\n", f.Status, f.Name, f.Want, f.Got)
	}
	if t.Twin != nil {
		fmt.Fprintf(&b, "twin without %s: %s (%s as expected: %t)\n", t.Twin.Without, t.Twin.Status, t.Twin.Finding, t.Twin.AsExpected)
	}
	return b.String()
}
