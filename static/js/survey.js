// A score was chosen in the mail: the page posts it as soon as a person shows up, one who points,
// touches, types or scrolls. What only opens links and runs scripts never does. Without this script,
// and until then, there is the button.
const form = document.querySelector("form[data-survey]");
const SIGNS = ["pointerover", "pointerdown", "touchstart", "keydown", "wheel"];

// What is about to send the form by itself needs no second post beside it.
const sendsByHand = (event) => event.key === "Enter" || event.target.closest?.(".verdict");

async function post(event) {
  if (!event.isTrusted || document.visibilityState !== "visible" || sendsByHand(event)) return;
  stopLooking();
  const values = new FormData(form);
  const response = await fetch(form.action, { method: "POST", body: values }).catch(() => null);
  // Where it did not get through, the page still says that it is not sent.
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const selector of ["#survey-state", ".verdict"]) {
    form.querySelector(selector).replaceChildren(...page.querySelector(`form ${selector}`).childNodes);
  }
}

function stopLooking() {
  for (const sign of SIGNS) removeEventListener(sign, post, true);
}

if (form) {
  for (const sign of SIGNS) addEventListener(sign, post, { capture: true, passive: true });
  // Who chooses and sends by hand needs no help.
  form.addEventListener("submit", stopLooking);
}
