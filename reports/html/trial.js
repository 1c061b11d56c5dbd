// The trial's page: puts view, pictures and pointer together.
(() => {
  for (const b of document.querySelectorAll("[data-copy]")) {
    b.addEventListener("click", () => navigator.clipboard?.writeText(b.dataset.copy).then(() => { b.textContent = "Copied"; }, () => {}));
  }
  const data = document.getElementById("data");
  if (!data) return;
  const trials = JSON.parse(data.textContent);
  const figure = document.getElementById("figure");
  const view = new View(trials);
  const pictures = trials.map((t) => new Picture(t, view, figure.querySelector(".pictures")));
  const tip = new Tip(document.getElementById("tip"));
  const now = figure.querySelector(".span-now");
  const zero = figure.querySelector("[data-do=zero]");

  // the axis stays in sight while one scrolls
  const axis = el(figure.querySelector(".axis"), "svg", { class: "axis-svg", height: 24, "aria-hidden": "true" });
  const drawAxis = () => {
    const p = pictures[0];
    axis.replaceChildren();
    axis.setAttribute("width", p.width);
    axis.setAttribute("viewBox", `0 0 ${p.width} 24`);
    axis.setAttribute("data-left", p.left);
    const { all, step } = ticks(view.from, view.to, p.ticksFor());
    for (const t of all) {
      const x = p.x(t + p.origin);
      if (x < p.left) continue;
      const text = view.zero === "deed" && t === 0 ? "fault" : instant(t, step);
      const anchor = x > p.width - 30 ? "end" : x < p.left + 24 ? "start" : "middle";
      el(axis, "line", { x1: x, x2: x, y1: 18, y2: 24, class: "tick", "data-t": t });
      el(axis, "text", { x, y: 14, "text-anchor": anchor, class: t === 0 ? "zero" : undefined }, text);
    }
  };
  let drawn = 0;
  const draw = () => {
    drawn = 0;
    for (const p of pictures) p.draw();
    drawAxis();
    now.textContent = `${span(view.to - view.from)} in sight`;
    zero.textContent = view.zero === "deed" ? "0 = fault" : "0 = start";
    zero.setAttribute("aria-pressed", String(view.zero === "deed"));
    zero.disabled = !view.canAlign;
    figure.dataset.from = view.from;
    figure.dataset.to = view.to;
  };
  const soon = () => { drawn ||= requestAnimationFrame(draw); };
  view.listeners.push(soon);
  new ResizeObserver(soon).observe(figure);
  addEventListener("beforeprint", () => draw());
  draw();

  const acts = { in: () => view.zoom(0.6), out: () => view.zoom(1 / 0.6), left: () => view.pan(-0.25), right: () => view.pan(0.25), focus: () => view.focus(), deed: () => view.deed(), outage: () => view.nextTrouble(), all: () => view.all(), zero: () => view.toggleZero() };
  for (const b of figure.querySelectorAll("[data-do]")) b.addEventListener("click", acts[b.dataset.do]);
  figure.querySelector("[data-do=outage]").disabled = view.troubles().length === 0;
  figure.querySelector("[data-do=deed]").disabled = trials[0].deed === null;
  follow(figure, view, pictures, tip);

  const legend = [["bad", "refused, reset, unreachable"], ["bad-slow", "no answer in time"], ["bad-answer", "wrong answer"], ["good", "ready, in service, good probe"], ["model", "modelled window"], ["blind", "gap: a sensor saw nothing, a slot was not sent"]];
  const host = figure.querySelector(".legend");
  for (const [key, words] of legend) {
    const item = document.createElement("span");
    const swatch = document.createElement("i");
    swatch.className = `key key-${key}`;
    item.append(swatch, words);
    host.append(item);
  }
  for (const t of trials) {
    const versions = coloursOf(t).versions;
    if (versions.length < 2 || t !== trials[0]) continue;
    versions.forEach((v, i) => {
      const item = document.createElement("span");
      const swatch = document.createElement("i");
      swatch.className = "key";
      swatch.style.background = `var(--v${i % 3}-1)`;
      item.append(swatch, `version ${v}`);
      host.append(item);
    });
  }
})();
