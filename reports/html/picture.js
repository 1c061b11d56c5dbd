// One trial's picture: rows under each other in one SVG, drawn anew for each view.
const NS = "http://www.w3.org/2000/svg";

function el(parent, tag, attrs, text) {
  const e = document.createElementNS(NS, tag);
  for (const name in attrs) if (attrs[name] !== undefined) e.setAttribute(name, attrs[name]);
  if (text !== undefined) e.textContent = text;
  parent.append(e);
  return e;
}

const NARROW = 640; // px; below it labels stand above their rows

class Picture {
  constructor(trial, view, host) {
    this.trial = trial;
    this.view = view;
    const heading = document.createElement("h3");
    heading.textContent = trial.title;
    const box = document.createElement("div");
    box.className = "picture";
    this.svg = el(box, "svg", { class: "timeline", role: "img", "aria-label": `Timeline of ${trial.title}` });
    host.append(heading, box);
    this.box = box;
    this.colours = coloursOf(trial);
    this.rows = [...trafficRows(this), ...trackRows(this)];
  }
  get narrow() { return this.width < NARROW; }
  get left() { return this.narrow ? 0 : 172; }
  // x of a trial's own offset
  x(t) { return this.left + ((t - this.origin - this.view.from) / (this.view.to - this.view.from)) * (this.width - this.left); }
  // offset of an x
  t(x) { return this.view.from + ((x - this.left) / (this.width - this.left)) * (this.view.to - this.view.from) + this.origin; }
  get origin() { return this.view.origin(this.trial); }
  // the same, kept within the picture
  clip(t) { return Math.min(Math.max(this.x(t ?? this.trial.end), this.left), this.width); }
  // whether a span is to be seen
  seen(from, to) { return this.x(from) <= this.width && this.x(to ?? this.trial.end) >= this.left; }

