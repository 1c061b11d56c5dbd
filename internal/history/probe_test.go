package history

import "testing"

func TestAnswered(t *testing.T) {
	for _, c := range []struct {
		kind, code string
		want       bool
	}{
		{ProbeKubelet, "200", true}, {ProbeKubelet, "302", true}, {"other", "399", true}, {"", "204", true},
		{ProbeKubelet, "404", false}, {ProbeKubelet, "503", false}, {ProbeKubelet, CodeNone, false}, {"other", "", false},
		{ProbeKubelet, CodeServing, true}, {ProbeKubelet, "NOT_SERVING", false},
		{ProbeExec, "0", true}, {ProbeExec, "1", false}, {ProbeExec, "hanging", false}, {ProbeTCP, "connected", true},
	} {
		if got := (Interval{State: AppProbe, Attrs: Attrs{AttrKind: c.kind, AttrCode: c.code}}).Answered(); got != c.want {
			t.Errorf("%s %q: %t, want %t", c.kind, c.code, got, c.want)
		}
	}
}
