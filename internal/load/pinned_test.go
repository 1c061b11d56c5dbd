package load

import (
	"bufio"
	"net"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// Places are given out in turn; a busy one is passed over; when all are busy the
// one whose turn it is loses its connection, and whoever held it notices.
func TestPlaces(t *testing.T) {
	p := newPinned(&wire{}, Lane{Connections: 3}, false)
	type held struct {
		at   int
		turn uint64
	}
	take := func(seq uint64) held {
		at, turn, _ := p.take(seq)
		return held{at, turn}
	}
	first, second := take(4), take(1)
	if first.at != 1 || second.at != 2 {
		t.Errorf("slots 4 and 1 use places %d and %d, want 1 and 2", first.at, second.at)
	}
	if third := take(1); third.at != 0 || p.ousted != 0 {
		t.Errorf("place %d, want 0", third.at)
	}
	fourth := take(5)
	if fourth.at != 2 || fourth.turn == second.turn || p.ousted != 1 {
		t.Errorf("all busy: place %d at turn %d, %d ousted", fourth.at, fourth.turn, p.ousted)
	}
	p.put(second.at, second.turn, nil, "")
	if !p.places[2].busy {
		t.Error("who was ousted gave the place away")
	}
	p.put(fourth.at, fourth.turn, nil, "")
	if p.places[2].busy {
		t.Error("the place is still taken")
	}
}

// Whoever picks the pods by chance picks the first ones: connections are made anew
// until each pod has one, and then no more.
func TestEveryPodIsReached(t *testing.T) {
	tg := newTarget(t)
	p := newPinned(&wire{}, Lane{Connections: 6, Reach: 3}, false)
	defer p.close()
	round := func(pods ...string) (dialled, closed int) {
		for i, pod := range pods {
			at, turn, c := p.take(uint64(i))
			if c == nil {
				dialled++
				tcp, err := net.Dial("tcp", tg.address)
				if err != nil {
					t.Fatal(err)
				}
				c = &conn{tcp: tcp.(*net.TCPConn), in: readers.Get().(*bufio.Reader)}
			} else {
				pod = p.places[at].pod // a connection leads to where it led
			}
			p.put(at, turn, c, pod)
			if c.in == nil {
				closed++
			}
		}
		return dialled, closed
	}
	for n, r := range []struct {
		pods            []string
		dialled, closed int
	}{
		{[]string{"a", "a", "a", "a", "b", "b"}, 6, 2}, // two of a's four are too many
		{[]string{"", "", "b", "c", "", ""}, 2, 1},     // so is b's third; c is reached
		{[]string{"", "", "a", "", "", ""}, 1, 0},      // a's third stays
		{[]string{"", "", "", "", "", ""}, 0, 0},
	} {
		if dialled, closed := round(r.pods...); dialled != r.dialled || closed != r.closed {
			t.Errorf("round %d: %d dialled, %d closed, want %d and %d", n+1, dialled, closed, r.dialled, r.closed)
		}
	}
}

// However late a worker comes to a slot, it does not send it then.
func TestSlotThatIsOverdueIsNotSent(t *testing.T) {
	tg := newTarget(t)
	plan := Plan{URL: tg.url(), Lanes: both(10, 1)[:1], MaxDuration: time.Second}.withDefaults()
	m, err := newMeter(plan, func([]history.Sample, []history.Interval) {})
	if err != nil {
		t.Fatal(err)
	}
	defer m.pulse.close()
	defer m.lanes[0].pacer.alarm.close()
	now := m.clock.now()
	if s := m.lanes[0].hit(slot{7, now - overdue - ms}); s.Class != history.ClassSaturated || s.Attempts != 0 || s.Seq != 7 {
		t.Errorf("%+v", s)
	}
	m.watch.stalled("", StateStall, now-overdue, now)
	if s := m.lanes[0].hit(slot{8, now - overdue - ms}); s.Class != history.ClassStall || s.Attempts != 0 {
		t.Errorf("%+v", s)
	}
	if tg.accepted != 0 {
		t.Errorf("%d connections", tg.accepted)
	}
}
