// Theme, tooltip, toasts and modal dialogs: what every page has. Pages work without it.
const root = document.documentElement;
const YEAR = 365 * 24 * 3600;
const keep = (name, value) => {
  document.cookie = `${name}=${value}; path=/; max-age=${value ? YEAR : 0}; samesite=lax`;
};

// Theme: the cookie lets the server write the attribute, so that a page never flashes.
for (const button of document.querySelectorAll("[data-toggle-theme]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const isDark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    keep("theme", root.dataset.theme);
  });
}
for (const button of document.querySelectorAll("[data-toggle-density]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const isCompact = root.dataset.density === "compact";
    if (isCompact) delete root.dataset.density;
    else root.dataset.density = "compact";
    button.setAttribute("aria-pressed", String(!isCompact));
    keep("density", isCompact ? "" : "compact");
  });
}
// Whether an act that ends a ticket leads to the next one: the server reads the cookie.
for (const button of document.querySelectorAll("[data-toggle-onward]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isOn));
    keep("onward", isOn ? "1" : "");
  });
}

// Dialogs that the server sends open become modal; focus goes to the first error or field.
function makeModal(within) {
  for (const dialog of within.querySelectorAll("dialog[open][data-modal]")) {
    dialog.close();
    dialog.showModal();
    const first = dialog.querySelector("[aria-invalid=true]")
      || dialog.querySelector("[autofocus]")
      || dialog.querySelector("select, textarea, input:not([type=hidden])");
    first?.focus();
  }
}
makeModal(document);
document.addEventListener("htmx:afterSwap", (event) => makeModal(event.detail.target));
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open-dialog]");
  if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
  const closer = event.target.closest("[data-close-dialog]");
  if (closer?.closest("dialog")?.matches(":modal")) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
  event.target.closest("[data-close-toast]")?.closest(".toast").remove();
});

// Toasts leave after their time, unless something is wrong or they are read.
for (const toast of document.querySelectorAll("[data-toast]")) {
  toast.querySelector("[data-close-toast]").hidden = false;
  if (toast.dataset.toast === "stays") continue;
  const leave = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(leave, 2000);
    else toast.remove();
  };
  setTimeout(leave, Number(toast.dataset.toast) * 1000);
}

// Menus (popovers) hang from their button, inside the window.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.(".menu[popover]") || event.newState !== "open") return;
  const button = document.querySelector(`[popovertarget="${menu.id}"]`);
  const box = button.getBoundingClientRect();
  const x = Math.min(innerWidth - menu.offsetWidth - 8, Math.max(8, box.left));
  const below = box.bottom + 4;
  const y = below + menu.offsetHeight > innerHeight - 8 ? Math.max(8, box.top - menu.offsetHeight - 4) : below;
  menu.style.left = `${x}px`;
  menu.style.top = `${y}px`;
}, true);
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu[popover]");
  if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const items = [...menu.querySelectorAll("a, button, input")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  items.at((items.indexOf(event.target) + step) % items.length).focus();
  event.preventDefault();
});

// Tooltip of marks in charts and of definitions.
const tip = document.querySelector("#tip");
function showTip(event) {
  const mark = event.target.closest?.("[data-tip]");
  tip.textContent = mark ? mark.dataset.tip : "";
  if (!mark) return;
  const box = mark.getBoundingClientRect();
  const x = Math.min(innerWidth - tip.offsetWidth - 8, Math.max(8, box.x + box.width / 2 - tip.offsetWidth / 2));
  const above = box.y - tip.offsetHeight - 8;
  tip.style.translate = `${x}px ${above > 8 ? above : box.bottom + 8}px`;
}
if (tip) for (const type of ["pointerover", "focusin", "focusout"]) document.addEventListener(type, showTip);
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && tip) tip.textContent = "";
});
