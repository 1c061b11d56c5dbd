// The rows of what the sensors saw: pods, rollouts, services, nodes.

function trackRows(p) {
  const rows = [];
  const pods = p.trial.pods;
  const many = pods.length > 4;
  const routes = pods.some((pod) => pod.routed.length);
  const paths = [...new Set(pods.flatMap((pod) => pod.probes.map((x) => x.p)))].sort();
  if (pods.length) rows.push({ group: paths.length ? `Pods, and the probes that reached them (${paths.join(" above ")})` : "Pods" });
  for (const pod of pods) rows.push(...podRows(pod, many, routes, paths, p));
  const rollouts = [...p.trial.rollouts, ...p.trial.conditions, ...p.trial.services];
  if (rollouts.length) rows.push({ group: "Rollouts: ready of desired" });
  for (const r of p.trial.rollouts) rows.push({ label: shortName(r.name.replace(/^(Deployment|ReplicaSet|StatefulSet)\//, (_, kind) => SHORT[kind])), name: "rollout", height: 26, gaps: (g) => g.source === "replicas", hint: r.name, draw: (p, g, y, h) => drawReplicas(p, g, y, h, r) });
  for (const r of [...p.trial.conditions, ...p.trial.services]) rows.push({ label: shortName(r.name), minor: true, height: 14, draw: (p, g, y, h) => drawSpells(p, g, y, h, r.spans, (s) => (s.s === "False" ? "state-bad" : "state-on"), r.name, true) });
  if (p.trial.api.length) rows.push({ group: "API server: how long its answers took, 1 ms to 10 s (logarithmic)" });
  for (const a of p.trial.api) rows.push({ label: a.name, name: "api", height: 40, draw: (p, g, y, h) => drawAnswers(p, g, y, h, a) });
  if (p.trial.nodes.length) rows.push({ group: "Nodes" });
  for (const n of p.trial.nodes) rows.push(...nodeRows(n));
  return rows;
}

// kubectl's short names
const SHORT = { Deployment: "deploy/", ReplicaSet: "rs/", StatefulSet: "sts/" };

// shortName keeps both ends of a long name
function shortName(name, most = 22) {
  return name.length <= most ? name : name.slice(0, most - 11) + "…" + name.slice(-10);
}

function podRows(pod, many, routes, paths, p) {
  const gaps = (source) => (g) => g.source === source && (g.subject === "" || g.subject === pod.name || g.subject.startsWith(pod.name + "/"));
  const hint = [pod.name, pod.node ? `on ${pod.node}` : "on no node", pod.owner ? `of ${pod.owner}` : "of nobody", pod.version ? `version ${pod.version}` : ""];
  const colour = p.colours.of(pod.name);
  const row = (label, height, draw, more) => ({ label, height, draw, minor: true, after: 2, ...more });
  const rows = [row(shortName(pod.name), 18, (p, g, y, h) => drawPod(p, g, y, h, pod, colour), { minor: false, hint, swatch: colour, gaps: gaps("pod"), name: "pod" })];
  const ready = (p, g, y, h) => drawSpells(p, g, y, h, pod.ready, (s) => (s.s === "True" ? "state-on" : "state-off"), "ready");
  const serving = (p, g, y, h) => drawSpells(p, g, y, h, pod.endpoint, (s) => ({ ready: "state-on", serving: "state-part" })[s.s] ?? "state-off", "endpoint");
  const routed = (p, g, y, h) => drawSpells(p, g, y, h, pod.routed, () => "state-on", `${shortName(pod.name)}, connections`);
  if (many) {
    const lines = routes ? [ready, serving, routed] : [ready, serving];
    rows.push(row(routes ? "ready/service/routed" : "ready / in service", 7 * lines.length - 2, (p, g, y) => lines.forEach((draw, n) => draw(p, g, y + 7 * n, 5)), { gaps: (g) => gaps("ready")(g) || (routes && g.source === "route") }));
  } else {
    rows.push(row("ready", 8, ready, { after: 4, gaps: gaps("ready") }), row("in service", 8, serving, { after: 4, gaps: gaps("endpoint") }));
    if (routes) rows.push(row("routed", 8, routed, { after: 4, gaps: (g) => g.source === "route" }));
  }
  if (pod.probes.length || pod.events.length) rows.push(row("probes", 6 + 8 * Math.max(paths.length, 1), (p, g, y, h) => drawProbes(p, g, y, h, pod, paths), { gaps: gaps("app"), name: "probes" }));
  if (pod.log.length) rows.push(row("log", 15, (p, g, y, h) => drawLog(p, g, y, h, pod.log), { name: "log", after: 10 }));
  else rows[rows.length - 1].after = 10;
  return rows;
}

// drawSpells draws states as bars of a class each.
function drawSpells(p, g, y, h, spans, style, what, named) {
  for (const s of spans) {
    if (!p.seen(s.f, s.t)) continue;
    const x = p.clip(s.f), w = Math.max(p.clip(s.t) - x, 1);
    el(g, "rect", { class: style(s), x, y, width: w, height: h });
    p.hit(x, x + w, y - 1, y + h + 1, [`${what}: ${s.s}`, p.lasted(s), s.d ?? ""], 3);
    if (named && w > s.s.length * 6 + 6) el(g, "text", { class: "bar-text on-hard", x: x + 4, y: y + h - 3 }, s.s);
  }
}

function drawPod(p, g, y, h, pod, colour) {
  for (const s of pod.phases) {
    if (!p.seen(s.f, s.t)) continue;
    const x = p.clip(s.f), w = Math.max(p.clip(s.t) - x, 1);
    const class_ = `phase phase-${s.s.toLowerCase()}`;
    el(g, "rect", { class: class_, x, y, width: w, height: h, rx: 2, style: s.s === "Running" ? `fill:${colour}` : undefined });
    if (s.s === "Terminating" || s.s === "Failed") el(g, "rect", { x, y, width: w, height: h, fill: p.pattern("gone") });
    p.hit(x, x + w, y, y + h, [`pod ${pod.name}: ${s.s}`, p.lasted(s), s.d ?? ""], 2);
  }
  // what is not running within the pod is cut out of its bar
  for (const c of pod.containers) for (const s of c.spans) {
    if (s.s === "running" || !p.seen(s.f, s.t)) continue;
    const x = p.clip(s.f), w = Math.max(p.clip(s.t) - x, 1);
    el(g, "rect", { class: s.s === "terminated" ? "container-dead" : "container-wait", x, y: y + 3, width: w, height: h - 6 });
    p.hit(x, x + w, y + 3, y + h - 3, [`container ${c.name}: ${s.s}`, p.lasted(s), s.d ?? ""], 3);
  }
  for (const s of pod.phases) {
    const x = p.clip(s.f);
    if (s.s !== "Running" && p.clip(s.t) - x > s.s.length * 6.2 + 8) el(g, "text", { class: "bar-text halo", x: x + 4, y: y + h / 2 + 4 }, s.s);
  }
  for (const r of pod.restarts) {
    if (!p.seen(r.f, r.f)) continue;
    const x = p.x(r.f), text = r.s, w = text.length * 7 + 8;
    const at = x + w > p.width ? x - w : x;
    el(g, "rect", { class: "restart", x: at, y: y + 1, width: w, height: h - 2, rx: 3 });
    el(g, "text", { class: "restart-text", x: at + 4, y: y + h / 2 + 4 }, text);
    p.hit(at, at + w, y, y + h, [`${r.s}`, `at ${p.when(r.f)}`, r.d ?? ""], 5);
  }
}

// drawProbes draws a tick per probe: height and colour by its code, and a bar as
// long as a probe that was not answered at once hung.
function drawProbes(p, g, y, h, pod, paths) {
  let good = "";
  for (const x of pod.probes) {
    if (!p.seen(x.a, x.a + x.m)) continue;
    const at = p.x(x.a), top = y + 1 + 8 * Math.max(paths.indexOf(x.p), 0), bad = x.e ? x.c !== 0 : x.c < 200 || x.c >= 400;
    if (bad) {
      el(g, "rect", { class: x.c ? "probe-bad" : "probe-hung", x: at, y: top, width: Math.max(p.x(x.a + x.m) - at, 2.5), height: 7, "data-code": x.c });
    } else {
      good += `M${at.toFixed(1)} ${top + 1}v6`;
      if (x.m > 20) el(g, "rect", { class: "probe-slow", x: at, y: top + 3, width: p.x(x.a + x.m) - at, height: 2 });
    }
    p.hit(at - 1, at + 1 + (bad ? Math.max(p.x(x.a + x.m) - at, 2) : 0), top - 1, top + 8, [`probe ${x.p}: ${x.e ? "exit code " + x.c : x.c || "no answer"}`, `at ${p.when(x.a)}, ${span(x.m)}`, `from the log of ${pod.name}`], 4);
  }
  if (good) el(g, "path", { class: "probe-good", d: good });
  for (const e of pod.events) {
    if (!p.seen(e.f, e.f)) continue;
    const x = p.x(e.f);
    el(g, "circle", { class: e.s === "Killing" || e.s === "Unhealthy" || e.s === "BackOff" ? "event event-bad" : "event", cx: x, cy: y + h - 2, r: 2.2 });
    p.hit(x - 2, x + 2, y + h - 5, y + h + 2, [`event ${e.s}`, `at ${p.when(e.f)}`, e.d ?? ""], 5);
  }
}

const LOUD = new Set(["stuck", "sigterm", "exit", "knob", "oom"]);

// drawLog writes the lines of the app's own log where there is room.
function drawLog(p, g, y, h, log) {
  const loudFirst = log.filter((s) => p.seen(s.f, s.f)).sort((a, b) => LOUD.has(b.s) - LOUD.has(a.s) || a.f - b.f);
  const taken = [];
  for (const s of loudFirst) {
    const x = p.x(s.f);
    const loud = LOUD.has(s.s) ? " loud" : "";
    el(g, "line", { class: "log-tick" + loud, x1: x, x2: x, y1: y + 1, y2: y + h - 1 });
    p.hit(x - 2, x + 2, y, y + h, [`log: ${s.s}`, `at ${p.when(s.f)}`, s.d ?? ""], 4);
    const w = s.s.length * 6 + 6;
    if (x + w > p.width || taken.some(([a, b]) => x < b && x + w > a)) continue;
    taken.push([x, x + w]);
    el(g, "text", { class: "log-text" + loud, x: x + 3, y: y + h - 4 }, s.s);
  }
}

// drawReplicas draws ready pods as an area below the line of those desired.
function drawReplicas(p, g, y, h, r) {
  const parsed = r.spans.map((s) => ({ ...s, n: s.s.split("/").map(Number) }));
  const top = Math.max(1, ...parsed.map((s) => Math.max(...s.n.filter(Number.isFinite))));
  let area = "", line = "";
  for (const s of parsed) {
    if (!p.seen(s.f, s.t)) continue;
    const [ready, desired] = s.n;
    const x0 = p.clip(s.f), x1 = p.clip(s.t), up = (n) => (y + h - (n / top) * (h - 3)).toFixed(1);
    area += `M${x0} ${y + h}V${up(ready)}H${x1}V${y + h}z`;
    line += `M${x0} ${up(desired)}H${x1}`;
    p.hit(x0, x1, y, y + h, [`${r.name}: ${ready} ready of ${desired}`, p.lasted(s), s.d ?? ""], 3);
    if (x1 - x0 > 26) el(g, "text", { class: "bar-text", x: x0 + 3, y: y + h - 4 }, s.s);
  }
  el(g, "path", { class: "replicas", d: area });
  el(g, "path", { class: "desired", d: line });
  g.append(...g.querySelectorAll("text"));
}

// drawAnswers draws a bar per answer where its question was due, as high as the
// logarithm of how long it took: a quarter for 10 ms, half for 100 ms, all for 10 s.
function drawAnswers(p, g, y, h, api) {
  for (const s of api.spans) {
    if (!p.seen(s.f, s.f)) continue;
    const took = s.t === null ? p.trial.end - s.f : s.t - s.f, x = p.x(s.f);
    const up = Math.max(Math.min(Math.log10(Math.max(took, 1)) / 4, 1) * (h - 2), 2);
    el(g, "rect", { class: s.t === null || s.s === "refused" ? "answer-bad" : "answer", x, y: y + h - up, width: 2, height: up });
    p.hit(x - 1, x + 3, y, y + h, [`${api.name}: ${s.s}`, `due at ${p.when(s.f)}, ${span(took)}`, s.d ?? ""], 3);
  }
}

function nodeRows(n) {
  const gaps = (g) => (g.source === "node" || g.source === "runtime") && (g.subject === "" || g.subject === n.name);
  const rows = [{ label: shortName(n.name), name: "node", height: 10, after: 3, gaps, draw: (p, g, y, h) => { drawSpells(p, g, y + 2, h - 4, n.ready, (s) => (s.s === "True" ? "state-on" : "state-bad"), `node ${n.name} Ready`); } }];
  for (const c of n.conditions) rows.push({ label: c.name, minor: true, height: 12, draw: (p, g, y, h) => drawSpells(p, g, y, h, c.spans.filter((s) => s.s !== "False"), () => "state-bad", `${n.name} ${c.name}`, true) });
  for (const t of n.taints) rows.push({ label: shortName(t.name.replace(/^node\.kubernetes\.io\//, "")), minor: true, height: 12, draw: (p, g, y, h) => drawSpells(p, g, y, h, t.spans, () => "state-part", `${n.name} taint ${t.name}`) });
  return rows;
}
