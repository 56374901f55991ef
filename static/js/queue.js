// The queue: j k move, o opens, l only looks, x selects; the bulk bar shows what is selected.
const rows = [...document.querySelectorAll("[data-row]")];
const boxes = rows.map((row) => row.querySelector("input[name=ticket]"));
const bar = document.querySelector("[data-bulk]");
const all = document.querySelector("[data-pick-all]");
let here = -1;

// What was refused may stand on another page: it stays selected by hidden fields.
const elsewhere = () => [...document.querySelectorAll("[data-elsewhere]")];
const whole = bar?.querySelector("[name=all]");

function showSelection() {
  const chosen = boxes.filter((box) => box.checked).length;
  rows.forEach((row, at) => row.classList.toggle("is-selected", boxes[at].checked));
  if (bar) {
    const number = whole?.checked ? bar.dataset.most : chosen + elsewhere().length;
    bar.hidden = Number(number) === 0;
    bar.querySelector("[data-bulk-count]").textContent = `${number} selected`;
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
  // A reset would bring back what was refused before.
  bar.querySelector("[type=reset]").addEventListener("click", (event) => {
    event.preventDefault();
    for (const box of boxes) box.checked = false;
    for (const field of elsewhere()) field.remove();
    if (whole) whole.checked = false;
    showSelection();
  });
  whole?.addEventListener("change", () => {
    for (const box of boxes) box.checked = whole.checked;
    showSelection();
  });
}
if (all) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    if (whole && !all.checked) whole.checked = false;
    showSelection();
  });
}
document.addEventListener("change", (event) => {
  if (!event.target.matches("input[name=ticket]")) return;
  if (whole && !event.target.checked) whole.checked = false;
  showSelection();
});
addEventListener("pageshow", showSelection);
showSelection();
