// The rows of a trial's traffic: windows of the model, then per lane the stacked
// rate, the outages to scale, and the failed slots one by one.

function trafficRows(p) {
  const rows = [];
  const models = p.trial.models.filter((m) => m.measured !== null || m.to !== null);
  if (models.length) {
    rows.push({ group: "Modelled against measured" });
    for (const m of models) rows.push({ label: m.name, name: "model", height: 16, draw: (p, g, y, h) => drawModel(p, g, y, h, m) });
  }
  for (const lane of p.trial.lanes) {
    rows.push({ group: `Traffic, lane ${lane.name}` });
    rows.push({
      label: `${lane.rate}/s planned`, onlyWide: true, note: lane.errors ? `${lane.errors} failed` : "none failed", name: "traffic", height: 92, after: 1,
      gaps: (g) => g.source === "load" && (g.subject === "" || g.subject === lane.name),
      draw: (p, g, y, h) => drawTraffic(p, g, y, h, lane),
    });
    if (lane.outages.length) {
      rows.push({ label: lane.leftOut ? `outages (${lane.leftOut} not shown)` : "outages", minor: true, name: "outages", height: 22, after: 1, draw: (p, g, y, h) => drawOutages(p, g, y, h, lane) });
    }
    if (lane.failed.length) {
      rows.push({ label: lane.failedCut ? `failed slots (first ${lane.failed.length})` : "failed slots", minor: true, name: "slots", height: 12, after: 8, draw: (p, g, y, h) => drawFailed(p, g, y, h, lane) });
    }
  }
  return rows;
}

function drawModel(p, g, y, h, m) {
  const from = m.anchor + m.from, to = m.to === null ? null : m.anchor + m.to;
  const words = [`${m.name}: ${m.status}`, `want ${m.want}`, `got ${m.got}`, m.limitFrom ?? ""];
  const x0 = p.clip(m.anchor), x1 = p.clip(from), x2 = p.clip(to);
  el(g, "line", { class: "model-lead", x1: x0, x2: p.clip(m.measured === null ? from : Math.max(m.anchor + m.measured, from)), y1: y + h / 2, y2: y + h / 2 });
  el(g, "rect", { class: "model-window", x: x1, y: y + 2, width: Math.max(x2 - x1, 2), height: h - 4, rx: 2, "data-model-from": from, "data-model": m.name });
  p.hit(x0, Math.max(x2, x0), y, y + h, words, 3);
  let right = x2;
  if (m.measured !== null) {
    const x = p.x(m.anchor + m.measured);
    const bad = m.status === "PASS" ? "" : " bad";
    el(g, "line", { class: "model-tick" + bad, x1: x, x2: x, y1: y, y2: y + h });
    el(g, "path", { class: "model-point" + bad, d: `M${x} ${y + h / 2 - 5}l5 5l-5 5l-5 -5z` });
    p.hit(x - 4, x + 4, y, y + h, words, 5);
    right = Math.max(right, x + 6);
  }
  const said = `${m.measured === null ? "never" : span(m.measured)} · modelled ${m.to === 0 ? "none at all" : m.to === null ? "at least " + span(m.from) : span(m.from) + " to " + span(m.to)}`;
  const wide = said.length * 5.9;
  if (right + 6 + wide < p.width) el(g, "text", { class: "figure-text", x: right + 6, y: y + h / 2 + 4 }, said);
  else if (x0 - 6 - wide > p.left) el(g, "text", { class: "figure-text", x: x0 - 6, y: y + h / 2 + 4, "text-anchor": "end" }, said);
}

// columns joins a lane's buckets to columns of at least 5 px, always whole
// buckets from the lane's start on, so that panning does not make them flicker.
function columns(p, lane) {
  const bucket = lane.per * lane.interval;
  const px = ((p.width - p.left) / (p.view.to - p.view.from)) * bucket;
  const join = Math.max(1, Math.ceil(5 / px));
  const width = bucket * join;
  const first = Math.max(0, Math.floor((p.t(p.left) - lane.start) / width));
  const last = Math.min(Math.ceil(lane.buckets / join) - 1, Math.floor((p.t(p.width) - lane.start) / width));
  return { join, width, first, last, full: lane.per * join };
}

function sum(series, from, to) {
  let n = 0;
  for (let i = Math.max(from - series.first, 0); i < Math.min(to - series.first, series.counts.length); i++) n += series.counts[i];
  return n;
}

