// Keys of the staff pages. Any element with data-key="x" (or "x y") is clicked (a field: focused) by it.
const isTyping = (target) =>
  target.isContentEditable || target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select");

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog:modal")) return;
  if (event.key === "?") {
    document.getElementById("keys-dialog").showModal();
    return;
  }
  const target = document.querySelector(`[data-key~="${CSS.escape(event.key)}"]`);
  if (!target && event.key === "/") {
    location.assign(`${document.querySelector('[data-key="g"]').href}#search`);
    return;
  }
  if (!target) return;
  event.preventDefault();
  if (target.matches("input:not([type=checkbox]):not([type=radio]), textarea")) target.focus();
  else target.click();
});
