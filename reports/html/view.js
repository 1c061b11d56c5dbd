"use strict";
// What of the trials is to be seen: one span of time for all pictures. Times are
// milliseconds; a picture's own offsets less its origin (the fault, or its start)
// are times of the axis, so that a trial and its twin break at the same place.
class View {
  constructor(trials) {
    this.trials = trials;
    this.zero = trials.every((t) => t.deed !== null) ? "deed" : "start";
    this.canAlign = this.zero === "deed";
    this.listeners = [];
    this.focus();
  }
  origin(t) { return this.zero === "deed" ? t.deed : 0; }
  // bounds of everything there is, with some air
  bounds() {
    const from = Math.min(...this.trials.map((t) => -this.origin(t)));
    const to = Math.max(...this.trials.map((t) => t.end - this.origin(t)));
    const air = (to - from) * 0.01;
    return [from - air, to + air];
  }
  // focus shows the first trial's experiment, and the twin's where it is not much longer
  focus() {
    const first = this.trials[0];
    const from = first.from - this.origin(first);
    let to = first.to - this.origin(first);
    for (const t of this.trials) {
      const other = t.to - this.origin(t);
      if (other > to && other - from < 2 * (first.to - first.from)) to = other;
    }
    this.set(from, to);
  }
  all() { this.set(...this.bounds()); }
  set(from, to) {
    const [low, high] = this.bounds();
    const length = Math.min(Math.max(to - from, 20), high - low);
    from = Math.min(Math.max(from, low), high - length);
    this.from = from;
    this.to = from + length;
    for (const f of this.listeners) f();
  }
  // zoom by a factor, keeping the time at in its place
  zoom(factor, at = (this.from + this.to) / 2) {
    const length = (this.to - this.from) * factor;
    const share = (at - this.from) / (this.to - this.from);
    const [low, high] = this.bounds();
    if (length < 20 || (length > high - low && factor > 1)) return factor > 1 ? this.all() : undefined;
    this.set(at - share * length, at + (1 - share) * length);
  }
  pan(share) {
    const by = (this.to - this.from) * share;
    this.set(this.from + by, this.to + by);
  }
  deed() {
    const at = this.zero === "deed" ? 0 : this.trials[0].deed ?? this.trials[0].from;
    this.set(at - 1000, at + 4000);
  }
  // outages and degradations of all pictures, in axis time, longest troubles only
  troubles() {
    const all = [];
    for (const t of this.trials) {
      for (const lane of t.lanes) {
        const inside = (o) => lane.degradations.some((d) => o.from >= d.from && o.to <= d.to);
        for (const o of [...lane.degradations, ...lane.outages.filter((o) => !inside(o))]) {
          all.push([o.from - this.origin(t), o.to - this.origin(t)]);
        }
      }
    }
    return all.sort((a, b) => a[0] - b[0]);
  }
  nextTrouble() {
    const all = this.troubles();
    if (!all.length) return;
    this.trouble = ((this.trouble ?? -1) + 1) % all.length;
    const [from, to] = all[this.trouble];
    const air = Math.max((to - from) * 0.35, 150);
    this.set(from - air, to + air);
  }
  toggleZero() {
    if (!this.canAlign) return;
    const deed = this.trials[0].deed;
    const by = this.zero === "deed" ? deed : -deed;
    this.zero = this.zero === "deed" ? "start" : "deed";
    this.set(this.from + by, this.to + by);
  }
}

// steps between ticks, ms
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5];

// ticks of an axis that has room for about so many
function ticks(from, to, count) {
  const step = STEPS.find((s) => (to - from) / s <= count) ?? STEPS[STEPS.length - 1];
  const all = [];
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) all.push(Math.round(t));
  return { all, step };
}

// a length of time for people: 20 ms, 3.40 s
function span(ms) {
  if (Math.abs(ms) < 1000) return `${Math.abs(ms) < 10 && ms % 1 ? ms.toFixed(1) : Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(ms < 100000 ? 2 : 1)} s`;
}

// an instant of the axis, with as many digits as its step needs
function instant(ms, step = 1) {
  const digits = step >= 1000 ? 0 : step >= 100 ? 1 : step >= 10 ? 2 : 3;
  const s = ms / 1000;
  return `${s > 0 ? "+" : s < 0 ? "−" : ""}${Math.abs(s).toFixed(digits)} s`;
}
