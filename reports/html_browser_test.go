package reports

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/seatrial/seatrial/internal/judge"
)

// browsers are the names under which Chromium is found.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell"}

// A browser is a Chromium with one tab, and what it asked for and complained of.
type browser struct {
	t   *testing.T
	ctx context.Context

	mu      sync.Mutex
	asked   []string
	console []string
}

// open starts a Chromium with a profile of its own; without one on this machine
// the test is skipped.
func open(t *testing.T) *browser {
	t.Helper()
	var path string
	for _, name := range browsers {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	switch {
	case testing.Short():
		t.Skip("-short: no browser is started")
	case path == "":
		t.Skipf("no Chromium on PATH (looked for %s): the pages were not looked at in a browser", strings.Join(browsers, ", "))
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // its sandbox refuses to run as root
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx}
	b.must(chromedp.Listen(ctx, b.listen))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	b.must(err)
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			b.mu.Lock()
			b.console = append(b.console, fmt.Sprintf("%s: %s", m.Type, m.Text))
			b.mu.Unlock()
		}
	}()
	return b
}

func (b *browser) listen(event any) {
	if e, ok := event.(*network.EventRequestWillBeSent); ok {
		b.mu.Lock()
		b.asked = append(b.asked, e.Request.URL)
		b.mu.Unlock()
	}
}

func (b *browser) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// show opens a page in a window of so many pixels.
func (b *browser) show(page []byte, width int64) {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), htmlFile)
	b.must(os.WriteFile(path, page, 0o600))
	b.must(chromedp.Do(b.ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate("file://"+path)))
	b.eval(nil, "1")
}

// eval evaluates an expression once what was asked for has been drawn.
func (b *browser) eval(into any, expression string) {
	b.t.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](
		`new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(JSON.stringify(`+expression+`) ?? "null"))))`, chromedp.EvalAwaitPromise))
	b.must(err)
	if into != nil {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			b.t.Fatalf("%s is %s: %v", expression, text, err)
		}
	}
}

// do runs a statement in the page.
func (b *browser) do(statement string) {
	b.t.Helper()
	b.eval(nil, `(() => { `+statement+` })()`)
}

// quiet checks that the page asked for nothing but itself and complained of nothing.
func (b *browser) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, url := range b.asked {
		if !strings.HasPrefix(url, "file://") || !strings.HasSuffix(url, "/"+htmlFile) {
			if url != "data:," {
				b.t.Errorf("the page asked for %s", url)
			}
		}
	}
	if len(b.asked) == 0 {
		b.t.Error("not even the page itself was asked for: requests are not seen")
	}
	for _, m := range b.console {
		b.t.Errorf("console: %s", m)
	}
}

// fits checks that nothing is wider than the window.
func (b *browser) fits() {
	b.t.Helper()
	var wide []float64
	b.eval(&wide, `[document.documentElement.scrollWidth, innerWidth]`)
	if wide[0] > wide[1] {
		b.t.Errorf("the page is %g px wide in a window of %g px", wide[0], wide[1])
	}
}

// drawnOutage is an outage as the picture shows it, and two ticks of the axis.
type drawnOutage struct {
	From, Ms, Origin float64
	X, Width         float64
	Ticks            [][2]float64 // time on the axis, x
	View             [2]float64   // from and to of what is in sight, axis time
	Plot             [2]float64   // x of its ends
}

const outageOf = `((n) => {
	const svg = document.querySelectorAll("svg.timeline")[n];
	const o = svg.querySelector("[data-lane=fresh][data-outage-from]");
	const ticks = [...document.querySelectorAll(".axis-svg line[data-t]")].map((l) => [+l.dataset.t, +l.getAttribute("x1")]);
	return { From: +o.dataset.outageFrom, Ms: +o.dataset.outageMs, Origin: +svg.dataset.origin,
		X: +o.getAttribute("x"), Width: +o.getAttribute("width"), Ticks: [ticks[0], ticks[ticks.length - 1]],
		View: [+figure.dataset.from, +figure.dataset.to], Plot: [+svg.dataset.left, +svg.getAttribute("width")] };
})`

