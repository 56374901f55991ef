// The queue: j k move, o opens, l only looks, x selects; the bulk bar shows what is selected.
const rows = [...document.querySelectorAll("[data-row]")];
const boxes = rows.map((row) => row.querySelector("input[name=ticket]"));
const bar = document.querySelector("[data-bulk]");
const all = document.querySelector("[data-pick-all]");
let here = -1;

function showSelection() {
  const chosen = boxes.filter((box) => box.checked).length;
  rows.forEach((row, at) => row.classList.toggle("is-selected", boxes[at].checked));
  if (bar) {
    bar.hidden = chosen === 0;
    bar.querySelector("[data-bulk-count]").textContent = `${chosen} selected`;
  }
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
}

function moveTo(index) {
  if (!rows.length) return;
  rows[here]?.classList.remove("is-here");
  here = Math.max(0, Math.min(rows.length - 1, index));
  rows[here].classList.add("is-here");
  rows[here].querySelector("a").focus({ preventScroll: true });
  rows[here].scrollIntoView({ block: "nearest" });
}

function open(isLooking) {
  const link = rows[Math.max(here, 0)]?.querySelector("a");
  if (link) location.assign(isLooking ? `${link.href}?look=1` : link.href);
}

const keys = {
  j: () => moveTo(here + 1),
  k: () => moveTo(here - 1),
  o: () => open(false),
  l: () => open(true),
  x: () => {
    if (here < 0) moveTo(0);
    boxes[here].checked = !boxes[here].checked;
    showSelection();
  },
};
addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input:not([type=checkbox]), textarea, select");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog:modal")) return;
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

if (location.hash === "#search") document.querySelector('[data-key="/"]').focus();

if (bar) {
  const agent = bar.querySelector("[data-bulk-agent]");
  const assign = bar.querySelector("button[value=chosen]");
  assign.hidden = true;
  agent.addEventListener("change", () => agent.value && assign.click());
  bar.closest("form").addEventListener("reset", () => setTimeout(showSelection));
}
if (all) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    showSelection();
  });
}
document.addEventListener("change", (event) => event.target.matches("input[name=ticket]") && showSelection());
addEventListener("pageshow", showSelection);
showSelection();
