package reports

import (
	"strings"
	"testing"

	"github.com/seatrial/seatrial/internal/judge"
)

func TestDrillTable(t *testing.T) {
	rows := []Drill{
		{Fault: "node/kill", Status: judge.Pass, Said: "seen 8.20s after the deed, undone in 9.00s, back 6.00s later"},
		{Fault: "pod/delete", Status: judge.Fail, Said: "residue: namespace/x"},
	}
	var b strings.Builder
	if err := DrillTable(rows, TerminalOptions{NoColor: true})(&b); err != nil {
		t.Fatal(err)
	}
	const want = `PASS     node/kill                            seen 8.20s after the deed, undone in 9.00s, back 6.00s later
FAIL     pod/delete                           residue: namespace/x

1 of 2 faults seen, undone, and nothing left behind
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}