// matches checks the outage's place and length against the axis, and the axis
// against what is in sight, to a pixel.
func (o drawnOutage) matches(t *testing.T) {
	t.Helper()
	for _, tick := range o.Ticks {
		share := (tick[0] - o.View[0]) / (o.View[1] - o.View[0])
		if x := o.Plot[0] + share*(o.Plot[1]-o.Plot[0]); !(math.Abs(x-tick[1]) <= 1) {
			t.Errorf("the tick of %g ms stands at x = %.1f, want %.1f", tick[0], tick[1], x)
		}
	}
	a, z := o.Ticks[0], o.Ticks[1]
	if z[0] <= a[0] || o.Width <= 0 {
		t.Fatalf("ticks %v, and an outage %g px wide", o.Ticks, o.Width)
	}
	perMs := (z[1] - a[1]) / (z[0] - a[0])
	if x := a[1] + (o.From-o.Origin-a[0])*perMs; !(math.Abs(x-o.X) <= 1) {
		t.Errorf("the outage is drawn from x = %.1f, by the axis it began at %.1f", o.X, x)
	}
	if w := o.Ms * perMs; !(math.Abs(w-o.Width) <= 1) {
		t.Errorf("the outage is drawn %.1f px wide, by the axis it is %.1f", o.Width, w)
	}
}

func TestBrowserFindsTheOutage(t *testing.T) {
	b := open(t)
	page := must[[]byte](t)(TrialHTML(deadlockTrial()))
	for _, width := range []int64{1440, 390} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			b.t = t
			b.show(page, width)
			b.fits()
			var before, after drawnOutage
			b.eval(&before, outageOf+"(0)")
			if before.From != 10020 || before.Ms != 3400 {
				t.Errorf("the picture says %g ms from %g ms, want 3400 from 10020", before.Ms, before.From)
			}
			before.matches(t)
			b.do(`document.querySelector("[data-do=in]").click()`)
			b.eval(&after, outageOf+"(0)")
			if after.Width < before.Width*1.3 {
				t.Errorf("zoomed in, the outage is %.1f px wide, was %.1f", after.Width, before.Width)
			}
			b.do(`document.querySelector("[data-do=outage]").click()`)
			b.eval(&after, outageOf+"(0)")
			after.matches(t)
			var left float64
			b.eval(&left, `+document.querySelector("svg.timeline").dataset.left`)
			if share := after.Width / (float64(width) - left); share < 0.4 {
				t.Errorf("\"next outage\" gives it %.0f %% of the window", 100*share)
			}
			b.fits()
			b.quiet()
		})
	}
}

func TestBrowserTwinOnTheSameAxis(t *testing.T) {
	b := open(t)
	v, main, twin := deadlockTrial()
	for i := range twin.Samples { // the twin breaks 2 s later by its own clock
		twin.Samples[i].Due += 2 * time.Second
	}
	for i := range twin.Marks {
		twin.Marks[i].Earliest += 2 * time.Second
		twin.Marks[i].Latest += 2 * time.Second
	}
	v.Twin.Lanes = judge.Lanes(twin)
	b.show(must[[]byte](t)(TrialHTML(v, main, twin)), 1440)
	var one, two drawnOutage
	b.eval(&one, outageOf+"(0)")
	b.eval(&two, outageOf+"(1)")
	if !(math.Abs(one.X-two.X) <= 1) || two.From != one.From+2000 {
		t.Errorf("both broke 20 ms after the fault, drawn at x = %.1f and %.1f", one.X, two.X)
	}
	b.do(`document.querySelector("[data-do=zero]").click()`)
	b.do(`document.querySelector("[data-do=all]").click()`)
	b.eval(&one, outageOf+"(0)")
	b.eval(&two, outageOf+"(1)")
	if two.X-one.X < 10 {
		t.Errorf("counted from their starts, the twin broke 2 s later; drawn at x = %.1f and %.1f", one.X, two.X)
	}
	two.matches(t)
	b.quiet()
}

