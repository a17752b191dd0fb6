/* Relative times stay true while the page is open; instants gain the reader's own time zone on hover. */
import { onContent } from "./dom.js";

const language = document.documentElement.lang || "en";
const short = new Intl.RelativeTimeFormat(language, { numeric: "always", style: "short" });
const long = new Intl.RelativeTimeFormat(language, { numeric: "always" });
const exact = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const MINUTE = 60, HOUR = 3600, DAY = 86400, MONTH = 30 * DAY;

function words(seconds) {
  const size = Math.abs(seconds);
  if (size < HOUR) return short.format(Math.trunc(seconds / MINUTE), "minute").replace(".", "");
  if (size < DAY) return long.format(Math.trunc(seconds / HOUR), "hour");
  return long.format(Math.trunc(seconds / DAY), "day");
}

/** The server has written the first text; the browser replaces it once it would read differently. */
function update(element) {
  const at = new Date(element.dateTime);
  if (Number.isNaN(at.getTime())) return;
  const seconds = (at - Date.now()) / 1000;
  // What lay ahead when the page was opened never reads as if it had been.
  if ("ahead" in element.dataset && seconds < MINUTE) element.textContent = words(MINUTE);
  else if (Math.abs(seconds) >= MINUTE && Math.abs(seconds) < MONTH) element.textContent = words(seconds);
}

function scan(root) {
  for (const element of root.querySelectorAll("time[data-time]")) {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    element.title = exact.format(at);
    if (at > Date.now()) element.dataset.ahead = "";
  }
}

onContent((root) => scan(root === document ? document : root.parentElement ?? root));
setInterval(() => document.querySelectorAll('time[data-time="relative"]').forEach(update), 30_000);
