// The customer's pages: a form is sent once, and files can be dropped. They work without it.
// By the document, since parts of a page are exchanged while it is open.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if (form.dataset.isSent) {
    event.preventDefault();
    return;
  }
  form.dataset.isSent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});
// Back from the next page: the form may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) {
    delete form.dataset.isSent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

for (const drop of document.querySelectorAll("[data-drop]")) {
  const input = drop.querySelector("input[type=file]");
  const names = drop.querySelector("[data-drop-names]");
  const unset = names.textContent;
  drop.querySelector("[data-drop-words]").hidden = false;
  input.addEventListener("change", () => {
    names.textContent = [...input.files].map((file) => file.name).join(", ") || unset;
  });
  for (const type of ["dragenter", "dragover"]) {
    drop.addEventListener(type, (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    });
  }
  for (const type of ["dragleave", "drop"]) {
    drop.addEventListener(type, () => drop.classList.remove("is-over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change"));
  });
}