func TestBrowserInput(t *testing.T) {
	b := open(t)
	b.show(must[[]byte](t)(TrialHTML(deadlockTrial())), 1440)
	span := func() (from, to float64) {
		var s []float64
		b.eval(&s, `[+figure.dataset.from, +figure.dataset.to]`)
		return s[0], s[1]
	}
	from, to := span()
	b.do(`figure.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }))`)
	if f, to2 := span(); f <= from && to2 <= to {
		t.Errorf("the arrow key did not pan: from %g", f)
	}
	b.do(`figure.dispatchEvent(new KeyboardEvent("keydown", { key: "0" }))`)
	b.do(`const p = document.querySelector(".picture"), r = p.getBoundingClientRect();
		p.dispatchEvent(new WheelEvent("wheel", { bubbles: true, cancelable: true, ctrlKey: true, deltaY: -60, clientX: r.left + 700, clientY: r.top + 60 }))`)
	if f, t2 := span(); t2-f > (to-from)*0.9 {
		t.Errorf("Ctrl and the wheel did not zoom: %g ms in sight, were %g", t2-f, to-from)
	}
	var plain bool
	b.eval(&plain, `(() => { const w = new WheelEvent("wheel", { bubbles: true, cancelable: true, deltaY: 60 });
		document.querySelector(".picture").dispatchEvent(w); return w.defaultPrevented; })()`)
	if plain {
		t.Error("the plain wheel was taken from the page, though nobody had clicked into the picture")
	}
	b.do(`document.querySelector("[data-do=focus]").click()`)
	var at []float64
	b.eval(&at, `(() => { const o = document.querySelector("[data-outage-from]"); o.scrollIntoView({ block: "center" });
		const r = o.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; })()`)
	b.must(chromedp.Do(b.ctx, chromedp.MouseEvent(chromedp.MouseMoved, at[0], at[1])))
	var tip string
	b.eval(&tip, `document.getElementById("tip").innerText`)
	for _, want := range []string{"outage", "3.40 s", "timeout-first 170", "from the fault"} {
		if !strings.Contains(tip, want) {
			t.Errorf("pointing at the outage shows no %q: %s", want, tip)
		}
	}
	b.must(chromedp.Do(b.ctx, chromedp.DragAndDropXY(at[0], at[1], at[0]+200, at[1])))
	if f, _ := span(); f >= from {
		t.Errorf("dragging to the right did not go back in time: from %g, was %g", f, from)
	}
	b.quiet()
}

func TestBrowserRunPage(t *testing.T) {
	b := open(t)
	v, _, _ := deadlockTrial()
	red := judge.Trial{Name: "rollout/bad-image", Status: judge.Fail, Findings: []judge.Finding{{Name: "no-loss", Status: judge.Fail, Want: "nothing lost", Got: strings.Repeat("web-7c-abcdef", 20)}}}
	page := must[[]byte](t)(RunHTML(judge.NewRun([]judge.Trial{v, red}, nil, nil), Info{CommandLine: "seatrial run " + strings.Repeat("x", 120)}))
	for _, width := range []int64{1440, 390} {
		b.show(page, width)
		b.fits()
		var shown []string
		names := `[...document.querySelectorAll(".scenario")].filter((s) => s.offsetHeight > 0).map((s) => s.dataset.name)`
		b.do(`document.querySelector("[data-show=fail]").click()`)
		b.eval(&shown, names)
		if fmt.Sprint(shown) != "[rollout/bad-image]" {
			t.Errorf("%d px: FAIL shows %v", width, shown)
		}
		b.do(`document.querySelector("[data-show='']").click(); const f = document.querySelector("[data-find]"); f.value = "DEAD"; f.dispatchEvent(new Event("input"))`)
		b.eval(&shown, names)
		if fmt.Sprint(shown) != "[probes/deadlock]" {
			t.Errorf("%d px: \"DEAD\" shows %v", width, shown)
		}
	}
	b.quiet()
}
