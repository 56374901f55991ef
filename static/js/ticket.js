// A ticket: opening is working, the timer of a call, drafts, keys of the composer.
const opening = document.querySelector("[data-opening]");
function begin() {
  if (document.visibilityState !== "visible") return;
  document.removeEventListener("visibilitychange", begin);
  opening.requestSubmit();
}
// Only a page that somebody looks at begins work: not one that was prepared or opened behind.
if (opening) {
  document.addEventListener("visibilitychange", begin);
  if (document.prerendering) document.addEventListener("prerenderingchange", begin, { once: true });
  else begin();
}

// A link to a message that is further up than the page reaches: go where it is.
function reach() {
  const [, message] = location.hash.match(/^#m(\d+)$/) || [];
  const address = new URL(location.href);
  if (!message || document.getElementById(`m${message}`) || address.searchParams.get("message") === message) return;
  address.searchParams.set("message", message);
  location.replace(address);
}
addEventListener("hashchange", reach);
reach();

const timer = document.querySelector("[data-timer]");
if (timer) {
  const start = new Date(timer.dataset.timer);
  const two = (value) => String(Math.floor(value)).padStart(2, "0");
  const tick = () => {
    const seconds = Math.max(0, (Date.now() - start) / 1000);
    const hours = seconds >= 3600 ? `${Math.floor(seconds / 3600)}:` : "";
    timer.textContent = `${hours}${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  };
  tick();
  setInterval(tick, 1000);
}

const form = document.querySelector("[data-compose]");
if (form) {
  const text = form.querySelector("textarea");
  const note = form.querySelector("[data-draft]");
  const key = `draft-${form.dataset.compose}`;
  const kinds = [...form.querySelectorAll("[name=kind]")];
  const kindNow = () => kinds.find((each) => each.checked)?.value;

  // A draft stays on this device until it is sent.
  const draft = JSON.parse(localStorage.getItem(key) || "null");
  if (draft && !text.value) {
    text.value = draft.body;
    for (const each of kinds) each.checked = each.value === draft.kind;
    note.textContent = "Your draft is back";
  }
  const keepDraft = () => {
    if (!text.value.trim()) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify({ body: text.value, kind: kindNow() }));
  };
  form.addEventListener("input", () => {
    keepDraft();
    note.textContent = text.value.trim() ? "Draft kept" : "";
  });
  form.addEventListener("submit", () => {
    localStorage.removeItem(key);
    for (const button of form.querySelectorAll("[data-send]")) button.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    for (const button of form.querySelectorAll("[data-send]")) button.removeAttribute("aria-busy");
  });

  form.querySelector("[type=file]").addEventListener("change", (event) => {
    const names = [...event.target.files].map((file) => file.name).join(", ");
    form.querySelector("[data-file-names]").textContent = names || "Attach";
  });
  // A press on a label leaves the focus where it is: the composer would open or close under it.
  form.addEventListener("mousedown", (event) => {
    if (event.target.closest("label") && !event.target.closest("select, input")) event.preventDefault();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  const write = (kind) => {
    const choice = kinds.find((each) => each.value === kind);
    if (choice) choice.checked = true;
    text.focus();
  };
  // The palette leads here by #reply and #note.
  const follow = () => {
    const kind = location.hash.slice(1);
    if (!["reply", "note"].includes(kind)) return;
    history.replaceState(null, "", location.pathname + location.search);
    write(kind);
  };
  addEventListener("hashchange", follow);
  follow();
  addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input:not([type=checkbox]), textarea, select");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog:modal")) return;
    if (event.key !== "m" && event.key !== "n") return;
    event.preventDefault();
    write(event.key === "m" ? "reply" : "note");
  });
}

// Others on the ticket: a beat every ten seconds while the page is in sight, one more when its
// reader begins or stops to write, and a last one when it is closed.
const presence = document.querySelector("[data-presence]");
if (presence) {
  const BEAT = 10_000;
  const PAUSE = 15_000;
  const composer = document.querySelector("[data-compose]");
  const writing = presence.querySelector("[data-writing]");
  let typedAt = -Infinity;
  const kindOfWriting = () => {
    const isWriting = Date.now() - typedAt < PAUSE && composer?.querySelector("textarea").value.trim();
    return isWriting ? composer.querySelector("[name=kind]:checked").value : "";
  };
  const beat = () => {
    writing.value = kindOfWriting();
    if (document.visibilityState === "visible") htmx.trigger(presence, "beat");
  };
  const clock = setInterval(beat, BEAT);
  document.addEventListener("DOMContentLoaded", beat);
  document.addEventListener("visibilitychange", beat);
  composer?.addEventListener("input", () => {
    typedAt = Date.now();
    if (kindOfWriting() !== writing.value) beat();
  });
  // Signed out, or the ticket is out of sight: there is nobody to tell any more.
  presence.addEventListener("htmx:responseError", () => {
    clearInterval(clock);
    document.removeEventListener("visibilitychange", beat);
  });
  addEventListener("pagehide", () => {
    const words = new FormData(presence);
    words.set("leave", "1");
    navigator.sendBeacon(presence.getAttribute("hx-post"), words);
  });
}
