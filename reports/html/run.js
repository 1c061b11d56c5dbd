"use strict";
// The run's page: filter by status and by name, copy the command line.
(() => {
  const scenarios = [...document.querySelectorAll(".scenario")];
  const buttons = [...document.querySelectorAll("[data-show]")];
  const find = document.querySelector("[data-find]");
  let status = "";
  const filter = () => {
    const words = find.value.trim().toLowerCase();
    let shown = 0;
    for (const s of scenarios) {
      s.hidden = (status && s.dataset.status !== status) || (words && !s.dataset.name.toLowerCase().includes(words));
      if (!s.hidden) shown++;
    }
    document.querySelector("[data-none]").hidden = shown > 0 || scenarios.length === 0;
  };
  for (const b of buttons) {
    b.addEventListener("click", () => {
      status = b.dataset.show;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === b));
      filter();
    });
  }
  find.addEventListener("input", filter);
  for (const b of document.querySelectorAll("[data-copy]")) {
    b.addEventListener("click", () => navigator.clipboard?.writeText(b.dataset.copy).then(() => { b.textContent = "Copied"; }, () => {}));
  }
})();
