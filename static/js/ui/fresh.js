/* data-fresh="<seconds>": the dot of the top bar comes with the answers to #rail-places, and looks fresh only as long
   as answers come. When none has come for so long (no server, no network, signed out, asleep) it says that it is old. */
let heard = Date.now();

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.requestConfig?.elt?.id !== "rail-places" || !event.detail.successful) return;
  heard = Date.now();
  look();
});

function look() {
  const dot = document.querySelector("[data-fresh]");
  if (!dot) return;
  const isOld = Date.now() - heard > Number(dot.dataset.fresh) * 1000;
  if (isOld) dot.dataset.toneBefore ??= dot.dataset.tone;
  dot.dataset.tone = isOld ? "bad" : (dot.dataset.toneBefore ?? dot.dataset.tone);
  if (!isOld) delete dot.dataset.toneBefore;
  dot.querySelector("[data-fresh-word]").hidden = isOld;
  dot.querySelector("[data-old-word]").hidden = !isOld;
}

setInterval(look, 1000);
document.addEventListener("visibilitychange", look);
