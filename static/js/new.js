// A new ticket: only live channels can have the customer on the line, and a call has a timer.
const channel = document.querySelector("[name=channel]");
const live = document.querySelector("[data-live]");
const box = document.querySelector("[name=is_live]");
const button = document.querySelector("[data-open-button]");
const liveChannels = [...channel.querySelectorAll("optgroup:first-of-type option")].map((each) => each.value);
function fit() {
  const isLive = liveChannels.includes(channel.value);
  live.hidden = !isLive;
  button.textContent = isLive && box.checked ? "Open ticket, start the timer" : "Open ticket";
}
channel.addEventListener("change", fit);
box.addEventListener("change", fit);
fit();
// What was typed before the page was ready is looked up then.
const search = document.querySelector("[name=customer_search]");
document.addEventListener("DOMContentLoaded", () => {
  if (search.value !== search.defaultValue) search.dispatchEvent(new CustomEvent("typed-early"));
});
