package judge

import "testing"

// Of findings that came out alike the longest is told, whatever stands first.
func TestTogetherTellsTheLongest(t *testing.T) {
	figure := func(ms float64) *float64 { return &ms }
	plain := Finding{Status: Pass, Got: "0 restarts"}
	short := Finding{Status: Pass, Got: "short", Measured: figure(3), From: figure(1), To: figure(7)}
	long := Finding{Status: Pass, Got: "long", Measured: figure(4), From: figure(2), To: figure(8)}
	red := Finding{Status: Fail, Got: "red", Measured: figure(1)}
	for _, c := range []struct {
		all  []Finding
		want float64
		got  string
	}{
		{[]Finding{plain, short, long}, 4, "0 restarts; short; long"},
		{[]Finding{long, plain, short}, 4, "long; 0 restarts; short"},
		{[]Finding{long, red, plain}, 1, "red; long; 0 restarts"},
	} {
		f := together(c.all)
		if f.Measured == nil || *f.Measured != c.want || f.Got != c.got {
			t.Errorf("%+v, want %g and %q", f, c.want, c.got)
		}
	}
	if f := together([]Finding{plain, long}); *f.From != 2 || *f.To != 8 {
		t.Errorf("the window of another: %+v", f)
	}
}
