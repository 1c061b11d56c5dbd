package reports

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/seatrial/seatrial/internal/judge"
)

func printed(t *testing.T, print func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := print(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestJUnit(t *testing.T) {
	text := JUnit(sampleRun())
	golden(t, "junit.golden.xml", text)
	var read junitSuites
	if err := xml.Unmarshal(text, &read); err != nil {
		t.Fatalf("not XML: %v", err)
	}
	if read.Tests != 5 || read.Failures != 1 || read.Errors != 2 || read.Skipped != 1 {
		t.Errorf("%d tests, %d failures, %d errors, %d skipped; want 5, 1, 2, 1", read.Tests, read.Failures, read.Errors, read.Skipped)
	}
}

func TestSummary(t *testing.T) {
	text := Summary(sampleRun(), sampleInfo())
	golden(t, "summary.golden.md", text)
	first, _, _ := strings.Cut(string(text), "\n")
	for _, want := range []string{"FAIL", "rollout/bad-image", "want nothing lost, got 12", "seatrial run --tier smoke --seed 7431"} {
		if !strings.Contains(first, want) {
			t.Errorf("the first line does not say %q: %s", want, first)
		}
	}
	for _, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, "| ") && strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") != 5 {
			t.Errorf("not four cells: %s", line)
		}
	}
}

func TestTable(t *testing.T) {
	golden(t, "table.golden.txt", printed(t, Table(sampleRun(), TerminalOptions{NoColor: true})))
	coloured := printed(t, Table(sampleRun(), TerminalOptions{}))
	if !bytes.Contains(coloured, []byte("\x1b[31mFAIL   \x1b[0m")) {
		t.Errorf("FAIL is not red: %q", coloured)
	}
}

func TestRepeatTable(t *testing.T) {
	run := func(a, b judge.Status) judge.Run {
		return judge.NewRun([]judge.Trial{{Name: "probes/deadlock", Status: a}, {Name: "nodes/node-killed", Status: b}}, nil, nil)
	}
	runs := []judge.Run{run(judge.Pass, judge.Pass), run(judge.Pass, judge.Invalid), run(judge.Pass, judge.Pass)}
	golden(t, "repeat.golden.txt", printed(t, RepeatTable(runs, TerminalOptions{NoColor: true})))
}

// The worked example of flipBound, the rule of three, and the closed forms of
// both ends: 1-0.05^(1/n) for no flip, 0.95^(1/n) for all but one.
func TestFlipBound(t *testing.T) {
	for _, c := range []struct {
		k, n int
		want float64
	}{
		{0, 20, 0.1391}, {0, 1, 0.95}, {0, 100, 1 - math.Pow(0.05, 0.01)}, {1, 20, 0.2161}, {19, 20, math.Pow(0.95, 0.05)}, {3, 3, 1},
	} {
		if got := flipBound(c.k, c.n); !(math.Abs(got-c.want) <= 1e-4) {
			t.Errorf("flipBound(%d, %d) = %.4f, want %.4f", c.k, c.n, got, c.want)
		}
	}
}

func TestMilliseconds(t *testing.T) {
	for ms, want := range map[float64]string{0: "0 ms", 20: "20 ms", 999.4: "999 ms", 1000: "1.00 s", 3405: "3.40 s", 65000: "65.00 s"} {
		if got := milliseconds(ms); got != want {
			t.Errorf("%g is %s, want %s", ms, got, want)
		}
	}
}

func TestTallyOfNothing(t *testing.T) {
	if got := tally(judge.Run{}); got != "nothing was judged" {
		t.Errorf("got %q", got)
	}
	if text := string(JUnit(judge.Run{})); !strings.Contains(text, `tests="0"`) {
		t.Errorf("JUnit of nothing: %s", text)
	}
}
