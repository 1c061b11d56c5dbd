package reports

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/judge"
)

// TerminalOptions say how to print.
type TerminalOptions struct {
	NoColor bool
	Quiet   bool // no progress
	Width   int  // of the screen; 0: as it is, or 100 where it is not known
}

// A Terminal shows a run on its way: on a screen a live view of what is running,
// redrawn in place; elsewhere plain lines.
type Terminal struct {
	out   io.Writer
	opts  TerminalOptions
	live  bool
	start time.Time

	mu      sync.Mutex
	running []*running
	working map[string]string // work that takes long, by what it is
	order   []string
	status  string // how things stand, if that is one line
	asides  *aside
	drawn   int // lines of the live view that are on the screen
	told    map[string]time.Time
	stop    chan struct{}
	ended   chan struct{}
	once    sync.Once
}

// running is one trial on its way.
type running struct {
	title            string
	phase            history.Phase
	detail           string
	since            time.Time
	requests, errors int
	rate             int
	told             time.Time // when its line was last printed, where there is no screen
}

// plainEvery is how often what goes on is told where there is no screen.
const plainEvery = 30 * time.Second

// NewTerminal returns a terminal that writes to out. Close it before anything
// else is written there.
func NewTerminal(out io.Writer, opts TerminalOptions) *Terminal {
	t := &Terminal{out: out, opts: opts, start: time.Now(), working: map[string]string{}, told: map[string]time.Time{},
		stop: make(chan struct{}), ended: make(chan struct{})}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) && !opts.Quiet {
		t.live = true
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && opts.Width == 0 {
			t.opts.Width = width
		}
	}
	if t.opts.Width == 0 {
		t.opts.Width = 100
	}
	go t.redraw()
	return t
}

// Close takes the live view off the screen.
func (t *Terminal) Close() {
	t.once.Do(func() { close(t.stop); <-t.ended })
}

// Say prints a line of talk.
func (t *Terminal) Say(text string) { t.line(text) }

// tellable is how long work takes at least that is told where it is not seen.
const tellable = 2 * time.Second

// Working shows work that takes long: in place on a screen, elsewhere a line when
// it has taken 2 s, one every half minute, and one at its end. Work that failed is
// told, however short it was.
func (t *Terminal) Working(p host.Step) {
	if p.Cached {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if p.Done {
		t.worked(p)
		return
	}
	if _, known := t.working[p.Name]; !known {
		t.order = append(t.order, p.Name)
	}
	said := strings.TrimSpace(fmt.Sprintf("%s %s  %s", p.Name, clock(p.Elapsed), p.Detail))
	t.working[p.Name] = said
	if last := t.told[p.Name]; !t.live && p.Elapsed >= tellable && time.Since(last) >= plainEvery {
		t.told[p.Name] = time.Now()
		t.print(said)
	}
}

// worked takes work that has ended out of the view. The caller holds the lock.
func (t *Terminal) worked(p host.Step) {
	delete(t.working, p.Name)
	delete(t.told, p.Name)
	t.order = slices.DeleteFunc(t.order, func(name string) bool { return name == p.Name })
	switch {
	case p.Err != nil:
		t.print(fmt.Sprintf("%s %s: %v", p.Name, clock(p.Elapsed), p.Err))
	case p.Elapsed >= tellable:
		t.print(p.Name + " " + clock(p.Elapsed))
	}
}

// Phase shows that a trial has entered a phase.
func (t *Terminal) Phase(title string, phase history.Phase, detail string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.of(title)
	r.phase, r.detail = phase, detail
	if !t.live {
		t.print(strings.TrimSpace(fmt.Sprintf("%-34s %-8s %s %s", title, phase, clock(time.Since(r.since)), detail)))
	}
	if phase == history.PhaseDrain {
		t.running = slices.DeleteFunc(t.running, func(other *running) bool { return other == r })
	}
}

// Traffic shows what a trial's meter has counted so far: on a screen all the time,
// elsewhere in a line every half minute.
func (t *Terminal) Traffic(title string, requests, errors int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range t.running {
		if r.title != title {
			continue
		}
		r.rate, r.requests, r.errors = requests-r.requests, requests, errors
		if !t.live && time.Since(r.told) >= plainEvery {
			r.told = time.Now()
			t.print(strings.TrimSpace(r.line()))
		}
	}
}

// line is the trial in one line.
func (r *running) line() string {
	traffic := ""
	if r.requests > 0 {
		traffic = fmt.Sprintf("%4d/s %6d requests %4d errors", r.rate, r.requests, r.errors)
	}
	return fmt.Sprintf("  %-34s %-8s %6s  %s", r.title, r.phase, clock(time.Since(r.since)), traffic)
}

// Ended prints the verdict on a scenario.
func (t *Terminal) Ended(v judge.Trial) {
	line := fmt.Sprintf("%s %-32s %5.0f s", t.opts.status(v.Status), v.Name, v.Seconds)
	if v.Twin != nil {
		line += fmt.Sprintf("   twin without %s: %s", v.Twin.Without, v.Twin.Status)
	}
	if said := headline(v); said != "" {
		line += "   " + said
	}
	t.line(line)
}

func (t *Terminal) of(title string) *running {
	for _, r := range t.running {
		if r.title == title {
			return r
		}
	}
	r := &running{title: title, since: time.Now(), told: time.Now()}
	t.running = append(t.running, r)
	return r
}

func (t *Terminal) line(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.print(text)
}

// print writes a line above the live view. The caller holds the lock.
func (t *Terminal) print(text string) {
	if t.opts.Quiet {
		return
	}
	t.erase()
	fmt.Fprintln(t.out, text)
	t.draw()
}

// redraw keeps the live view up to date until Close.
func (t *Terminal) redraw() {
	defer close(t.ended)
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			t.mu.Lock()
			t.erase()
			t.draw()
			t.mu.Unlock()
		case <-t.stop:
			t.mu.Lock()
			t.erase()
			t.live = false
			t.asides.flush()
			t.mu.Unlock()
			return
		}
	}
}

func (t *Terminal) erase() {
	if t.drawn > 0 {
		fmt.Fprintf(t.out, "\x1b[%dA\x1b[J", t.drawn)
		t.drawn = 0
	}
}

func (t *Terminal) draw() {
	if !t.live {
		return
	}
	for _, line := range t.view() {
		fmt.Fprintln(t.out, cut(line, t.opts.Width-1))
		t.drawn++
	}
}

// view is the live view, line by line.
func (t *Terminal) view() []string {
	if len(t.working)+len(t.running) == 0 {
		if t.status == "" {
			return nil
		}
		return []string{"── " + t.status}
	}
	lines := []string{"── " + clock(time.Since(t.start)) + " " + strings.Repeat("─", 40)}
	for _, what := range t.order {
		lines = append(lines, "  "+t.working[what])
	}
	for _, r := range t.running {
		lines = append(lines, r.line())
	}
	return lines
}

// clock prints a duration for people: 4.2s, 1m05s.
func clock(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
}

func cut(line string, width int) string {
	runes := []rune(line)
	if len(runes) <= width {
		return line
	}
	return string(runes[:width])
}
