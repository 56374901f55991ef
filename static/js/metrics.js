// The metrics page: arrow keys within a chart, menus that close, print, and copying the address.
// Without it every mark is in the tab order, menus are plain disclosures, links are links.

// One stop per chart: the arrow keys go from mark to mark.
for (const plot of document.querySelectorAll(".plot [role=group]")) {
  const marks = [...plot.querySelectorAll("a")];
  for (const mark of marks.slice(1)) mark.setAttribute("tabindex", "-1");
  plot.addEventListener("keydown", (event) => {
    const at = marks.indexOf(document.activeElement);
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const to = { Home: 0, End: marks.length - 1 }[event.key] ?? at + (steps[event.key] ?? 0);
    if (at < 0 || to === at || !marks[to]) return;
    event.preventDefault();
    marks[at].setAttribute("tabindex", "-1");
    marks[to].setAttribute("tabindex", "0");
    marks[to].focus();
  });
}

// Menus close on Escape and on a click beside them.
const openMenus = () => document.querySelectorAll("details.pop[open]");
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Another question takes a moment: after 300 ms its answer is shown as bones.
const main = document.querySelector("main");
let waiting = 0;
const ask = () => { waiting = setTimeout(() => main.setAttribute("aria-busy", "true"), 300); };
for (const bar of document.querySelectorAll(".metrics-bar, .choosers")) {
  bar.addEventListener("submit", ask);
  bar.addEventListener("click", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    if (isPlain && event.target.closest("a[href]")) ask();
  });
}
addEventListener("pageshow", () => {
  clearTimeout(waiting);
  main.removeAttribute("aria-busy");
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// The link leads to the same page with its dates written out; a click also copies it.
for (const link of document.querySelectorAll("[data-copy-link]")) {
  if (!navigator.clipboard) continue;
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    await navigator.clipboard.writeText(link.href);
    const words = link.querySelector("span");
    const before = words.textContent;
    words.textContent = "Copied";
    setTimeout(() => { words.textContent = before; }, 2000);
  });
}
