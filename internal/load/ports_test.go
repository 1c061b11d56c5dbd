package load

import "testing"

func TestSourcePortsComeOneAfterAnother(t *testing.T) {
	p := sourcePorts{first: 1000, count: 3}
	for n, want := range []int{1000, 1001, 1002, 1000} {
		if got := p.port(uint64(n)); got != want {
			t.Errorf("port %d is %d, want %d", n, got, want)
		}
	}
	if at := p.anywhere(); at >= 3 {
		t.Errorf("a lane begins at %d of 3", at)
	}
}

func TestParsePortRange(t *testing.T) {
	for text, want := range map[string][2]uint64{
		"32768\t60999\n": {32768, 60999}, "1024 65535": {1024, 65535},
		"": {1, 2}, "9 8": {1, 2}, "0 5": {1, 2}, "x y": {1, 2}, "1 2 3": {1, 2}, "1 70000": {1, 2},
	} {
		if a, b := parsePortRange(text, 1, 2); a != want[0] || b != want[1] {
			t.Errorf("%q: %d to %d, want %v", text, a, b, want)
		}
	}
}