  draw() {
    this.width = this.box.clientWidth;
    this.hits = [];
    this.svg.replaceChildren();
    this.svg.setAttribute("data-origin", this.origin);
    this.svg.setAttribute("data-left", this.left);
    this.defs();
    const back = el(this.svg, "g", {});
    let y = 18;
    this.markLabels = y;
    for (const row of this.rows) {
      const head = this.narrow || row.group ? (row.group ? 22 : row.label && !row.onlyWide ? 13 : 2) : 0;
      if (row.group) {
        el(this.svg, "text", { class: "group", x: 0, y: y + 15 }, row.group);
        el(this.svg, "line", { class: "rule", x1: 0, x2: this.width, y1: y + 2, y2: y + 2 });
      }
      y += head;
      if (row.height) {
        this.label(row, y);
        row.draw(this, el(this.svg, "g", { class: `row ${row.name ?? ""}`, "clip-path": "url(#plot" + this.svgId + ")" }), y, row.height);
        if (row.gaps) this.gaps(row, y);
        y += row.height + (row.after ?? 3);
      }
    }
    this.height = y + 4;
    this.clipRect.setAttribute("x", this.left);
    this.clipRect.setAttribute("width", Math.max(this.width - this.left, 0));
    this.clipRect.setAttribute("height", this.height);
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.svg.setAttribute("height", this.height);
    this.svg.setAttribute("width", this.width);
    this.grid(back);
    this.marks();
    this.cursor = el(this.svg, "line", { class: "cursor", y1: 0, y2: this.height, visibility: "hidden" });
  }
  defs() {
    this.svgId ??= Picture.count = (Picture.count ?? 0) + 1;
    const defs = el(this.svg, "defs", {});
    this.clipRect = el(el(defs, "clipPath", { id: "plot" + this.svgId }), "rect", { y: 0 });
    for (const [name, angle] of [["blind", 45], ["fail", -45], ["gone", 45]]) {
      const p = el(defs, "pattern", { id: name + this.svgId, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${angle})` });
      el(p, "rect", { class: `hatch-${name}`, width: 2.4, height: 6 });
    }
  }
  pattern(name) { return `url(#${name}${this.svgId})`; }
  label(row, y) {
    if (!row.label || (this.narrow && row.onlyWide)) return;
    const g = el(this.svg, "g", { class: "label" + (row.minor ? " minor" : "") });
    const text = this.narrow ? { x: row.swatch ? 14 : 2, y: y - 3 } : { x: this.left - 8, y: y + Math.min(row.height, 16) / 2 + 4, "text-anchor": "end" };
    el(g, "text", text, row.label);
    if (row.note && !this.narrow && row.height > 26) el(g, "text", { ...text, y: text.y + 13, class: "dim" }, row.note);
    if (row.swatch) el(g, "rect", { class: "swatch", style: `fill:${row.swatch}`, x: 2, y: text.y - 8, width: 8, height: 8, rx: 2 });
    if (row.hint) this.hit(0, this.narrow ? this.width : this.left, y, y + row.height, row.hint, 1);
  }
  // hit says what a rectangle of the picture is about; of several the highest rank counts
  hit(x0, x1, y0, y1, lines, rank = 2) { this.hits.push({ x0, x1, y0, y1, lines: [].concat(lines), rank }); }
  at(x, y, slack = 3) {
    let best = null;
    for (const h of this.hits) {
      if (x < h.x0 - slack || x > h.x1 + slack || y < h.y0 || y > h.y1) continue;
      const off = Math.max(h.x0 - x, x - h.x1, 0);
      if (!best || h.rank > best.rank || (h.rank === best.rank && off <= best.off)) best = { ...h, off };
    }
    return best;
  }
  // when says a time of the trial in both countings
  when(t) {
    const own = instant(t, 10);
    return this.trial.deed === null ? own : `${own} of the trial, ${instant(t - this.trial.deed, 10)} from the fault`;
  }
  lasted(s) {
    const end = s.t ?? null;
    return end === null ? `from ${this.when(s.f)}, not ended` : end === s.f ? `at ${this.when(s.f)}` : `${span(end - s.f)}, from ${this.when(s.f)}`;
  }
  gaps(row, y) {
    for (const g of this.trial.gaps.filter(row.gaps)) {
      if (!this.seen(g.f, g.t)) continue;
      const x = this.clip(g.f), w = Math.max(this.clip(g.t) - x, 1.5);
      el(this.svg, "rect", { class: "gap", x, y, width: w, height: row.height, fill: this.pattern("blind") });
      this.hit(x, x + w, y, y + row.height, [`${g.source}${g.subject ? " " + g.subject : ""} saw nothing (${g.s})`, this.lasted(g), g.d ?? ""], 4);
    }
  }
  grid(g) {
    const { all } = ticks(this.view.from, this.view.to, this.ticksFor());
    for (const t of all) {
      const x = this.x(t + this.origin);
      if (x < this.left) continue;
      el(g, "line", { class: "grid" + (t === 0 ? " grid-zero" : ""), x1: x, x2: x, y1: this.markLabels, y2: this.height, "data-t": t });
    }
  }
  ticksFor() { return Math.max((this.width - this.left) / 72, 2); }
  // marks draws the phases as lines from top to bottom, named where there is room
  marks() {
    const names = [];
    for (const m of this.trial.marks) {
      if (!this.seen(m.earliest, m.latest)) continue;
      const x = this.clip(m.earliest), w = this.clip(m.latest) - x;
      if (w > 1) el(this.svg, "rect", { class: "mark-span", x, y: 0, width: w, height: this.height });
      el(this.svg, "line", { class: `mark mark-${m.phase}`, x1: x, x2: x, y1: 2, y2: this.height });
      const lines = [`phase ${m.phase}`, `at ${this.when(m.earliest)}${m.latest > m.earliest ? ` (±${span(m.latest - m.earliest)})` : ""}`, m.detail ?? "", (m.targets ?? []).join(", ")];
      this.hit(x - 1, x + Math.max(w, 1), 0, this.markLabels, lines, 6);
      names.push({ x, m });
    }
    // the fault first, then from the left, whatever does not run into another
    const taken = [];
    names.sort((a, b) => (b.m.phase === "fault") - (a.m.phase === "fault") || a.x - b.x);
    for (const { x, m } of names) {
      const w = m.phase.length * 6.6 + 6;
      const at = x + w > this.width ? x - w : x;
      if (taken.some(([a, b]) => at < b && at + w > a)) continue;
      taken.push([at, at + w]);
      el(this.svg, "text", { class: `mark-name mark-name-${m.phase}`, x: at + 3, y: 12 }, m.phase);
    }
  }
  point(x) {
    const on = x !== null && x >= this.left && x <= this.width;
    this.cursor?.setAttribute("visibility", on ? "visible" : "hidden");
    if (on) { this.cursor.setAttribute("x1", x); this.cursor.setAttribute("x2", x); }
  }
}

// coloursOf gives each pod a colour: of its own where one version answered, else
// a shade of its version's.
function coloursOf(trial) {
  const pods = new Map();
  for (const lane of trial.lanes) for (const s of lane.series) if (s.kind === "ok" && s.name) pods.set(s.name, s.version ?? "");
  for (const p of trial.pods) if (!pods.has(p.name)) pods.set(p.name, p.version ?? "");
  const versions = [...new Set([...pods.values()].filter(Boolean))].sort();
  const colours = new Map();
  const count = new Map();
  for (const [pod, version] of [...pods].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    const n = count.get(versions.length > 1 ? version : "") ?? 0;
    count.set(versions.length > 1 ? version : "", n + 1);
    colours.set(pod, versions.length > 1 && version ? `var(--v${versions.indexOf(version) % 3}-${n % 4})` : `var(--p${n % 8})`);
  }
  return { of: (pod) => colours.get(pod) ?? "var(--p7)", versions };
}
