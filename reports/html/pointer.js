// Wheel, drag, pinch, keys: all of them change the view and nothing else.

function follow(figure, view, pictures, tip) {
  const pointers = new Map();
  let active = false, moved = false, pinch = null;
  const pictureOf = (e) => pictures.find((p) => p.box.contains(e.target));
  const timeAt = (p, clientX) => p.t(clientX - p.box.getBoundingClientRect().left) - p.origin;

  const show = (e, p) => {
    const r = p.box.getBoundingClientRect();
    const x = e.clientX - r.left, y = e.clientY - r.top;
    for (const other of pictures) other.point(x);
    tip.show(p.at(x, y, e.pointerType === "touch" ? 10 : 3), e);
  };

  figure.addEventListener("wheel", (e) => {
    const p = pictureOf(e);
    if (!p) return;
    if (Math.abs(e.deltaX) > Math.abs(e.deltaY) || e.shiftKey) {
      e.preventDefault();
      view.pan((e.deltaX || e.deltaY) / (p.width - p.left));
    } else if (e.ctrlKey || e.metaKey || active) {
      e.preventDefault();
      view.zoom(Math.exp(Math.max(-60, Math.min(60, e.deltaY)) / (e.ctrlKey ? 120 : 300)), timeAt(p, e.clientX));
    }
  }, { passive: false });

  figure.addEventListener("pointerdown", (e) => {
    const p = pictureOf(e);
    if (!p || e.button > 0) return;
    pointers.set(e.pointerId, e);
    moved = false;
    if (pointers.size === 2) {
      const [a, b] = [...pointers.values()];
      pinch = { p, apart: Math.max(Math.abs(a.clientX - b.clientX), 10), from: view.from, to: view.to, at: timeAt(p, (a.clientX + b.clientX) / 2) };
    }
  });
  figure.addEventListener("pointermove", (e) => {
    const p = pictureOf(e);
    const before = pointers.get(e.pointerId);
    if (before && pointers.size === 1) {
      const by = e.clientX - before.clientX;
      if (moved || Math.abs(by) > 4) {
        const any = p ?? pictures[0];
        if (!moved) figure.setPointerCapture(e.pointerId);
        moved = true;
        figure.classList.add("dragging");
        tip.hide();
        view.pan(-by / (any.width - any.left));
        pointers.set(e.pointerId, e);
      }
      return;
    }
    if (before && pinch) {
      pointers.set(e.pointerId, e);
      moved = true;
      tip.hide();
      const [a, b] = [...pointers.values()];
      const factor = pinch.apart / Math.max(Math.abs(a.clientX - b.clientX), 10);
      const length = (pinch.to - pinch.from) * factor;
      const r = pinch.p.box.getBoundingClientRect();
      const share = ((a.clientX + b.clientX) / 2 - r.left - pinch.p.left) / (pinch.p.width - pinch.p.left);
      view.set(pinch.at - share * length, pinch.at + (1 - share) * length);
      return;
    }
    if (p && e.pointerType !== "touch") show(e, p);
  });
  const end = (e) => {
    const p = pictureOf(e);
    if (pointers.delete(e.pointerId) && !moved && p && e.type === "pointerup") {
      active = true; // from now on the wheel zooms, until the pointer leaves
      show(e, p);
    }
    if (!pointers.size) { pinch = null; figure.classList.remove("dragging"); }
  };
  figure.addEventListener("pointerup", end);
  figure.addEventListener("pointercancel", end);
  figure.addEventListener("pointerleave", (e) => {
    if (e.pointerType === "touch") return;
    active = false;
    tip.hide();
    for (const p of pictures) p.point(null);
  });
  figure.addEventListener("dblclick", (e) => {
    const p = pictureOf(e);
    if (p) view.zoom(0.4, timeAt(p, e.clientX));
  });
  const keys = { ArrowLeft: () => view.pan(-0.2), ArrowRight: () => view.pan(0.2), "+": () => view.zoom(0.6), "=": () => view.zoom(0.6), "-": () => view.zoom(1 / 0.6), 0: () => view.focus(), Home: () => view.focus(), f: () => view.deed(), n: () => view.nextTrouble(), a: () => view.all(), Escape: () => { active = false; tip.hide(); } };
  figure.addEventListener("keydown", (e) => {
    const act = keys[e.key.length === 1 ? e.key.toLowerCase() : e.key];
    if (!act || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    act();
  });
}

// The details of what is pointed at: beside the pointer, on a phone at the bottom.
class Tip {
  constructor(box) { this.box = box; }
  show(hit, e) {
    if (!hit) return this.hide();
    const lines = hit.lines.filter(Boolean).map((line, i) => {
      const p = document.createElement(i ? "span" : "b");
      p.textContent = line;
      return p;
    });
    this.box.replaceChildren(...lines);
    this.box.hidden = false;
    if (window.innerWidth < NARROW) { this.box.style.left = this.box.style.top = ""; return; }
    const w = this.box.offsetWidth, h = this.box.offsetHeight;
    this.box.style.left = `${e.clientX + 16 + w > window.innerWidth ? Math.max(e.clientX - 12 - w, 4) : e.clientX + 16}px`;
    this.box.style.top = `${Math.max(Math.min(e.clientY + 16, window.innerHeight - h - 8), 4)}px`;
  }
  hide() { this.box.hidden = true; }
}
