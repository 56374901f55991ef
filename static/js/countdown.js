// Countdowns go on: `data-left` says how many seconds were left when the server wrote the words. This
// reader's clock only measures what has passed since, so that a wrong one does no harm. The words are
// those of tickets/formats.py and tickets/selectors/due.py.
{
  const [MINUTE, HOUR, DAY] = [60, 3600, 86400];
  const duration = (seconds) => {
    const units = [[DAY, "d", HOUR, "h"], [HOUR, "h", MINUTE, "min"], [MINUTE, "min", 1, "s"]];
    const [unit, name, smaller, smallerName] = units.find(([least]) => seconds >= least) || [1, "s", 1, ""];
    const rest = Math.floor((seconds % unit) / smaller);
    return `${Math.floor(seconds / unit)} ${name}${rest ? ` ${rest} ${smallerName}` : ""}`;
  };
  const over = (seconds) => {
    const [unit, name] = [[DAY, "d"], [HOUR, "h"], [MINUTE, "min"]].find(([least]) => seconds >= least) || [];
    return unit ? `${Math.floor(seconds / unit)} ${name} over` : "under 1 min over";
  };

  // What came with the page was written as its answer began; what came later, as it is first seen.
  const began = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
  const wroteAt = new WeakMap();
  for (const due of document.querySelectorAll("[data-left]")) wroteAt.set(due, performance.timeOrigin + began);

  function count() {
    for (const due of document.querySelectorAll("[data-left]")) {
      if (!wroteAt.has(due)) wroteAt.set(due, Date.now());
      const left = Math.floor(Number(due.dataset.left) - (Date.now() - wroteAt.get(due)) / 1000);
      const words = left < 0 ? over(-left) : duration(left);
      due.classList.toggle("due--over", left < 0);
      due.classList.toggle("due--soon", left >= 0 && left <= HOUR);
      const time = due.querySelector("time");
      if (time.textContent !== words) time.textContent = words;
    }
  }
  setInterval(count, 1000);
  document.addEventListener("visibilitychange", count);
}
