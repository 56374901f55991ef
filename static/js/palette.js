// The command palette: Ctrl or ⌘ and k opens it anywhere; arrows choose, Enter does, Esc closes. The
// focus stays in the field (a combobox), so that typing always goes on.
const palette = document.getElementById("palette");
const field = palette.querySelector("[role=combobox]");
const options = () => [...palette.querySelectorAll("[role=option]")];
let chosen = 0;
let listed = null; // the letters that the list answers
let isEntered = false; // Enter came before their answer

function choose(index) {
  const all = options();
  chosen = all.length ? (index + all.length) % all.length : 0;
  all.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
  all[chosen]?.scrollIntoView({ block: "nearest" });
  if (all[chosen]) field.setAttribute("aria-activedescendant", all[chosen].id);
  else field.removeAttribute("aria-activedescendant");
}

function openPalette() {
  if (document.querySelector("dialog:modal")) return;
  palette.showModal();
  field.value = "";
  listed = null;
  isEntered = false;
  field.focus();
  htmx.trigger(field, "palette-open");
}

for (const button of document.querySelectorAll("[data-open-palette]")) {
  button.hidden = false;
  button.addEventListener("click", openPalette);
}
addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (palette.open) palette.close();
  else openPalette();
});
field.addEventListener("keydown", (event) => {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) {
    event.preventDefault();
    choose(chosen + steps[event.key]);
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    // Whoever types faster than the list comes means what will stand first, not what still does.
    if (listed === field.value) options()[chosen]?.click();
    else isEntered = true;
  }
});
field.addEventListener("input", () => { isEntered = false; });
// What was found is read out by its number; the first is chosen.
palette.addEventListener("htmx:afterSettle", (event) => {
  listed = event.detail.requestConfig.parameters.q;
  choose(0);
  const number = options().length;
  palette.querySelector("[data-palette-count]").textContent = number === 1 ? "1 result" : `${number} results`;
  if (isEntered && listed === field.value) options()[0]?.click();
});
palette.addEventListener("pointermove", (event) => {
  const at = options().indexOf(event.target.closest("[role=option]"));
  if (at >= 0 && at !== chosen) choose(at);
});
palette.addEventListener("click", (event) => {
  if (event.target === palette || event.target.closest("[role=option]")) palette.close();
});