function drawTraffic(p, g, y, h, lane) {
  const c = columns(p, lane);
  el(g, "line", { class: "rule", x1: p.left, x2: p.width, y1: y + h, y2: y + h });
  const base = new Array(Math.max(c.last - c.first + 1, 0)).fill(0);
  const tips = base.map(() => []);
  for (const s of lane.series) {
    let d = "";
    for (let n = c.first; n <= c.last; n++) {
      const count = sum(s, n * c.join, (n + 1) * c.join);
      if (!count) continue;
      const i = n - c.first;
      tips[i].push(`${count} ${s.kind === "ok" ? s.name || "answered" : (s.kind === "fail" ? "failed: " : "not sent: ") + s.name}${s.version ? ` (${s.version})` : ""}`);
      const x0 = p.clip(lane.start + n * c.width), x1 = p.clip(lane.start + (n + 1) * c.width);
      const top = y + h - ((base[i] + count) / c.full) * h, bottom = y + h - (base[i] / c.full) * h;
      d += `M${x0.toFixed(1)} ${top.toFixed(1)}H${x1.toFixed(1)}V${bottom.toFixed(1)}H${x0.toFixed(1)}z`;
      base[i] += count;
    }
    if (!d) continue;
    if (s.kind === "ok") el(g, "path", { class: "ok", d, style: `fill:${s.name ? p.colours.of(s.name) : "var(--p0)"}` });
    if (s.kind === "fail") { el(g, "path", { class: "failed", d, "data-class": s.name, style: `fill:var(--${classColour(s.name)})` }); el(g, "path", { d, fill: p.pattern("fail") }); }
    if (s.kind === "skip") el(g, "path", { class: "skipped", d, fill: p.pattern("blind") });
  }
  tips.forEach((tip, i) => {
    if (!tip.length) return;
    const from = lane.start + (c.first + i) * c.width;
    let slowest = 0;
    for (let b = (c.first + i) * c.join; b < (c.first + i + 1) * c.join; b++) slowest = Math.max(slowest, lane.slowest[b] ?? 0);
    const lines = [`lane ${lane.name}, ${span(c.width)} from ${p.when(from)}`, ...tip];
    if (slowest) lines.push(`slowest good answer ${span(slowest)}`);
    p.hit(p.clip(from), p.clip(from + c.width), y, y + h, lines, 2);
  });
  el(g, "text", { class: "scale", x: p.left + 4, y: y + 11 }, `${lane.rate}/s`);
}

// classColour tells three kinds of failure apart; the words are in the details.
function classColour(name) {
  if (name.startsWith("timeout")) return "bad-slow";
  if (name === "status" || name === "body" || name === "retried") return "bad-answer";
  return "bad";
}

function drawOutages(p, g, y, h, lane) {
  const starts = [...lane.degradations, ...lane.outages].map((o) => p.x(o.from)).sort((a, b) => a - b);
  const room = (x) => starts.find((s) => s > x - 0.5) ?? p.width;
  for (const d of lane.degradations) {
    if (!p.seen(d.from, d.to)) continue;
    const x = p.clip(d.from), w = Math.max(p.clip(d.to) - x, 1);
    el(g, "rect", { class: "degradation", x, y: y + 1, width: w, height: h - 2, rx: 2, "data-degradation-from": d.from, "data-degradation-ms": +(d.to - d.from).toFixed(1) });
    p.hit(x, x + w, y, y + h, trouble(p, lane, d, "degraded: failed slots among good ones"), 3);
    name(room(x + w), g, x, w, y, h, `${span(d.to - d.from)} degraded, ${d.failed} of ${d.slots} failed`, [`${span(d.to - d.from)} degraded`], "on-soft", lane.outages.some((o) => o.from < d.to && o.to > d.from));
  }
  for (const o of lane.outages) {
    if (!p.seen(o.from, o.to)) continue;
    const x = p.clip(o.from), w = Math.max(p.clip(o.to) - x, 1);
    const part = lane.degradations.some((d) => o.from >= d.from && o.to <= d.to);
    el(g, "rect", { class: "outage", x, y: part ? y + h - 7 : y + 2, width: w, height: part ? 5 : h - 4, "data-lane": lane.name, "data-outage-from": o.from, "data-outage-ms": +(o.to - o.from).toFixed(1) });
    p.hit(x, x + w, part ? y + h - 8 : y, y + h, trouble(p, lane, o, "outage: every slot failed"), 5);
    if (!part) name(room(x + w), g, x, w, y, h, `${span(o.to - o.from)} outage, ±${span(o.off)}`, [`${span(o.to - o.from)} outage`, span(o.to - o.from)], "on-hard", false);
  }
}

// name writes the longest of the words that fits into the bar, or beside it as
// far as there is room.
function name(room, g, x, w, y, h, words, shorter, style, raised) {
  const ty = raised ? y + 10 : y + h / 2 + 4;
  for (const text of [words, ...shorter]) {
    if (text.length * 6.1 + 8 < w) return el(g, "text", { class: `bar-text ${style}`, x: x + 4, y: ty }, text);
  }
  const text = shorter[shorter.length - 1];
  if (w > 8 && x + w + 4 + text.length * 6.1 < room) el(g, "text", { class: "bar-text", x: x + w + 4, y: ty }, text);
}

function trouble(p, lane, o, what) {
  const said = Object.entries(o.classes).sort((a, b) => b[1] - a[1]).map(([c, n]) => `${c} ${n}`).join(", ");
  return [`${what}`, `lane ${lane.name}, ${span(o.to - o.from)} ±${span(o.off)}, from ${p.when(o.from)}${o.open ? ", to the end" : ""}`, `${o.failed} of ${o.slots} slots failed: ${said}`, o.servedAnew ? `${o.servedAnew} good when asked again on a fresh connection` : "", o.stalled ? "a stall of the generator touches it" : ""];
}

function drawFailed(p, g, y, h, lane) {
  const kinds = {};
  for (const f of lane.failed) {
    if (!p.seen(f.d, f.d)) continue;
    const x = p.x(f.d);
    const key = classColour(f.x);
    kinds[key] = (kinds[key] ?? "") + `M${x.toFixed(1)} ${y + 1}V${y + h - 1}`;
    p.hit(x - 1, x + 1, y, y + h, [`failed: ${f.x}${f.c ? ` ${f.c}` : ""}${f.p ? `, ${f.p}` : ""}`, `due ${p.when(f.d)}, took ${span(f.t)}`, f.e >= 0 ? lane.errs[f.e] : ""], 4);
  }
  for (const key in kinds) el(g, "path", { class: "slot", d: kinds[key], style: `stroke:var(--${key})` });
}
