package load

import (
	"testing"
	"time"
)

func TestSourcePortsComeOneAfterAnother(t *testing.T) {
	p := &sourcePorts{first: 1000, count: 3, vain: map[int]time.Time{}}
	now := time.Now()
	for n, want := range []int{1000, 1001, 1002, 1000} {
		if got := p.take(now); got != want {
			t.Errorf("port %d is %d, want %d", n, got, want)
		}
	}
	if p := newSourcePorts(); p.next >= p.count {
		t.Errorf("a meter begins at %d of %d", p.next, p.count)
	}
}

// A port from which a connection was tried in vain is left alone until connection
// tracking has forgotten it.
func TestPortsTriedInVain(t *testing.T) {
	p := &sourcePorts{first: 1000, count: 4, vain: map[int]time.Time{}}
	now := time.Now()
	took := func(n int) (all []int) {
		for range n {
			all = append(all, p.take(now))
		}
		return all
	}
	p.failed(1001, now)
	now = now.Add(60 * time.Second)
	p.failed(1002, now)
	if got := took(4); got[0] != 1000 || got[1] != 1003 || got[2] != 1000 || got[3] != 1003 {
		t.Errorf("%v", got)
	}
	now = now.Add(remembered - time.Minute)
	if got := took(3); got[0] != 1000 || got[1] != 1001 || got[2] != 1003 {
		t.Errorf("after the first is forgotten: %v", got)
	}
	for port := 1000; port < 1004; port++ {
		p.failed(port, now)
	}
	if got := p.take(now); got < 1000 || got > 1003 {
		t.Errorf("where all were in vain: %d", got)
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
