// A page that stays true while it is open: it asks every few seconds, in sight only, and exchanges
// the parts that differ. What somebody types in, or has in focus, is left as it is until they are
// done. Without this script the page is as true as its last reload.
const asker = document.querySelector("[data-news]");
const EVERY = Number(asker.dataset.every) * 1000;
const STAYS = 8000;

// What the server said, without the keys of its forms, which differ each time.
const bare = (part) => {
  const copy = part.cloneNode(true);
  for (const field of copy.querySelectorAll("input[type=hidden]")) field.remove();
  return copy.innerHTML;
};
const parts = (within) => [...within.querySelectorAll("[data-live]")];
const said = new Map(parts(document).map((part) => [part.id, bare(part)]));

const isChanged = (field) =>
  field.type === "checkbox" || field.type === "radio"
    ? field.checked !== field.defaultChecked
    : field.value !== (field.defaultValue ?? "");
function isInUse(part) {
  const fields = [...part.querySelectorAll("textarea, input:not([type=hidden])")];
  return fields.some((field) => field === document.activeElement || isChanged(field))
    || Boolean(part.querySelector("details[open], [aria-busy]"));
}

// A link or button in focus is found again in the new part by what it is called.
const nameOf = (element) => element.id || element.getAttribute("href") || element.textContent;
function exchange(part, fresh) {
  const focused = part.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  part.replaceChildren(...fresh.childNodes);
  if (focused === null) return;
  [...part.querySelectorAll("a, button, summary")].find((each) => nameOf(each) === focused)?.focus();
}

function tell(words) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.append(Object.assign(document.createElement("span"), { textContent: words }));
  document.querySelector(".toasts").append(toast);
  setTimeout(() => toast.remove(), STAYS);
}

// Members of a list come and go.
const members = (within) => [...within.querySelectorAll("[data-member]")];

// Take those out that are gone; one that is in use stays meanwhile. Whether any does.
function dismiss(page) {
  const stays = new Set(members(page).map((member) => member.id));
  const gone = members(document).filter((member) => !stays.has(member.id));
  const leaving = gone.filter((member) => !isInUse(member));
  for (const member of leaving) {
    for (const part of parts(member)) said.delete(part.id);
    member.remove();
  }
  return leaving.length < gone.length;
}

// Put new ones in their places, with empty parts: what these say is news then.
function admit(page) {
  let next = null;
  for (const fresh of members(page).reverse()) {
    const member = document.getElementById(fresh.id) ?? fresh.cloneNode(true);
    if (!member.isConnected) {
      for (const part of parts(member)) {
        part.replaceChildren();
        part.dataset.said = "";
      }
      asker.parentElement.insertBefore(member, next);
    }
    next = member;
  }
}

function take(page) {
  const news = [];
  let isHeldBack = dismiss(page);
  admit(page);
  for (const fresh of parts(page)) {
    const part = document.getElementById(fresh.id);
    const words = bare(fresh);
    if (!part || said.get(part.id) === words) continue;
    if (isInUse(part)) {
      isHeldBack = true;
      continue;
    }
    exchange(part, fresh);
    said.set(part.id, words);
    if (fresh.dataset.words && fresh.dataset.said !== part.dataset.said) news.push(fresh.dataset.words);
    part.dataset.said = fresh.dataset.said ?? "";
  }
  // What was held back is asked for again.
  if (!isHeldBack) asker.dataset.mark = page.querySelector("[data-news]").dataset.mark;
  if (news.length) tell([...new Set(news)].join(" "));
}

let isAsking = false;
async function ask() {
  if (document.visibilityState !== "visible" || isAsking) return;
  isAsking = true;
  try {
    const address = new URL(asker.dataset.news, location.href);
    address.searchParams.set("have", asker.dataset.mark);
    const response = await fetch(address);
    // Signed out, or the ticket is out of sight: there is nothing to ask any more.
    if (response.redirected || (response.status >= 400 && response.status < 500)) stop();
    else if (response.status === 200) {
      take(new DOMParser().parseFromString(await response.text(), "text/html"));
    }
  } catch {
    // The line is down; the next turn asks again.
  } finally {
    isAsking = false;
  }
}

const clock = setInterval(ask, EVERY);
document.addEventListener("visibilitychange", ask);
function stop() {
  clearInterval(clock);
  document.removeEventListener("visibilitychange", ask);
}
